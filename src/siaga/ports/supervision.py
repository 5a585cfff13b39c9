"""What runs beside the measuring, and what is said of a part of it that fails."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class WatchPart(StrEnum):
    """A part of a watch that may fail by itself."""

    ROUNDS = "rounds"
    """Which rounds are asked when."""
    PLAN = "plan"
    """The plan's file, by which a kill makes no budget forgotten."""
    BUDGETS = "budgets"
    """What rounds have cost, and whether they call for more."""
    SEED_KEYS = "seed-keys"
    """The keys of past days, made public."""
    STORING = "storing"
    JUDGING = "judging"
    CHECKPOINT = "checkpoint"
    """The state's file, by which a start has little to judge again."""
    EVIDENCE = "evidence"
    """What was received, kept where a name was missing."""
    CASES = "cases"
    OUTBOX = "outbox"
    ALERTS = "alerts"
    """To the room's people."""
    HEARTBEAT = "heartbeat"
    """To an outside monitor."""
    NEWS = "news"
    """By mail, to those who follow."""
    CHECKS = "checks"
    """Names that visitors have measured."""
    PAGES = "pages"
    PUBLIC_FILES = "public-files"
    PUBLIC_DATA = "public-data"
    """The open data beside the public files."""


@dataclass(frozen=True, slots=True)
class PartTrouble:
    """A part that has failed and has not done its work since."""

    part: WatchPart
    what: str
    """The kind of failure and its place in the program; never its text, which may hold a secret."""
    since: datetime
    times: int


class Supervision(Protocol):
    """Keeps the parts of a watch apart: none that fails ends another."""

    async def keep(self, part: WatchPart, work: Callable[[], Awaitable[None]]) -> None:
        """Do the work of a part until cancelled; again after a pause where it failed or ended.

        Raises:
            NotRecorded: what was measured cannot be kept.
        """
        ...

    def failed(self, part: WatchPart, error: Exception) -> None:
        """A part has failed: said when it begins, and counted from then on."""
        ...

    def is_well(self, part: WatchPart) -> None:
        """A part has done its work: said where it had failed."""
        ...

    def guard(self, part: WatchPart) -> AbstractContextManager[None]:
        """A step of a part, for the length of a block: where it fails, that is noted, and no more.

        Raises:
            NotRecorded: what was measured cannot be kept.
        """
        ...
