"""Errors for people: what is wrong, where, and what to do."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input."""

    what: str
    """What is wrong, in one sentence."""
    do: str
    """What to write or do instead."""
    file: str = ""
    line: int = 0
    """Counted from 1; 0 where no line applies."""
    field: str = ""
    """The field's path, such as `contestants[2].names[0]`."""

    def __str__(self) -> str:
        place = ":".join(
            part for part in (self.file, str(self.line) if self.line else "", self.field) if part
        )
        return f"{place}: {self.what} {self.do}".removeprefix(": ")


class BadInput(Exception):
    """Input that cannot be used. Nothing was changed. Exit code 2, HTTP 4xx."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


class Damaged(Exception):
    """Files of the record are missing, or not what they were. Nothing was changed. Exit code 3."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


class Busy(Exception):
    """What was asked for cannot be had now, and may be asked for again. Nothing was changed. HTTP 503."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("too busy")
        self.wait = wait
        """After so long it is worth another try."""


class NotRecorded(Exception):
    """What was measured cannot be kept: what cannot be recorded must not be judged. Exit code 3."""
