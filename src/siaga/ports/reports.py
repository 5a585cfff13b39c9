"""Where reports are taken, as pages and programs see it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from siaga.cases.case import Case
from siaga.cases.guards import Actor
from siaga.cases.once import Once
from siaga.cases.reports import Report, Source


class ReportService(Protocol):
    """Where reports are taken, as the pages see it."""

    def form(self) -> str:
        """What a new form carries."""
        ...

    async def take(
        self, fields: Mapping[str, str], address: str, source: Source, picture: bytes = b""
    ) -> str:
        """Take a report; returns what its page is found by.

        Raises:
            BadInput: by field, what is wrong.
            AskedOtherwise: this form was sent already, with other content.
            TooMany: the address, or all together, sent too many.
        """
        ...

    async def enter(self, fields: Mapping[str, str], source: Source, once: Once | None) -> str:
        """Take a report that the room enters by a program, once for an asking.

        Raises:
            BadInput: by field, what is wrong.
            AskedOtherwise: something else was entered by the same key.
        """
        ...

    def by_token(self, token: str) -> Report | None:
        """The report whose reporter shows this."""
        ...

    def find(self, id: str) -> Report | None:
        """One report."""
        ...

    def newest(self, most: int) -> Sequence[Report]:
        """The newest first."""
        ...

    def case_of(self, report: Report) -> Case | None:
        """The case that it belongs to."""
        ...

    def about(self, case: Case) -> int:
        """How many reports a case has."""
        ...

    def put(self, report: str, case: str, actor: Actor) -> None:
        """Put a report to a case, by hand."""
        ...

    def picture(self, digest: str) -> Path:
        """Where a picture lies."""
        ...

    def channel(self, contestant: str) -> str:
        """What the address of a campaign's own form carries."""
        ...

    def contestant_of(self, channel: str) -> str | None:
        """Whose channel that is; None where it is none, or was renewed since."""
        ...

    def renew(self, contestant: str, by: str) -> None:
        """Make a campaign's address anew."""
        ...
