"""How the evidence went: a thin line of points for each subject on each platform, for the charts.

It is kept beside the verdicts because a chart must not recompute a day of rounds to be drawn. Nothing
rests on it: a replay of the measurements gives the same line.
"""

from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from siaga.ports.watch import EvidencePoint

MOST_POINTS: Final = 4096
"""A line; the older half is thinned to every second point when it is full."""


NONE: Final = 1.0
"""Evidence that speaks for nothing, and what a chart draws at its bottom."""


class EvidenceHistory:
    """The evidence about each subject on each platform, over time."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], tuple[array[float], array[float]]] = {}

    def add(self, platform: str, moment: datetime, evidence: Mapping[str, float]) -> None:
        """Take the present evidence about subjects on a platform as a whole."""
        at = moment.timestamp()
        for subject, value in evidence.items():
            times, values = self._lines.setdefault((platform, subject), (array("d"), array("d")))
            if times and at <= times[-1]:
                continue
            if len(values) >= 2 and _is_level(values[-2], values[-1], value):
                times[-1], values[-1] = at, value
                continue
            times.append(at)
            values.append(value)
            if len(times) > MOST_POINTS:
                half = MOST_POINTS // 2
                for line in (times, values):
                    line[:half] = line[:half:2]

    def points(self, platform: str, subject: str, since: datetime) -> Sequence[EvidencePoint]:
        """The line from `since` on, oldest first; where it began before, first what it was at `since`."""
        times, values = self._lines.get((platform, subject), (array("d"), array("d")))
        start = bisect_left(times, since.timestamp())
        before = [] if start in {0, len(times)} or times[start] == since.timestamp() else [values[start - 1]]
        return [EvidencePoint(since, value) for value in before] + [
            EvidencePoint(datetime.fromtimestamp(at, UTC), value)
            for at, value in zip(times[start:], values[start:], strict=True)
        ]

    def state(self) -> list[Any]:
        """All lines as plain values, for the saved state."""
        return [
            [platform, subject, list(times), list(values)]
            for (platform, subject), (times, values) in sorted(self._lines.items())
        ]

    def restore(self, state: Sequence[Any]) -> None:
        """Take back what `state` gave."""
        self._lines = {
            (platform, subject): (array("d", times), array("d", values))
            for platform, subject, times, values in state
        }


def _is_level(before: float, last: float, value: float) -> bool:
    """Whether the line goes on level, so that the last point is not needed. Evidence up to 1 is none, however
    much: of a name that is found the line is two points, for weeks."""
    return before == last == value or max(before, last, value) <= NONE
