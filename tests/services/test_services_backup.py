"""A backup is whole or not there: beside a running watch, killed at any moment, and put back again."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from tests.services.killed_backup import NEVER
from tests.watch.scripted_watch import START, ScriptedProber, found, pass_by, verdict_lines, watch_of

from siaga.domain.errors import BadInput, Damaged
from siaga.domain.time import SimulatedClock
from siaga.journal.address import journal_of
from siaga.services.backup import back_up, restore
from siaga.services.inspection import inspect

RAN = timedelta(minutes=12)
KILLS = int(os.environ.get("SIAGA_KILLS", "6"))
"""At how many moments, evenly over the whole, to kill."""


async def run_with_backup(data: Path, to: Path) -> tuple[list[str], int]:
    """Watch, back up beside it and twice more while it goes on; the verdicts at the first backup."""
    clock = SimulatedClock(START)
    async with watch_of(data, clock, ScriptedProber(found)) as opened:
        await pass_by(opened, clock, RAN)
        opened.watch._recorder.store.seal()
        await pass_by(opened, clock, RAN + timedelta(minutes=3))
        last = opened.watch._recorder.store.last_seq
        facts = await asyncio.to_thread(back_up, data, to, clock)
        assert facts.measurements == last
        assert facts.events
        assert facts.notes == ()
        return verdict_lines(opened), last


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, list[str]]:
    """A watch's directory, a backup that was made beside it as it ran, and its verdicts then."""
    folder = tmp_path_factory.mktemp("backup")
    verdicts, _ = asyncio.run(run_with_backup(folder / "data", folder / "backup"))
    return folder / "data", folder / "backup", verdicts


async def test_what_was_backed_up_beside_a_watch_is_taken_up_where_it_was(
    made: tuple[Path, Path, list[str]], tmp_path: Path
) -> None:
    _, backup, verdicts = made
    facts = restore(backup, tmp_path / "data")
    assert list(inspect(tmp_path / "data", journal_of(tmp_path / "data"))) == []
    clock = SimulatedClock(START + RAN + timedelta(minutes=3))
    async with watch_of(tmp_path / "data", clock, ScriptedProber(found)) as opened:
        assert verdict_lines(opened) == verdicts
        assert opened.watch._recorder.store.last_seq == facts.measurements


def test_all_of_it_is_its_owners_alone(made: tuple[Path, Path, list[str]]) -> None:
    _, backup, _ = made
    assert {f"{path.stat().st_mode & 0o077:o}" for path in (backup, *backup.rglob("*"))} == {"0"}


@pytest.mark.parametrize("damage", ["changed", "missing", "list"])
def test_a_backup_that_was_changed_is_not_restored(
    damage: str, made: tuple[Path, Path, list[str]], tmp_path: Path
) -> None:
    backup = tmp_path / "backup"
    shutil.copytree(made[1], backup)
    path = backup / ("backup.json" if damage == "list" else "measurements/live.duckdb")
    content = path.read_bytes()
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(content[: len(content) // 2] + b"!" + content[len(content) // 2 + 1 :])
    with pytest.raises(Damaged, match="A file of the backup is missing or was changed"):
        restore(backup, tmp_path / "data")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup"]


def test_nothing_is_written_over_what_is_there(made: tuple[Path, Path, list[str]], tmp_path: Path) -> None:
    data, backup, _ = made
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "mine").touch()
    with pytest.raises(BadInput, match="is there already"):
        back_up(data, tmp_path / "taken", SimulatedClock(START))
    with pytest.raises(BadInput, match="is there already"):
        restore(backup, tmp_path / "taken")
    with pytest.raises(BadInput, match="is no backup, or one that was not finished"):
        restore(tmp_path / "taken", tmp_path / "new")
    assert [path.name for path in tmp_path.rglob("*")] == ["taken", "mine"]


def test_of_a_damaged_directory_there_is_no_backup(
    made: tuple[Path, Path, list[str]], tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(made[0], data)
    (data / "links.key").write_bytes(b"")
    with pytest.raises(Damaged, match="The key that links are signed with is damaged"):
        back_up(data, tmp_path / "to", SimulatedClock(START))
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def child(what: str, source: Path, to: Path, killed_at: int) -> subprocess.CompletedProcess[str]:
    root = str(Path(__file__).parents[2])
    return subprocess.run(
        [sys.executable, "-m", "tests.services.killed_backup", what, str(source), str(to), str(killed_at)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([root, *filter(None, sys.path)])},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize("what", ["backup", "restore"])
def test_killed_at_any_moment_there_is_nothing_or_all_and_the_next_one_succeeds(
    what: str, made: tuple[Path, Path, list[str]], tmp_path: Path
) -> None:
    source, to = (made[0] if what == "backup" else made[1]), tmp_path / "to"
    moments = int(child(what, source, to, NEVER).stdout)
    whole = {path.relative_to(to) for path in to.rglob("*") if path.is_file()}
    for number in range(KILLS):
        shutil.rmtree(to)
        killed = child(what, source, to, 1 + number * (moments - 1) // max(KILLS - 1, 1))
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        if to.exists():
            assert {path.relative_to(to) for path in to.rglob("*") if path.is_file()} == whole
            shutil.rmtree(to)
        if what == "backup":
            back_up(source, to, SimulatedClock(START))
        else:
            restore(source, to)
        assert [path.name for path in tmp_path.iterdir()] == ["to"]
        assert {path.relative_to(to) for path in to.rglob("*") if path.is_file()} == whole
