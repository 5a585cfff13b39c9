"""Asks a round: every name in its order, close together, each answer written down as a measurement."""

import asyncio
import logging
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from siaga.domain.answers import NOT_MEASURED, Answer
from siaga.domain.quota import Quota
from siaga.domain.records import Asking, Measurement, Round, Stream
from siaga.domain.time import Clock
from siaga.platforms.conversation import (
    Conversation,
    Exchange,
    Instance,
    PageVisit,
    PlatformReader,
    Query,
    Reading,
    Response,
    SelfTest,
    SignIn,
    Turn,
)
from siaga.probing.connectivity import Connectivity
from siaga.probing.failures.curl import MERGED, Phases
from siaga.probing.http import RequestOutcome
from siaga.probing.record import ConversationResult, measurement
from siaga.probing.self_tests import SelfTests, Standing
from siaga.probing.transport import Carrier

DEADLINE_S: Final = 20.0
"""For one asking, all its requests together."""
STEP_S: Final = 5.0
"""For each step of a new connection, where a failure's step is looked for."""
LONGEST_ROUND_S: Final = 120.0
"""After so long a round starts no further asking: names asked so far apart are no longer asked together."""
MOST_TURNS: Final = 6
"""Requests that one conversation may take."""
MOST_BODIES: Final = 4 * 1024 * 1024
"""Bytes of answers that a round hands on."""
AGAIN: Final = NOT_MEASURED - {Answer.WITHDRAWN} | {Answer.ERROR}
"""Answers after which a name is asked once more, at the end of the round, whoever's name it is."""
LIMITED_IN_A_ROW: Final = 2
"""So many different names limited one after another end a round: the limit is ours, not one name's."""

MOST_NOTES: Final = 100
"""Notes of readers that are logged, of different texts."""
FAILED: Final = Reading(Answer.UNREADABLE, note="the reader failed")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RoundResult:
    """What a round brought."""

    measurements: tuple[Measurement, ...]
    """By position: each name's last answer. Fewer than the askings where a limit or the time ended it."""
    quota: Quota | None = None
    """The platform's last word about its limits."""
    sent: int = 0
    """Requests that went out."""
    bodies: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """The answers as received, by their digest, up to `MOST_BODIES` in all."""
    pictures: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """Pages as a browser saw them (PNG), by the digest of the page; they count towards `MOST_BODIES`."""
    self_test: SelfTest | None = None
    """The instrument's self-test, where one was held before this round."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """How a sign-in ended."""

    token: str | None = field(repr=False)
    """None where the platform refused or could not be reached."""
    sent: int
    """Requests that went out."""


class Prober:
    """Holds readers' conversations with the network. One transport a vantage."""

    def __init__(
        self,
        transport_of: Callable[[str], Carrier],
        *,
        concurrency: Callable[[str], int] = lambda platform: 4,
        deadline_s: float = DEADLINE_S,
        longest_round_s: float = LONGEST_ROUND_S,
    ) -> None:
        """
        Args:
            transport_of: the transport of a vantage.
            concurrency: how many askings a platform may have in flight, over all its rounds.
            deadline_s: for one asking.
            longest_round_s: after so long, a round starts no further asking.
        """
        self.connectivity = Connectivity()
        self._transport_of = transport_of
        self._concurrency = concurrency
        self._deadline_s = deadline_s
        self.step_s = min(STEP_S, deadline_s)
        self._longest_round_s = longest_round_s
        self._places: dict[str, asyncio.Semaphore] = {}
        self._logged_notes: set[str] = set()
        self._self_tests = SelfTests()

    def log_note(self, stream: Stream, reading: Reading, secret: str | None) -> None:
        """Log what a reader noted of an answer that measured nothing, once for each surface and note.

        A platform may quote our credential in its error; that is cut out.
        """
        if not reading.note or reading.answer not in NOT_MEASURED or len(self._logged_notes) >= MOST_NOTES:
            return
        note = reading.note.replace(secret, "...") if secret else reading.note
        text = f"{stream.platform} {stream.surface}: {reading.answer}: {note}"
        if text not in self._logged_notes:
            self._logged_notes.add(text)
            _log.warning("%s", text)

    async def converse(self, conversation: Conversation, transport: Carrier) -> ConversationResult:
        """Hold one conversation to its end. A reader that fails gives `unreadable`, and is logged."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self._deadline_s
        sent, total = 0, 0.0
        phases = Phases()
        response: Response | None = None
        with closing(conversation):
            while sent < MOST_TURNS:
                said = _next(conversation, response)
                if isinstance(said, Reading):
                    return ConversationResult(said, phases, None, response, sent)
                sent += 1
                outcome = await _turn(said, end - loop.time(), transport)
                phases, response = outcome.phases, outcome.response
                total += phases.total_ms or 0.0
                if sent > 1:
                    phases = replace(phases, total_ms=total)
                if response is None or outcome.failure is not None:
                    unreachable = Reading(Answer.UNREACHABLE)
                    return ConversationResult(unreachable, phases, outcome.failure, response, sent)
            said = _next(conversation, response)
        if not isinstance(said, Reading):
            said = Reading(Answer.UNREADABLE, note="too many turns")
        return ConversationResult(said, phases, None, response, sent)

    async def sign_in(self, conversation: SignIn, vantage: str) -> SignedIn:
        """Hold a sign-in, of `MOST_TURNS` requests at most."""
        transport = self._transport_of(vantage)
        loop = asyncio.get_running_loop()
        end = loop.time() + self._deadline_s
        response: Response | None = None
        sent = 0
        with closing(conversation):
            while True:
                try:
                    request = next(conversation) if response is None else conversation.send(response)
                except StopIteration as done:
                    return SignedIn(done.value if isinstance(done.value, str) else None, sent)
                except Exception as error:
                    _log_failed_reader(error)
                    break
                if sent == MOST_TURNS:
                    break
                outcome = await transport.ask(request, end - loop.time())
                response = outcome.response
                sent += 1
                if response is None or outcome.failure is not None:
                    break
        return SignedIn(None, sent)

    async def ask_round(
        self, round_: Round, platform: PlatformReader, instance: Instance, *, election: str, clock: Clock
    ) -> RoundResult:
        """Ask a round's names in its order, and last once more those that failed or were not measured.

        Ends early, with those that were asked, when two different names in a row are limited, when a limit
        says that the budget is spent, or after `longest_round_s`.
        """
        stream = round_.stream
        most = self._concurrency(stream.platform)
        place = self._places.setdefault(stream.platform, asyncio.Semaphore(most))
        transport = self._transport_of(stream.vantage)
        standing = await self._self_tests.standing(
            stream, platform, instance, partial(_turn, transport=transport), clock.now(), self._deadline_s
        )
        going = _RoundInProgress(self, round_, platform, instance, election, clock, transport, standing)
        over = asyncio.get_running_loop().time() + self._longest_round_s
        await going.ask(round_.askings, most, place, over)
        await going.ask(going.to_ask_again(), most, place, over)
        await going.name_failing_step()
        return self._as_far_as_trusted(stream, standing, going.result())

    def trust(self, streams: Iterable[Stream]) -> None:
        """Take these streams for ones that work: rounds that are stored have found somebody there."""
        self._self_tests.trust(streams)

    def _as_far_as_trusted(self, stream: Stream, standing: Standing, result: RoundResult) -> RoundResult:
        measurements, doubt = self._self_tests.read_round(stream, standing, result.measurements)
        self.log_note(stream, Reading(Answer.UNREADABLE, note=doubt), None)
        return replace(result, measurements=measurements)


class _RoundInProgress:
    """One round in progress: as many workers as the platform allows ask for its names, in order."""

    def __init__(
        self,
        prober: Prober,
        round_: Round,
        platform: PlatformReader,
        instance: Instance,
        election: str,
        clock: Clock,
        transport: Carrier,
        standing: Standing,
    ) -> None:
        self._standing = standing
        self._prober, self._round, self._platform, self._instance = prober, round_, platform, instance
        self._election, self._clock, self._transport = election, clock, transport
        self._left: Iterator[Asking] = iter(())
        self._limited_in_a_row = 0
        self._ended = False
        self._sent = standing.sent
        self._quota: Quota | None = None
        self._measurements: dict[int, Measurement] = {}
        """By position."""
        self._bodies: dict[str, bytes] = {}
        self._pictures: dict[str, bytes] = {}
        self._room = MOST_BODIES

    async def ask(
        self, askings: Sequence[Asking], at_once: int, place: asyncio.Semaphore, over: float
    ) -> None:
        """Ask these in order, so many at once, unless the round has ended or does so meanwhile."""
        self._left = iter(askings)
        async with asyncio.TaskGroup() as tasks:
            for _ in range(min(at_once, len(askings))):
                tasks.create_task(self._ask_while_any_are_left(place, over))

    def to_ask_again(self) -> tuple[Asking, ...]:
        """Who failed or was not measured, in order; where most were, the cause is common: nobody."""
        asked = self._measurements
        again = tuple(
            asking
            for asking in self._round.askings
            if asking.position in asked and asked[asking.position].answer in AGAIN
        )
        return again if 2 * len(again) <= len(asked) else ()

    async def _ask_while_any_are_left(self, place: asyncio.Semaphore, over: float) -> None:
        """One worker: whoever holds a place takes the next name."""
        time = asyncio.get_running_loop().time
        while True:
            async with place:
                asking = next(self._left, None)
                if asking is None or self._ended or time() >= over:
                    return
                await self._ask(asking)

    async def name_failing_step(self) -> None:
        """Where a failure's word stands for several causes, one more connection tells which."""
        unclear = [m for m in self._measurements.values() if m.failure in MERGED]
        if not unclear:
            return
        try:
            trace = await self._transport.steps(self._instance.address, self._prober.step_s)
        except ValueError:  # no address at all; that has its word already
            return
        if trace is None:
            return
        self._sent += trace.asked
        if trace.failed is None or trace.failed.failure in MERGED:
            return
        _log.info("%s: %s failed: %s", self._platform.id, trace.failed.operation, trace.failed.failure)
        for found in unclear:
            self._measurements[found.position] = replace(found, failure=trace.failed.failure)

    def result(self) -> RoundResult:
        """What the round brought."""
        ordered = tuple(sorted(self._measurements.values(), key=lambda m: m.position))
        return RoundResult(
            ordered, self._quota, self._sent, self._bodies, self._pictures, self._standing.held
        )

    async def _ask(self, asking: Asking) -> None:
        at = self._clock.now()
        asked = await self._ask_once(asking, at)
        self._follow_limits(asked.reading)
        stream = self._round.stream
        self._prober.log_note(stream, asked.reading, self._instance.secret)
        self._prober.connectivity.observe(stream.vantage, stream.platform, asked.reading.answer, at)
        found = measurement(self._round, asking, asked, at, self._election, self._platform.reader)
        self._measurements[asking.position] = found
        if asked.response is not None and found.body_sha256 not in self._bodies:
            self._hand_on(str(found.body_sha256), asked.response)

    def _follow_limits(self, reading: Reading) -> None:
        """End the round where the limit is ours. One that a single name meets ends nobody else's round."""
        if reading.answer is not Answer.LIMITED:
            self._limited_in_a_row = 0
            return
        self._limited_in_a_row += 1
        spent = reading.quota is not None and (reading.quota.spent or reading.quota.remaining == 0)
        self._ended = self._ended or spent or self._limited_in_a_row >= LIMITED_IN_A_ROW

    async def _ask_once(self, asking: Asking, at: datetime) -> ConversationResult:
        query = Query(self._round.stream.surface, asking.name, at)
        try:
            conversation = self._platform.ask(self._instance, query)
        except Exception as error:
            _log_failed_reader(error)
            return ConversationResult(FAILED, Phases(), None, None, 0)
        asked = await self._prober.converse(conversation, self._transport)
        asked = replace(asked, reading=self._standing.read(asked.reading))
        self._sent += asked.sent
        self._quota = asked.reading.quota or self._quota
        return asked

    def _hand_on(self, sha256: str, response: Response) -> None:
        picture = response.page.picture if response.page else b""
        size = len(response.body) + len(picture)
        if size <= self._room:
            self._room -= size
            self._bodies[sha256] = response.body
            if picture:
                self._pictures[sha256] = picture


async def _turn(said: Turn, left_s: float, transport: Carrier) -> RequestOutcome:
    """Do what the reader asks for."""
    if isinstance(said, Exchange):
        return await transport.exchange(said, left_s)
    if isinstance(said, PageVisit):
        return await transport.visit(said, left_s)
    return await transport.ask(said, left_s)


def _next(conversation: Conversation, response: Response | None) -> Turn | Reading:
    """What the reader says next: its next request, or its reading."""
    try:
        return next(conversation) if response is None else conversation.send(response)
    except StopIteration as done:
        reading: Reading = done.value
        return reading
    except Exception as error:
        _log_failed_reader(error)
        return FAILED


def _log_failed_reader(error: Exception) -> None:
    """Where it failed, and not on what: an error's text may quote a secret."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    _log.error("reader error: %s in %s, line %s", type(error).__name__, Path(last.filename).name, last.lineno)
