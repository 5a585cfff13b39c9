"""Notices that our own connection is lost: several unrelated platforms fail at the network at once."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from siaga.words.answers import Answer

WINDOW: Final = timedelta(minutes=3)
LEAST_PLATFORMS: Final = 2
"""So many platforms must have been asked lately, all of them in vain."""
MOST_OUTCOMES: Final = 64


@dataclass(frozen=True, slots=True)
class _Outcome:
    at: datetime
    platform: str
    reached: bool


class Connectivity:
    """Whether each vantage reaches anything at all."""

    def __init__(self) -> None:
        self._outcomes: dict[str, deque[_Outcome]] = {}

    def observe(self, vantage: str, platform: str, answer: Answer, at: datetime) -> None:
        """Take one asking's end."""
        outcomes = self._outcomes.setdefault(vantage, deque(maxlen=MOST_OUTCOMES))
        outcomes.append(_Outcome(at, platform, answer is not Answer.UNREACHABLE))

    def offline(self, vantage: str, at: datetime) -> bool:
        """Whether every platform asked lately from the vantage was out of reach, and there were several."""
        recent = [one for one in self._outcomes.get(vantage, ()) if at - one.at <= WINDOW]
        platforms = {one.platform for one in recent}
        return len(platforms) >= LEAST_PLATFORMS and not any(one.reached for one in recent)
