"""Which of somebody's names is asked on which surface."""

from collections.abc import Iterable, Mapping
from typing import Final

from siaga.domain.answers import Surface
from siaga.election.model import ControlKind, Name, NameKind

_TYPED: Final = frozenset({NameKind.FULL, NameKind.SHORT, NameKind.NICKNAME, NameKind.MISSPELLING})

FITTING: Final[Mapping[str, frozenset[NameKind]]] = {
    Surface.SEARCH_LATEST: _TYPED,
    Surface.SEARCH_TOP: _TYPED,
    Surface.SUGGEST: _TYPED,
    Surface.PEOPLE: _TYPED,
    Surface.HASHTAG: frozenset({NameKind.HASHTAG}),
    Surface.PROFILE: frozenset({NameKind.HANDLE}),
    Surface.REPLIES: frozenset({NameKind.HANDLE}),
    Surface.TRENDS: frozenset({NameKind.FULL, NameKind.SHORT, NameKind.HASHTAG}),
}
"""Which kinds of names a surface can be asked for."""


LISTS_ACCOUNTS: Final = frozenset({Surface.PEOPLE})
"""Surfaces that show accounts: an everyday word without one is found there by chance alone."""


def names_of_control(
    kind: ControlKind, names: Iterable[Name], surface: str, platform: str
) -> tuple[Name, ...]:
    """The same for a control. Where accounts are shown, an everyday word is asked only if it has a handle."""
    names = tuple(names)
    if kind is ControlKind.EVERYDAY_WORD and surface in LISTS_ACCOUNTS:
        handles = names_for(names, Surface.PROFILE, platform)
        return names_for(names, surface, platform) if handles else ()
    return names_for(names, surface, platform)


def names_for(names: Iterable[Name], surface: str, platform: str) -> tuple[Name, ...]:
    """The names to ask for on a platform's surface, in the file's order; the first is the main name."""
    kinds = FITTING.get(surface, frozenset())
    return tuple(
        name for name in names if name.kind in kinds and (not name.platforms or platform in name.platforms)
    )
