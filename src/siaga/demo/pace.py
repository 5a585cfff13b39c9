"""How fast the story is told to somebody who watches: quickly through the quiet, slowly through events."""

from datetime import datetime
from typing import Final

from siaga.demo.script import FOUND_BY, OUTAGE, RESTORED, RUNNING_MATE, WITHHELD
from siaga.domain.time import parse_rfc3339
from siaga.simulation.scenario import Scenario

CHAPTERS: Final = (
    (WITHHELD, 0.05),
    (FOUND_BY, 0.25),
    (RUNNING_MATE[1], 0.42),
    (OUTAGE[0], 0.47),
    (OUTAGE[1], 0.57),
    (parse_rfc3339("2024-01-26T07:00:00+07:00"), 0.7),
    (RESTORED, 0.9),
)
"""Moments, and which share of the time has been told by then."""
AFTERWARDS: Final = 60.0
"""Simulated seconds a real second, once the story is over."""


class Pace:
    """When each moment of the story is due for somebody who watches."""

    def __init__(self, scenario: Scenario, length_s: float) -> None:
        """`length_s` real seconds are the whole story."""
        self._points = [
            (at, share * length_s) for at, share in ((scenario.starts, 0.0), *CHAPTERS, (scenario.ends, 1.0))
        ]

    def due_s(self, moment: datetime) -> float:
        """Real seconds from the beginning of the telling."""
        for (begin, begin_s), (end, end_s) in zip(self._points, self._points[1:], strict=False):
            if moment <= end:
                return begin_s + (end_s - begin_s) * ((moment - begin) / (end - begin))
        end, end_s = self._points[-1]
        return end_s + (moment - end).total_seconds() / AFTERWARDS
