"""Which rounds call for more rounds: `burst-trigger@1`. It adds askings, never evidence."""

from collections.abc import Collection, Sequence
from statistics import median

from siaga.detection.comparable import mostly_found
from siaga.detection.rule import Rule
from siaga.detection.rules.missing import FOUND, MISSING, code_of
from siaga.detection.settings import BURST_VOLUME_ONE_IN
from siaga.domain.answers import Role
from siaga.domain.records import Measurement

RULE = Rule(
    id="burst-trigger@1",
    decides="Which rounds call for more rounds. It adds askings, never evidence.",
)


def calls_for_more(measurements: Sequence[Measurement]) -> bool:
    """Whether a target was missing in the round while most of its controls were found.

    Asking more because of what was seen is free: each further round's bet is fair given all before.
    """
    codes = {
        role: [code_of(m.answer, m.count, m.matching) for m in measurements if m.role is role]
        for role in (Role.TARGET, Role.CONTROL)
    }
    found = codes[Role.CONTROL].count(FOUND)
    missing = codes[Role.CONTROL].count(MISSING)
    return MISSING in codes[Role.TARGET] and mostly_found(found, missing)


def shows_recovery(measurements: Sequence[Measurement], subjects: Collection[str]) -> bool:
    """Whether one of `subjects`, whose finding is open, was found as fully as its controls mostly are.

    It takes many rounds to prove that a name is back; this is when they are worth asking.
    """
    if not subjects:
        return False
    found = [m for m in measurements if code_of(m.answer, m.count, m.matching) == FOUND]
    usual = [_much(m) for m in found if m.role is Role.CONTROL]
    return bool(usual) and any(
        _much(m) >= median(usual) / BURST_VOLUME_ONE_IN for m in found if m.subject in subjects
    )


def _much(measurement: Measurement) -> int:
    """How many results carry the name; where that is not said, how many there are."""
    known = measurement.matching if measurement.matching is not None else measurement.count
    return 1 if known is None else known
