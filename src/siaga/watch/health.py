"""How the watch itself is: what each stream was last asked, and what came back."""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import astuple
from datetime import datetime, timedelta
from typing import Any, Final

from siaga.domain.answers import NOT_MEASURED, Answer, Session
from siaga.domain.records import Measurement, Stream
from siaga.domain.time import parse_rfc3339, rfc3339
from siaga.election.model import Election
from siaga.ports.watch import StreamHealth
from siaga.probing.self_tests import has_found_somebody

LAST_ROUNDS: Final = 10
"""The answers of so many rounds are told."""


class RecentRounds:
    """The last rounds of every stream that the election asks for."""

    def __init__(self, election: Election) -> None:
        self._every: dict[Stream, timedelta] = {
            Stream(platform.id, surface.surface, vantage.id, surface.session): surface.every
            for platform in election.platforms
            for surface in platform.surfaces
            for vantage in election.vantages_of(platform)
        }
        self._answers: dict[Stream, deque[Counter[Answer]]] = {
            stream: deque(maxlen=LAST_ROUNDS) for stream in self._every
        }
        self._last: dict[Stream, datetime] = {}
        self._measured: dict[Stream, datetime] = {}
        """When each last measured something, since the last start."""
        self._have_found: set[Stream] = set()

    def add(self, stream: Stream, measurements: Sequence[Measurement], at: datetime) -> None:
        """Take one finished round."""
        if stream in self._every:
            self._answers[stream].append(Counter(m.answer for m in measurements))
            self._last[stream] = at
            if any(m.answer not in NOT_MEASURED for m in measurements):
                self._measured[stream] = at
            if any(map(has_found_somebody, measurements)):
                self._have_found.add(stream)

    def have_found(self) -> frozenset[Stream]:
        """The streams that have ever found somebody: a way of asking that has worked."""
        return frozenset(self._have_found)

    def state(self) -> list[Any]:
        """Everything, as JSON values."""
        return [
            [
                *astuple(stream),
                rfc3339(self._last[stream]),
                [dict(counts) for counts in answers],
                stream in self._have_found,
            ]
            for stream, answers in self._answers.items()
            if stream in self._last
        ]

    def restore(self, state: Sequence[Any]) -> None:
        """Take back what `state` gave."""
        for platform, surface, vantage, session, last, answers, has_found in state:
            stream = Stream(platform, surface, vantage, Session(session))
            if stream in self._every:
                self._last[stream] = parse_rfc3339(last)
                if has_found:
                    self._have_found.add(stream)
                self._answers[stream].extend(
                    Counter({Answer(word): count for word, count in counts.items()}) for counts in answers
                )

    def last_measured(self) -> dict[str, datetime]:
        """When each platform was last measured, at whatever stream; those never measured are left out."""
        last: dict[str, datetime] = {}
        for stream, at in self._last.items():
            last[stream.platform] = max(at, last.get(stream.platform, at))
        return last

    def streams(self) -> list[StreamHealth]:
        """Every stream, in order."""
        return [
            StreamHealth(
                stream,
                every,
                self._last.get(stream),
                dict(sum(self._answers[stream], Counter[Answer]()).most_common()),
                self._measured.get(stream),
            )
            for stream, every in sorted(self._every.items())
        ]
