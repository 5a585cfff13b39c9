"""What each answer counts as: `missing@2`."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from siaga.detection.rule import Rule
from siaga.domain.answers import Answer, Role

RULE = Rule(
    id="missing@2",
    decides="Which answers count as missing (empty, hidden, refused, error, results of which none match), "
    "and which leave the round as not measured (limited, challenged, walled, unreachable, unreadable; and "
    "withdrawn, which is its owner's act and evidence of nothing).",
)
FOUND, MISSING, LIMITS, NETWORK, LAYOUT, WITHDRAWN = range(6)
"""What an answer counts as. From `LIMITS` on it was not measured: limit or wall, network, reader, owner."""

CODES: dict[Answer, int] = {
    Answer.RESULTS: FOUND,
    Answer.EMPTY: MISSING,
    Answer.HIDDEN: MISSING,
    Answer.REFUSED: MISSING,
    Answer.ERROR: MISSING,
    Answer.LIMITED: LIMITS,
    Answer.CHALLENGED: LIMITS,
    Answer.WALLED: LIMITS,
    Answer.UNREACHABLE: NETWORK,
    Answer.UNREADABLE: LAYOUT,
    Answer.WITHDRAWN: WITHDRAWN,
}


def code_of(answer: Answer, count: int | None, matching: int | None) -> int:
    """What an answer counts as, by `missing@2`."""
    if answer is Answer.RESULTS and (matching == 0 or (matching is None and count == 0)):
        return MISSING
    return CODES[answer]


def are_kept_back(codes: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Which answers were not measured for a cause that a platform could make: all but an owner's own act."""
    kept_back: npt.NDArray[np.bool_] = (codes >= LIMITS) & (codes != WITHDRAWN)
    return kept_back


def is_odd(codes: npt.NDArray[np.uint8], roles: Sequence[Role]) -> bool:
    """Whether any name was not found, or any canary was."""
    return any(
        (code == FOUND) if role is Role.CANARY else (code != FOUND)
        for code, role in zip(codes.tolist(), roles, strict=True)
    )
