"""Checks of a name that anybody asks for, as pages see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from siaga.domain.answers import Answer, Role, Session
from siaga.domain.verdicts import Counts, State
from siaga.election.model import PlatformWatch


class NameCheckStage(StrEnum):
    """How far somebody's check has come."""

    WAITING = "waiting"
    ASKING = "asking"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class NameCheckAnswer:
    """One name as it was asked in a round of somebody's check."""

    name: str
    role: Role
    seen: str
    """`found`, `missing` or `unmeasured`."""


@dataclass(frozen=True, slots=True)
class NameCheckRound:
    """One round, in the order in which it was asked."""

    platform: str
    surface: str
    at: datetime
    seed: str
    """Hexadecimal; the order follows from it."""
    names: Sequence[NameCheckAnswer]
    session: Session = Session.PUBLIC


@dataclass(frozen=True, slots=True)
class NameCheckResult:
    """What a check came to at one surface."""

    platform: str
    surface: str
    name: str
    state: State
    evidence: float
    rule: str
    counts: Counts
    answer: Answer
    """The last one."""
    count: int | None
    matching: int | None
    session: Session = Session.PUBLIC
    usual: float | None = None
    """Results of a comparison name in the middle; None where answers do not say."""


@dataclass(frozen=True, slots=True)
class NameCheck:
    """Somebody's check of one name."""

    id: str
    at: datetime
    name: str
    platforms: Sequence[str]
    """Ids."""
    listed: bool
    """Whether it is a name of the election; of others, little is kept and not for long."""
    until: datetime
    """Kept until then."""
    stage: NameCheckStage = NameCheckStage.WAITING
    done: float = 0.0
    """0 to 1."""
    lines: Sequence[NameCheckResult] = ()
    rounds: Sequence[NameCheckRound] = ()
    spared: Sequence[str] = ()
    """Platforms whose budget the watch needed itself; they were not asked to the end."""


class CheckService(Protocol):
    """Where anybody has a name measured now."""

    def platforms(self) -> Sequence[PlatformWatch]:
        """Those that can be asked."""
        ...

    def form(self) -> str:
        """What a new form carries."""
        ...

    def ask(self, name: str, platforms: Sequence[str], form: str, address: str) -> str:
        """Take a name to be measured; returns the id of its check. What was asked a moment ago is not asked
        again.

        Raises:
            BadInput: by field, what is wrong.
            TooMany: the address, or all together, asked too often.
        """
        ...

    def find(self, id: str) -> NameCheck | None:
        """A check."""
        ...

    def data(self, id: str) -> bytes | None:
        """Its measurements as JSON Lines, once it is done."""
        ...
