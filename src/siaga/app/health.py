"""How the watch itself is: what each stream was last asked, and what came back."""

from collections import Counter, deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from siaga.election.model import Election
from siaga.web.view import StreamHealth
from siaga.words.answers import Answer
from siaga.words.records import Measurement, Stream

LAST_ROUNDS: Final = 10
"""The answers of so many rounds are told."""


class Recent:
    """The last rounds of every stream that the election asks for."""

    def __init__(self, election: Election) -> None:
        self._every: dict[Stream, timedelta] = {
            Stream(platform.id, surface.surface, vantage.id, surface.session): surface.every
            for platform in election.platforms
            for surface in platform.surfaces
            for vantage in election.vantages
        }
        self._answers: dict[Stream, deque[Counter[Answer]]] = {
            stream: deque(maxlen=LAST_ROUNDS) for stream in self._every
        }
        self._last: dict[Stream, datetime] = {}

    def add(self, stream: Stream, measurements: Sequence[Measurement], at: datetime) -> None:
        """Take one finished round."""
        if stream in self._every:
            self._answers[stream].append(Counter(m.answer for m in measurements))
            self._last[stream] = at

    def streams(self) -> list[StreamHealth]:
        """Every stream, in order."""
        return [
            StreamHealth(
                stream,
                every,
                self._last.get(stream),
                dict(sum(self._answers[stream], Counter[Answer]()).most_common()),
            )
            for stream, every in sorted(self._every.items())
        ]
