"""Which rounds compare: at most a third of the names may be missing. Here and nowhere else.

A round in which more is missing tells of a fault of the platform, not of one name. The third is counted in
three ways, each on purpose:

- `informs`: of all askings that are bet on, the name's own outcome included. Only such rounds move evidence.
- `compares`: of the controls and the name, whatever the name's own outcome. Counts and clocks move with it,
  so it must not depend on the outcome that is bet on.
- `mostly_found`: strictly less than a third, of the controls alone. It only asks for more rounds, and a watch
  that asks more on the edge of an outage wastes its budget.
"""

import numpy as np
import numpy.typing as npt

from siaga.detection.settings import MISSING_ONE_IN


def compares(controls: int, missing: int) -> bool:
    """Whether a round says anything about a name: `missing` of its measured `controls` were missing."""
    return MISSING_ONE_IN * missing <= controls + 1


def informs(asked: int, missing: int) -> bool:
    """Whether a bet moves evidence: of `asked` askings, the name's among them, `missing` were missing."""
    return missing > 0 and MISSING_ONE_IN * missing <= asked


def informative(asked: int, missing: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """The same as `informs`, for many names at once."""
    return (missing > 0) & (MISSING_ONE_IN * missing <= asked)


def mostly_found(found: int, missing: int) -> bool:
    """Whether far fewer controls were missing than found."""
    return MISSING_ONE_IN * missing < found + missing
