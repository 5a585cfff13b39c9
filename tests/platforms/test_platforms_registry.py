"""The platforms are found by their files."""

from pathlib import Path

import siaga.platforms
from siaga.platforms.platform import Platform
from siaga.platforms.registry import platforms

FOLDER = Path(siaga.platforms.__file__).parent


def test_every_file_that_makes_a_platform_is_found_and_nothing_else() -> None:
    files = {path.stem for path in FOLDER.glob("*.py") if f"\n{path.stem} = Platform(" in path.read_text()}
    assert files == set(platforms())
    assert all(isinstance(platform, Platform) for platform in platforms().values())


def test_their_order_is_always_the_same() -> None:
    assert list(platforms()) == sorted(platforms())


def test_a_platform_is_called_as_its_file() -> None:
    for id, platform in platforms().items():
        assert platform.id == id
        assert platform.reader.startswith(f"{id}@")
