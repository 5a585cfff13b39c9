"""The platforms are found by their files."""

import re
from pathlib import Path

import pytest

import siaga.platforms
from siaga.platforms.platform import Platform
from siaga.platforms.registry import platforms

FOLDER = Path(siaga.platforms.__file__).parent


def test_every_file_that_makes_a_platform_is_found_and_nothing_else() -> None:
    files = {path.stem for path in FOLDER.glob("*.py") if f"\n{path.stem} = Platform(" in path.read_text()}
    assert files == set(platforms())
    assert all(isinstance(platform, Platform) for platform in platforms().values())


def test_no_other_room_keeps_a_list_of_platforms() -> None:
    """Only the simulations name those that they play, and an import knows how tables and Popolo name them.
    One id alone may be a word: a file mode, a matrix."""
    imports = {"importing.py", "roster_csv.py", "roster_popolo.py"}
    quoted = re.compile("|".join(f'"{id}"' for id in platforms()))
    rooms = [room for room in FOLDER.parent.iterdir() if room.name not in {"platforms", "simulation", "demo"}]
    modules = [module for room in rooms for module in room.rglob("*.py") if module.name not in imports]
    lists = [module for module in modules if len(set(quoted.findall(module.read_text(encoding="utf-8")))) > 1]
    assert lists == []


def test_their_order_is_always_the_same() -> None:
    assert list(platforms()) == sorted(platforms())


def test_a_platform_is_called_as_its_file() -> None:
    for id, platform in platforms().items():
        assert platform.id == id
        assert platform.reader.startswith(f"{id}@")


def test_a_platform_called_otherwise_than_its_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("siaga.platforms.lemmy.lemmy", platforms()["x"])
    with pytest.raises(RuntimeError, match=r"platforms/lemmy\.py calls its platform x"):
        platforms.__wrapped__()
