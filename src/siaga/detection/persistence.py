"""When a name that is missing now is called: not before short faults of one name's own are over.

Statement. A fault that hits one name on all paths is a difference, and in its first minutes nothing that
is measured tells it from a withholding. So `missing now` is said at the alarm, and a name is called after
it was missing for five minutes; two where two surfaces, three networks and a fresh session agree and the
record is at hand; never before the longest lonely outage of a comparison name of the same breadth in the
last thirty days, plus a round; fifteen minutes at most.

Null. The name's faults last as the comparison names' do (they are exchangeable). Then a fault outlasts
all `K` recorded ones with chance at most `1 / (K + 1)`, whatever the lengths' distribution, where fifteen
minutes do not cut the record.

Source: docs/method.md, "Missing now, and called"; slow and plain: tests/reference/persistence.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from siaga.detection.settings import (
    BROAD_NETWORKS,
    BROAD_SURFACES,
    CALLED_AFTER_US,
    CALLED_BROAD_US,
    CALLED_MOST_US,
    RECORD_FROM_US,
    RECORD_US,
)

Ints = npt.NDArray[np.int64]
Place = tuple[str, str]
"""Surface and network."""


def is_broad(places: Iterable[Place]) -> bool:
    """Whether an outage that meets these places is broad."""
    met = set(places)
    surfaces, networks = {surface for surface, _ in met}, {network for _, network in met}
    return len(surfaces) >= BROAD_SURFACES and len(networks) >= BROAD_NETWORKS


@dataclass(slots=True)
class LonelyOutage:
    """One comparison name missing alone, for as long as it goes on."""

    first: int
    last: int
    """Its first and its last missing round, microseconds."""
    open: dict[int, Place] = field(default_factory=dict)
    """The streams that have not found it again."""
    met: set[Place] = field(default_factory=set)


@dataclass(slots=True)
class LonelyRecord:
    """One platform's record of comparison names that were missing alone: how long faults of one name last."""

    began: int = -1
    """Since when it is kept, microseconds; -1 before the first round."""
    going_on: dict[int, LonelyOutage] = field(default_factory=dict)
    """By comparison name."""
    narrow: list[tuple[int, int]] = field(default_factory=list)
    broad: list[tuple[int, int]] = field(default_factory=list)
    """When an outage ended and how long it lasted: only those that no later one outlasted."""

    def take(self, stream: int, place: Place, at: int, found: Iterable[int], missing: Iterable[int]) -> None:
        """A round that compares was complete: which of its comparison names were found, and which missing.

        A name is lonely where it alone is missing; where several are, the cause is not one name's own.
        """
        if self.began < 0:
            self.began = at
        gone = list(missing)
        if len(gone) == 1:
            outage = self.going_on.setdefault(gone[0], LonelyOutage(at, at))
            outage.last = max(outage.last, at)
            outage.open[stream] = place
            outage.met.add(place)
        if not self.going_on:
            return
        for name in set(self.going_on).intersection(found):
            outage = self.going_on[name]
            outage.open.pop(stream, None)
            if not outage.open:
                del self.going_on[name]
                self._note(outage)

    def _note(self, outage: LonelyOutage) -> None:
        lasted = outage.last - outage.first
        kept = self.broad if is_broad(outage.met) else self.narrow
        while kept and kept[-1][1] <= lasted:
            kept.pop()
        kept.append((outage.last, lasted))
        while kept[0][0] < outage.last - RECORD_US:
            kept.pop(0)

    def longest(self, broad: bool, now: int) -> int:
        """The longest lonely outage of this breadth that counts, microseconds; 0 for none."""
        kept = self.broad if broad else self.narrow
        return max((lasted for ended, lasted in kept if ended >= now - RECORD_US), default=0)

    def called_after(self, places: Iterable[Place], fresh_session: bool, interval: int, now: int) -> int:
        """How long a name must have been missing before it is called, microseconds.

        Args:
            places: where it is missing now.
            fresh_session: whether it is missing also where each asking is a session of its own.
            interval: between two rounds.
        """
        broad = is_broad(places)
        at_hand = self.began >= 0 and now - self.began >= RECORD_FROM_US
        least = CALLED_BROAD_US if broad and fresh_session and at_hand else CALLED_AFTER_US
        longest = self.longest(broad, now)
        return min(max(least, longest + interval if longest else 0), CALLED_MOST_US)
