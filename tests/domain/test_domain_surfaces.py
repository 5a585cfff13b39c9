"""The table of surfaces: a row for each, and what each room takes from it."""

from siaga.domain.answers import Surface
from siaga.domain.surfaces import TRAITS, surfaces_where


def test_each_surface_has_its_row() -> None:
    assert list(TRAITS) == list(Surface)


def test_what_sets_surfaces_apart() -> None:
    assert surfaces_where(lambda traits: not traits.takes_any_name) == {"profile", "replies", "trends"}
    assert surfaces_where(lambda traits: not traits.is_about_the_name) == {"replies", "trends"}
    assert surfaces_where(lambda traits: traits.is_main_way) == {
        "search-latest", "search-top", "people", "suggest",
    }  # fmt: skip
    assert surfaces_where(lambda traits: traits.by_beginnings) == {"people", "suggest", "profile"}


def test_no_surface_takes_any_name_and_answers_about_something_else() -> None:
    assert all(traits.is_about_the_name for traits in TRAITS.values() if traits.takes_any_name)
