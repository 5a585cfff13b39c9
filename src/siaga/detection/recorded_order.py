"""The order in which a stream's rounds were recorded, where its clock was set while it measured.

Rounds are taken in order of time, whatever the order of their rows. A clock that was set back, or was ahead
and is put right, breaks that: rounds of one cause would stand among those before it, and be two. It shows
in the rows: times go back, to where rounds of the same stream stand already. Such a stream is taken as it
was recorded, as live. Days given in another order, or what a measurement point delivers late, go back as
well, but stand between other rounds and not among them; rows in no order go back all the time.
"""

from datetime import timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

from siaga.detection.settings import MICROSECOND

Ints = npt.NDArray[np.int64]
BACK_US: Final = timedelta(minutes=10) // MICROSECOND
"""A smaller step back is the way from measuring to the record, which differs from round to round."""
AMONG_LEAST: Final = 3
"""So many rounds must stand among so many earlier ones at least."""
AHEAD_MOST: Final = 0.9
"""Where more of the earlier rounds than this are ahead, two recordings of one stream were joined."""
STEPS_ONE_IN: Final = 20
"""At most one step in so many goes back: else the rows are in no order."""


def was_set(ends: Ints) -> bool:
    """Whether the clock of one stream was set while it measured.

    Args:
        ends: when each round was complete, microseconds, in the order of their rows.
    """
    steps = np.flatnonzero(np.diff(ends) < -BACK_US) + 1
    return STEPS_ONE_IN * len(steps) <= len(ends) and any(_among(ends, step) for step in steps.tolist())


def _among(ends: Ints, step: int) -> bool:
    """Whether the rounds from a step back on stand among those before it, not between or before them."""
    before, after = ends[:step], ends[step:]
    caught_up = after > before.max()
    behind = after[: int(np.argmax(caught_up))] if caught_up.any() else after
    ahead = before[before > after[0]]
    if len(ahead) > AHEAD_MOST * len(before):
        return False
    among = np.count_nonzero(behind > ahead.min()), np.count_nonzero(ahead < behind.max())
    return bool(min(among) >= AMONG_LEAST)


def in_recorded_order(ends: Ints, stream: Ints, platform: Ints, first_row: Ints) -> Ints:
    """Rounds in the order in which they are taken: of time; as recorded in those streams of a platform whose
    clock was set.

    Args:
        ends: when each was complete, microseconds.
        stream: which stream each is of, ...
        platform: ... and which platform.
        first_row: the place of its first row in what was given.
    """
    by_row = np.lexsort((first_row, stream))
    wrong: dict[int, list[Ints]] = {}
    for rounds in np.split(by_row, np.flatnonzero(np.diff(stream[by_row])) + 1):
        if was_set(ends[rounds]):
            wrong.setdefault(int(platform[rounds[0]]), []).append(rounds)
    taken, tie = ends.copy(), np.zeros(len(ends), np.int64)
    for streams in wrong.values():
        rounds = np.concatenate(streams)
        rounds = rounds[np.argsort(first_row[rounds])]
        taken[rounds] = np.maximum.accumulate(ends[rounds])
        tie[rounds] = first_row[rounds]
    order: Ints = np.lexsort((tie, taken))
    return order
