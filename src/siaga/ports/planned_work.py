"""Planned work, as pages see it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from siaga.cases.planned_work import PlannedWork


class PlannedWorkService(Protocol):
    """What is announced of work on the instruments."""

    def under_way(self, now: datetime) -> Sequence[PlannedWork]:
        """What goes on at this moment."""
        ...

    def announced(self, now: datetime) -> Sequence[PlannedWork]:
        """What goes on or is still to come, the next first."""
        ...

    def announce(
        self,
        platform: str | None,
        vantage: str | None,
        begins: datetime,
        ends: datetime,
        reason: str,
        by: str,
    ) -> PlannedWork:
        """Announce work.

        Raises:
            BadInput: with what is wrong, by field; nothing was written.
        """
        ...

    def end(self, work: str, by: str) -> None:
        """End work now, or call it off; what is over already stays so."""
        ...
