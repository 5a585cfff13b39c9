"""What must be known of a platform's reader to judge an election file; `platforms/` provides it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, Protocol

from siaga.domain.answers import Session, Surface
from siaga.domain.errors import BadInput, Fault
from siaga.domain.options import NO_OPTIONS, Options


class ReaderFacts(Protocol):
    """One reader's facts. Each `PlatformReader` has them as they are."""

    @property
    def surfaces(self) -> Mapping[str, frozenset[Session]]:
        """Which surfaces can be asked, and in which sessions they say anything."""
        ...

    @property
    def credential(self) -> str | None:
        """What a signed-in session needs: `bearer`, `password` or `key`; None where nobody can sign in."""
        ...

    @property
    def cost(self) -> Mapping[str, int]:
        """Requests that one asking of a surface takes, at most."""
        ...

    @property
    def options(self) -> Options:
        """What the file's `options` may say."""
        ...


PAGE: Final = "page"
"""The reader whose platforms are visited by a browser; how their pages read stands in a recipe."""
Recipes = Callable[[str], ReaderFacts]
"""Gives what the recipe at a path beside the election file says; raises BadInput where it has faults."""


class _PageFacts:
    """What is the same for all pages: nobody signs in, and a visit counts as one request."""

    surfaces: Mapping[str, frozenset[Session]] = MappingProxyType(
        {surface.value: frozenset({Session.PUBLIC}) for surface in Surface}
    )
    credential: str | None = None
    cost: Mapping[str, int] = MappingProxyType({surface.value: 1 for surface in Surface})
    options: Options = NO_OPTIONS


PAGES: Final[ReaderFacts] = _PageFacts()


def facts_of(readers: Mapping[str, ReaderFacts], reader: str) -> ReaderFacts:
    """The facts of a reader by the word that an election file uses."""
    return PAGES if reader == PAGE else readers[reader]


def no_recipes(path: str) -> ReaderFacts:
    """For where no file can be read.

    Raises:
        BadInput: always.
    """
    raise BadInput(Fault(f"The recipe {path} cannot be read here.", "Leave the platform out."))
