"""What must be known of a platform's reader to judge an election file; `platforms/` provides it."""

from collections.abc import Mapping
from typing import Protocol

from siaga.words.answers import Session


class ReaderFacts(Protocol):
    """One reader's facts. Each `Platform` of `platforms/` has them as they are."""

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
