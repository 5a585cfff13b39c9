"""A surface is asked by the kinds of names that fit it, on the platforms where they are used."""

import pytest

from siaga.domain.answers import Surface
from siaga.election.model import ControlKind, Name, NameKind
from siaga.election.naming import FITTING, names_for, names_of_control

NAMES = tuple(Name(kind.value, kind) for kind in NameKind)


@pytest.mark.parametrize(
    ("surface", "kinds"),
    [
        (Surface.SEARCH_LATEST, ["full", "short", "nickname", "misspelling"]),
        (Surface.HASHTAG, ["hashtag"]),
        (Surface.PROFILE, ["handle"]),
        (Surface.REPLIES, ["handle"]),
        (Surface.TRENDS, ["full", "short", "hashtag"]),
    ],
)
def test_names_come_in_the_files_order(surface: Surface, kinds: list[str]) -> None:
    assert [name.text for name in names_for(NAMES, surface, "x")] == kinds


def test_a_name_of_some_platforms_is_asked_on_these_alone() -> None:
    name = Name("Sari", NameKind.FULL, platforms=("bluesky",))
    assert names_for([name], Surface.PEOPLE, "bluesky") == (name,)
    assert names_for([name], Surface.PEOPLE, "x") == ()


def test_every_surface_is_asked_by_something() -> None:
    assert set(FITTING) == set(Surface)
    assert names_for(NAMES, "no-surface", "x") == ()


WORD, HANDLE = Name("kopi", NameKind.FULL), Name("kopi_id", NameKind.HANDLE, platforms=("bluesky",))


@pytest.mark.parametrize(
    ("kind", "names", "platform", "asked"),
    [
        (ControlKind.EVERYDAY_WORD, (WORD,), "mastodon", ()),
        (ControlKind.EVERYDAY_WORD, (WORD, HANDLE), "mastodon", ()),
        (ControlKind.EVERYDAY_WORD, (WORD, HANDLE), "bluesky", (WORD,)),
        (ControlKind.PUBLIC_FIGURE, (WORD,), "mastodon", (WORD,)),
        (ControlKind.POLITICAL_FIGURE, (WORD,), "mastodon", (WORD,)),
    ],
)
def test_an_everyday_word_is_no_control_among_people_unless_it_has_an_account(
    kind: ControlKind, names: tuple[Name, ...], platform: str, asked: tuple[Name, ...]
) -> None:
    assert names_of_control(kind, names, Surface.PEOPLE, platform) == asked
    assert names_of_control(kind, names, Surface.SEARCH_LATEST, platform) == (WORD,)
