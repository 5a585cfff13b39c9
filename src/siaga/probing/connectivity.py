"""Notices that our own connection is lost: several unrelated platforms fail at the network at once.

What that means for verdicts is for `detection` to say, which sees it in the measurements themselves; this is
for the page that tells how the watch is.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from siaga.domain.answers import Answer

WINDOW: Final = timedelta(minutes=3)
LEAST_PLATFORMS: Final = 2
"""So many platforms must have been asked lately, all of them in vain."""


@dataclass(slots=True)
class _LastAsked:
    """When a platform was last asked, and last reached."""

    asked: datetime
    reached: datetime | None = None


class Connectivity:
    """Whether each vantage reaches anything at all."""

    def __init__(self) -> None:
        self._last: dict[str, dict[str, _LastAsked]] = {}

    def observe(self, vantage: str, platform: str, answer: Answer, at: datetime) -> None:
        """Take the answer to one request."""
        last = self._last.setdefault(vantage, {}).setdefault(platform, _LastAsked(at))
        last.asked = at
        if answer is not Answer.UNREACHABLE:
            last.reached = at

    def offline(self, vantage: str, at: datetime) -> bool:
        """Whether every platform asked lately from the vantage was out of reach, and there were several."""
        since = at - WINDOW
        recent = [last for last in self._last.get(vantage, {}).values() if last.asked >= since]
        reached = any(last.reached is not None and last.reached >= since for last in recent)
        return len(recent) >= LEAST_PLATFORMS and not reached
