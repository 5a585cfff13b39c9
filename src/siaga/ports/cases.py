"""The control room's work on its cases, as pages and programs see it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from siaga.cases.case import Case
from siaga.cases.commands import Command
from siaga.cases.guards import Actor
from siaga.cases.once import Once
from siaga.cases.room_file import RoomFile
from siaga.domain.verdicts import Verdict
from siaga.journal.events import JournalEvent


class CaseService(Protocol):
    """The room's work on its cases, as the pages that act on them see it."""

    room: RoomFile

    @property
    def cases(self) -> Mapping[str, Case]:
        """All cases by id."""
        ...

    def history(self, case: str) -> Sequence[JournalEvent]:
        """Everything that happened to a case, oldest first, with what was undone."""
        ...

    def catch_up(self) -> None:
        """Read what others wrote into the record since: the outbox, a command."""
        ...

    def do(self, command: Command, actor: Actor, once: Once | None = None) -> Case:
        """Carry out a command, once for an asking; returns the case as it then is.

        Raises:
            NotAllowed: it cannot be done; nothing was written.
            AskedOtherwise: something else was asked by the same key; nothing was written.
        """
        ...

    def turned_away(self, door: str, reason: str, link: str | None) -> None:
        """Record that somebody showed what opens no door; once an hour for each."""
        ...


class FindingFollower(Protocol):
    """Who makes cases of what is measured, as the watch sees them."""

    def measured(self, verdict: Verdict) -> None:
        """Take a change of state."""
        ...

    def tick(self, verdicts: Sequence[Verdict], measured: Mapping[str, datetime]) -> None:
        """Do what time brings.

        Args:
            verdicts: the present ones, of names and places; not of single streams.
            measured: when each platform was measured last, by its id.
        """
        ...
