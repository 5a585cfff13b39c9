"""How long each part of a case took: before it was proven, answered, restored."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from siaga.cases.case import EXPLAINED, Case, Stage
from siaga.domain.time import parse_rfc3339
from siaga.domain.verdicts import State


@dataclass(frozen=True, slots=True)
class Durations:
    """The moments of a case's present episode; None for what has not happened."""

    began: datetime | None
    """The first round in which it was not as usual."""
    proven: datetime | None
    notified: datetime | None
    acknowledged: datetime | None
    explained: datetime | None
    claimed: datetime | None
    """When the platform said that it was restored."""
    restored: datetime | None
    """When measuring had verified the restoration."""
    back: datetime | None
    """When what is verified restored was first found again."""

    @property
    def undetected(self) -> timedelta | None:
        """From its beginning to its proof."""
        return _between(self.began, self.proven)

    @property
    def unacknowledged(self) -> timedelta | None:
        """From its proof to the platform's first word."""
        return _between(self.proven, self.acknowledged)

    @property
    def unnotified(self) -> timedelta | None:
        """From its proof to the notice."""
        return _between(self.proven, self.notified)

    @property
    def unanswered(self) -> timedelta | None:
        """From the notice to the platform's first word."""
        return _between(self.notified, self.acknowledged)

    @property
    def unrestored(self) -> timedelta | None:
        """From the notice to the restoration that measuring verified."""
        return _between(self.notified, self.restored)

    @property
    def affected(self) -> timedelta | None:
        """From its beginning until it was measured to be back; verifying that takes longer."""
        return _between(self.began, self.back)

    @property
    def unverified(self) -> timedelta | None:
        """From when it was back until measuring had verified it."""
        return _between(self.back, self.restored)


def durations(case: Case) -> Durations:
    """The case's moments, from its events and the verdict that proved it."""
    reached = case.reached
    return Durations(
        began_at(case),
        case.verified_at,
        reached.get(Stage.NOTIFIED),
        min(
            (reached[stage] for stage in (Stage.ACKNOWLEDGED, Stage.CLAIMED, EXPLAINED) if stage in reached),
            default=None,
        ),
        reached.get(EXPLAINED),
        reached.get(Stage.CLAIMED),
        reached.get(Stage.RESTORED),
        _back_at(case),
    )


def began_at(case: Case) -> datetime | None:
    """The first round in which it was not as usual; None where it is not proven."""
    if case.proof is None:
        return None
    onset = case.proof.get("onset")
    return parse_rfc3339(onset[1] if onset else case.proof["since"])


def _back_at(case: Case) -> datetime | None:
    restored = case.reached.get(Stage.RESTORED)
    if restored is None or case.verdict is None or case.verdict["state"] != State.FINDABLE:
        return restored
    since = parse_rfc3339(case.verdict["since"])
    return min(max(since, began_at(case) or since), restored)


def _between(begin: datetime | None, end: datetime | None) -> timedelta | None:
    return None if begin is None or end is None else max(end - begin, timedelta())
