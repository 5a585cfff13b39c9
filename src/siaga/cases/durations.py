"""How long each part of a case took: before it was proven, answered, restored."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from siaga.cases.case import EXPLAINED, Case, Stage
from siaga.domain.time import EPOCH, parse_rfc3339
from siaga.domain.verdicts import State


@dataclass(frozen=True, slots=True)
class Durations:
    """The moments of a case's present episode; None for what has not happened."""

    began: datetime | None
    """The first round in which it was not as usual."""
    began_after: datetime | None
    """The last round as usual before it; None where there was none."""
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
    back_after: datetime | None
    """The last round before that in which it was missing; None where that is not known."""

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
    reached, back = case.reached, _back_at(case)
    began = began_at(case)
    return Durations(
        began,
        _began_after(case, began),
        case.verified_at,
        reached.get(Stage.NOTIFIED),
        min(
            (reached[stage] for stage in (Stage.ACKNOWLEDGED, Stage.CLAIMED, EXPLAINED) if stage in reached),
            default=None,
        ),
        reached.get(EXPLAINED),
        reached.get(Stage.CLAIMED),
        reached.get(Stage.RESTORED),
        back,
        _missing_until(case, back),
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


def _began_after(case: Case, began: datetime | None) -> datetime | None:
    onset = None if case.proof is None else case.proof.get("onset")
    after = parse_rfc3339(onset[0]) if onset else EPOCH
    return after if began is not None and EPOCH < after <= began else None


def _missing_until(case: Case, back: datetime | None) -> datetime | None:
    said = None if case.verdict is None else case.verdict.get("detail", {}).get("missing_until")
    last = parse_rfc3339(said) if said else None
    return last if last is not None and back is not None and last < back else None


def _between(begin: datetime | None, end: datetime | None) -> timedelta | None:
    return None if begin is None or end is None else max(end - begin, timedelta())
