"""Doubts the instrument first: whether this account and server can find anything of others at all.

Where a platform's reader can tell, its self-test is held before a stream's first round and each hour. Until
one has passed, what comes back from the stream is `unreadable`: an account that sees only its own posts looks
like a platform that withholds everybody.

Where no test can tell, the rounds themselves are the test: until a stream has found somebody, its empty
answers are `unreadable`. What an earlier process stored counts too, so that a restart during an outage takes
no trust back.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from siaga.domain.answers import Answer, Role
from siaga.domain.records import Measurement, Stream
from siaga.domain.surfaces import surfaces_where
from siaga.platforms.conversation import (
    Instance,
    PlatformReader,
    Reading,
    Response,
    SelfTest,
    SelfTestStep,
    Turn,
)
from siaga.platforms.json import as_note
from siaga.probing.http import RequestOutcome

EVERY: Final = timedelta(hours=1)
AGAIN_AFTER: Final = timedelta(minutes=5)
"""So soon a test is held again that did not pass."""
MOST_TURNS: Final = 6
_SAYS_SOMETHING: Final = frozenset({Answer.RESULTS, Answer.EMPTY})
"""Answers that say something only through an instrument that works."""
_NEVER_FOUND: Final = "this way of asking has never found anybody"
_MUST_FIND: Final = surfaces_where(lambda traits: traits.is_about_the_name)
"""Surfaces where a control is found if anything works; trends and replies may be empty for weeks."""

Asks = Callable[[Turn, float], Awaitable[RequestOutcome]]
"""Sends what a reader asks for, within so many seconds."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a stream's instrument is trusted, for one round."""

    doubt: str = ""
    """Why it is not; empty where it is, or where the platform cannot tell."""
    held: SelfTest | None = None
    """The self-test, where one was held for this round."""
    sent: int = 0
    """Requests that it took."""
    is_tested: bool = False
    """Whether the platform has a self-test, by which the doubt was decided."""

    def read(self, reading: Reading) -> Reading:
        """The reading, as far as such an instrument can have read it."""
        if not self.doubt or reading.answer not in _SAYS_SOMETHING:
            return reading
        return Reading(Answer.UNREADABLE, quota=reading.quota, note=self.doubt)


@dataclass(slots=True)
class _Known:
    """What is known of one instrument."""

    due: datetime
    passed: bool | None = None
    """As the last test said that could tell."""
    note: str = ""


class SelfTests:
    """The self-tests of a process's instruments."""

    def __init__(self) -> None:
        self._known: dict[tuple[Stream, str, str | None], _Known] = {}
        self._have_found: set[Stream] = set()

    def trust(self, streams: Iterable[Stream]) -> None:
        """Take these streams for ones that work: rounds that are stored have found somebody there.

        A test takes that back only where it shows that the account sees nothing but its own posts.
        """
        self._have_found.update(streams)

    async def standing(
        self,
        stream: Stream,
        platform: PlatformReader,
        instance: Instance,
        asks: Asks,
        at: datetime,
        most_s: float,
    ) -> Standing:
        """How far to trust the stream's instrument at the moment `at`; tests it where that is due."""
        conversation = platform.self_test(instance, stream.surface, at)
        if conversation is None:
            return Standing()
        key = stream, instance.address, instance.account
        known = self._known.setdefault(key, _Known(at, passed=True if stream in self._have_found else None))
        if at < known.due and known.due - at <= EVERY:
            conversation.close()
            return Standing(_doubt(known), is_tested=True)
        test, sent = await _hold(conversation, asks, most_s)
        _learn(known, test)
        known.due = at + (EVERY if test.passed else AGAIN_AFTER)
        return Standing(_doubt(known), test, sent, is_tested=True)

    def read_round(
        self, stream: Stream, standing: Standing, measurements: Sequence[Measurement]
    ) -> tuple[tuple[Measurement, ...], str]:
        """A finished round as far as its instrument can have read it, and why it is doubted, if so.

        A platform that answers "nothing" for every name cannot be told from a way of asking that does not
        work, until that way has found somebody once or has passed its test.
        """
        if any(map(has_found_somebody, measurements)):
            self._have_found.add(stream)
        is_trusted = stream in self._have_found or standing.is_tested or stream.surface not in _MUST_FIND
        if is_trusted or not any(map(_says_nothing_was_found, measurements)):
            return tuple(measurements), ""
        return tuple(_unread(m) if _says_nothing_was_found(m) else m for m in measurements), _NEVER_FOUND


def has_found_somebody(measurement: Measurement) -> bool:
    """Whether an asking found who was asked for. A canary shows a reader that calls anything results."""
    carrying = measurement.count if measurement.matching is None else measurement.matching
    found = measurement.answer is Answer.RESULTS and carrying != 0
    return found and measurement.role is not Role.CANARY


def _says_nothing_was_found(measurement: Measurement) -> bool:
    return measurement.answer in _SAYS_SOMETHING and measurement.role is not Role.CANARY


def _unread(measurement: Measurement) -> Measurement:
    nothing = replace(measurement, count=None, matching=None, newest_age_s=None, ordered=None)
    return replace(nothing, answer=Answer.UNREADABLE)


def _learn(known: _Known, test: SelfTest) -> None:
    """Take a test's word. One that cannot tell takes nothing back: a search that has worked and finds nothing
    now is the platform's failure, for the controls to show."""
    if test.passed is not None or known.passed is None:
        known.passed, known.note = test.passed, test.note


def _doubt(known: _Known) -> str:
    return "" if known.passed else as_note(known.note or "not tested yet")


async def _hold(conversation: SelfTestStep, asks: Asks, most_s: float) -> tuple[SelfTest, int]:
    """Hold a self-test to its end; and how many requests it took."""
    loop = asyncio.get_running_loop()
    end = loop.time() + most_s
    response: Response | None = None
    sent = 0
    with closing(conversation):
        while sent < MOST_TURNS:
            try:
                turn = next(conversation) if response is None else conversation.send(response)
            except StopIteration as over:
                test: SelfTest = over.value
                return test, sent
            sent += 1
            outcome = await asks(turn, end - loop.time())
            response = outcome.response
            if response is None or outcome.failure is not None:
                return SelfTest(None, f"could not be tested: {outcome.failure}"), sent
    return SelfTest(None, "could not be tested: too many turns"), sent
