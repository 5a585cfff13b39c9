"""Asks a round: every name in its order, close together, each answer written down as a measurement."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from siaga import __version__
from siaga.platforms.conversation import (
    Conversation,
    Exchange,
    Instance,
    Platform,
    Query,
    Reading,
    Response,
    SignIn,
)
from siaga.probing.connectivity import Connectivity
from siaga.probing.curl_words import Phases
from siaga.probing.evidence import Evidence
from siaga.probing.transport import Transport
from siaga.words.answers import Answer
from siaga.words.failures import Failure
from siaga.words.ids import uuid7
from siaga.words.quota import Quota
from siaga.words.records import Asking, Measurement, Round
from siaga.words.time import Clock

AGENT: Final = f"siaga/{__version__}"
DEADLINE_S: Final = 20.0
"""For one asking, all its requests together."""
MOST_TURNS: Final = 6
"""Requests that one conversation may take."""
AGAIN: Final = frozenset({Answer.UNREACHABLE, Answer.ERROR})
"""Answers after which a name is asked once more, whoever's name it is."""
STOPS: Final = frozenset({Answer.LIMITED})
"""Answers after which nobody further is asked in the round."""


@dataclass(frozen=True, slots=True)
class RoundResult:
    """What a round brought."""

    measurements: tuple[Measurement, ...]
    quota: Quota | None = None
    """The platform's last word about its limits."""
    sent: int = 0
    """Requests that went out."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One conversation's end."""

    reading: Reading
    phases: Phases
    failure: Failure | None
    response: Response | None
    sent: int


@dataclass(slots=True)
class _Course:
    """A round as it goes: what was sent, and whether a limit has ended it."""

    sent: int = 0
    limited: bool = False
    quota: Quota | None = None
    measurements: list[Measurement] = field(default_factory=list)


class Prober:
    """Holds readers' conversations with the network. One transport a vantage."""

    def __init__(
        self,
        transport_of: Callable[[str], Transport],
        *,
        concurrency: Callable[[str], int] = lambda platform: 4,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self.connectivity = Connectivity()
        self._transport_of = transport_of
        self._concurrency = concurrency
        self._deadline_s = deadline_s
        self._places: dict[str, asyncio.Semaphore] = {}

    async def converse(self, conversation: Conversation, transport: Transport) -> Asked:
        """Hold one conversation to its end."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self._deadline_s
        sent = 0
        total = 0.0
        response: Response | None = None
        phases = Phases()
        try:
            request = next(conversation)
            while sent < MOST_TURNS:
                sent += 1
                left = end - loop.time()
                if isinstance(request, Exchange):
                    outcome = await transport.exchange(request, left)
                else:
                    outcome = await transport.ask(request, left)
                phases = outcome.phases
                total += phases.total_ms or 0.0
                if outcome.response is None:
                    conversation.close()
                    return Asked(
                        Reading(Answer.UNREACHABLE), _with_total(phases, total), outcome.failure, None, sent
                    )
                response = outcome.response
                request = conversation.send(response)
        except StopIteration as done:
            return Asked(done.value, _with_total(phases, total), None, response, sent)
        conversation.close()
        return Asked(
            Reading(Answer.UNREADABLE, note="too many turns"),
            _with_total(phases, total),
            None,
            response,
            sent,
        )

    async def sign_in(self, conversation: SignIn, vantage: str) -> str | None:
        """Hold a sign-in; the token, or None where the platform refused or could not be reached."""
        transport = self._transport_of(vantage)
        loop = asyncio.get_running_loop()
        end = loop.time() + self._deadline_s
        try:
            request = next(conversation)
            for _ in range(MOST_TURNS):
                outcome = await transport.ask(request, end - loop.time())
                if outcome.response is None:
                    return None
                request = conversation.send(outcome.response)
        except StopIteration as done:
            return done.value if isinstance(done.value, str) else None
        finally:
            conversation.close()
        return None

    async def ask_round(
        self,
        round_: Round,
        platform: Platform,
        instance: Instance,
        *,
        election: str,
        clock: Clock,
        evidence: Evidence | None = None,
    ) -> RoundResult:
        """Ask a round's names in its order; ends early, with those that were asked, at a limit."""
        stream = round_.stream
        place = self._places.setdefault(
            stream.platform, asyncio.Semaphore(self._concurrency(stream.platform))
        )
        transport = self._transport_of(stream.vantage)
        course = _Course()

        async def ask(asking: Asking) -> None:
            try:
                if course.limited:
                    return
                at = clock.now()
                asked = await self._ask_twice_at_most(
                    platform, instance, stream.surface, asking, at, transport, course
                )
                if asked.reading.answer in STOPS:
                    course.limited = True
                if asked.reading.quota is not None:
                    course.quota = asked.reading.quota
                self.connectivity.observe(stream.vantage, stream.platform, asked.reading.answer, at)
                course.measurements.append(measurement(round_, asking, asked, at, election, platform.reader))
                if evidence is not None and asked.response is not None:
                    found = course.measurements[-1]
                    if found.body_sha256 is not None:
                        evidence.keep(found.body_sha256, asked.response.body)
            finally:
                place.release()

        async with asyncio.TaskGroup() as tasks:
            for asking in round_.askings:
                await place.acquire()
                if course.limited:
                    place.release()
                    break
                tasks.create_task(ask(asking))
        return RoundResult(
            tuple(sorted(course.measurements, key=lambda m: m.position)), course.quota, course.sent
        )

    async def _ask_twice_at_most(
        self,
        platform: Platform,
        instance: Instance,
        surface: str,
        asking: Asking,
        at: datetime,
        transport: Transport,
        course: _Course,
    ) -> Asked:
        query = Query(surface, asking.name, at)
        asked = await self.converse(platform.ask(instance, query), transport)
        course.sent += asked.sent
        if asked.reading.answer in AGAIN:
            asked = await self.converse(platform.ask(instance, query), transport)
            course.sent += asked.sent
        return asked


def measurement(
    round_: Round, asking: Asking, asked: Asked, at: datetime, election: str, reader: str
) -> Measurement:
    """What was asked and what came back, as the record."""
    reading, response, phases = asked.reading, asked.response, asked.phases
    stream = round_.stream
    bits = hashlib.sha256(round_.seed + asking.position.to_bytes(4, "big")).digest()
    return Measurement(
        id=uuid7(at, int.from_bytes(bits, "big")),
        round=round_.id,
        position=asking.position,
        at=at,
        election=election,
        platform=stream.platform,
        surface=stream.surface,
        vantage=stream.vantage,
        session=stream.session,
        subject=asking.subject,
        role=asking.role,
        name=asking.name,
        answer=reading.answer,
        failure=asked.failure,
        status=response.status if response else None,
        final_url=response.final_url if response else None,
        count=reading.count,
        matching=reading.matching,
        newest_age_s=reading.newest_age_s,
        ordered=reading.ordered,
        dns_ms=phases.dns_ms,
        connect_ms=phases.connect_ms,
        tls_ms=phases.tls_ms,
        first_byte_ms=phases.first_byte_ms,
        total_ms=phases.total_ms,
        bytes=len(response.body) if response else None,
        body_sha256=hashlib.sha256(response.body).hexdigest() if response else None,
        reader=reader,
        agent=AGENT,
    )


def _with_total(phases: Phases, total_ms: float) -> Phases:
    return Phases(phases.dns_ms, phases.connect_ms, phases.tls_ms, phases.first_byte_ms, total_ms)
