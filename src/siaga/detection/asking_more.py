"""Which rounds call for more rounds: `asking-more@1`. It adds askings, never evidence, and is no verdict."""

from collections.abc import Sequence

from siaga.detection.facts import FOUND, MISSING, code_of
from siaga.words.answers import Role
from siaga.words.records import Measurement


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
    return MISSING in codes[Role.TARGET] and found > 2 * missing
