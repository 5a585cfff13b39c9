"""What sets one surface apart from another: the one table, from which each room takes what it needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from siaga.domain.answers import Surface


@dataclass(frozen=True, slots=True)
class SurfaceTraits:
    """What is true of a surface on every platform. The defaults are what is safe for a new one."""

    takes_any_name: bool = True
    """Whether it can be asked for any name. Others take a handle, or list what the day brings."""
    is_about_the_name: bool = True
    """Whether its answer is about the name; replies are about an account's posts, trends about the day."""
    is_main_way: bool = False
    """Whether it is one of those by which most people look for a name: a case about it is graver."""
    by_beginnings: bool = False
    """Whether it finds a name by the beginnings of its words, as people type; others by whole words."""
    missing: str = "missing"
    """The kind of a finding where a name is missing from this surface alone; a kind of `round-bet`."""


TRAITS: Final[Mapping[str, SurfaceTraits]] = MappingProxyType(
    {
        Surface.SEARCH_LATEST: SurfaceTraits(is_main_way=True),
        Surface.SEARCH_TOP: SurfaceTraits(is_main_way=True),
        Surface.PEOPLE: SurfaceTraits(is_main_way=True, by_beginnings=True, missing="own account missing"),
        Surface.SUGGEST: SurfaceTraits(is_main_way=True, by_beginnings=True, missing="suggestion missing"),
        Surface.HASHTAG: SurfaceTraits(),
        Surface.PROFILE: SurfaceTraits(takes_any_name=False, by_beginnings=True, missing="profile missing"),
        Surface.REPLIES: SurfaceTraits(takes_any_name=False, is_about_the_name=False),
        Surface.TRENDS: SurfaceTraits(takes_any_name=False, is_about_the_name=False),
    }
)
"""By surface: a row for each."""


def surfaces_where(holds: Callable[[SurfaceTraits], bool]) -> frozenset[str]:
    """The surfaces of which something holds."""
    return frozenset(surface for surface, traits in TRAITS.items() if holds(traits))
