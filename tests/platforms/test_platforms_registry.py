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
    """Only the simulations name those that they play. One id alone may be a word: a file mode, a matrix."""
    quoted = re.compile("|".join(f'"{id}"' for id in platforms()))
    rooms = [room for room in FOLDER.parent.iterdir() if room.name not in {"platforms", "simulation", "demo"}]
    modules = [module for room in rooms for module in room.rglob("*.py")]
    lists = [module for module in modules if len(set(quoted.findall(module.read_text(encoding="utf-8")))) > 1]
    assert lists == []


@pytest.mark.parametrize(
    ("address", "account"),
    [
        ("https://x.com/mahfudmd", ("x", "mahfudmd")),
        ("http://www.twitter.com/@mahfudmd/?lang=id", ("x", "mahfudmd")),
        ("https://mobile.twitter.com/mahfudmd", ("x", "mahfudmd")),
        ("https://bsky.app/profile/mahfud.example", ("bluesky", "mahfud.example")),
        ("https://www.youtube.com/@mahfudmd", ("youtube", "mahfudmd")),
        ("https://x.com.example/mahfudmd", None),
        ("https://example.com/x.com/mahfudmd", None),
    ],
)
def test_the_page_of_an_account_is_one_platforms(address: str, account: tuple[str, str] | None) -> None:
    matches = {
        (platform.id, match[1])
        for platform in platforms().values()
        if platform.account_page and (match := re.fullmatch(platform.account_page, address))
    }
    assert matches == (set() if account is None else {account})


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
