"""The files of a watch are readable by its own user alone, also those that an older version made."""

import logging
from pathlib import Path

import pytest
from tests.watch.scripted_watch import START, ScriptedProber, found, watch_of

from siaga.composition.file_rights import close_to_others
from siaga.domain.time import SimulatedClock


def rights(directory: Path) -> dict[str, str]:
    return {path.name: f"{path.stat().st_mode & 0o777:o}" for path in (directory, *directory.rglob("*"))}


def test_what_others_could_read_is_closed_and_links_are_not_followed(tmp_path: Path) -> None:
    data, outside = tmp_path / "data", tmp_path / "outside"
    (data / "pictures").mkdir(parents=True, mode=0o755)
    (data / "pictures" / "a.webp").touch(0o644)
    (data / "links.key").touch(0o600)
    outside.touch(0o644)
    (data / "link").symlink_to(outside)
    data.chmod(0o755)
    assert close_to_others(data) == 3
    assert rights(data) == {
        **{"data": "700", "pictures": "700", "a.webp": "600", "links.key": "600"},
        "link": "644",
    }
    assert close_to_others(data) == 0
    assert close_to_others(tmp_path / "none") == 0


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A directory as an older version made it."""
    tmp_path.chmod(0o755)
    (tmp_path / "reports.sqlite").touch(0o644)
    return tmp_path


async def test_a_start_closes_them_and_says_so_once(older: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    async with watch_of(older, SimulatedClock(START), ScriptedProber(found)):
        assert rights(older)["reports.sqlite"] == "600"
    assert caplog.text.count("Other users of this machine could read files of the watch") == 1
