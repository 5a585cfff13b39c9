"""The simulated platforms in the watch's own process: every answer, and how long it took, follows from the
scenario's seed and the simulated moment. Nothing of it goes through a network."""

import asyncio
from collections.abc import Mapping
from hashlib import blake2b
from math import inf
from typing import Final
from urllib.parse import urlsplit

from siaga.domain.answers import Session
from siaga.domain.failures import Failure
from siaga.domain.records import Stream
from siaga.domain.time import Clock
from siaga.election.model import Election
from siaga.platforms.conversation import Exchange, Instance, PageVisit, Request, Response
from siaga.probing.browser import not_switched_on
from siaga.probing.connection_probe import Trace
from siaga.probing.failures.curl import Phases
from siaga.probing.http import RequestOutcome
from siaga.probing.rounds import DEADLINE_S, Prober
from siaga.simulation.fit import fit
from siaga.simulation.messages import Incoming, Outgoing, parameters
from siaga.simulation.platform import SimulatedPlatform, platforms_of
from siaga.simulation.scenario import Scenario

ACCOUNT: Final = "siaga.demo.example"
DOMAIN: Final = "demo.example"
"""Each platform's address is its id before this. The name is reserved: it exists in no network."""
TOKEN: Final = "the-demo-has-no-secret"  # noqa: S105
FASTEST_MS, SLOWEST_MS = 40, 400
"""Bounds of how long an answer takes."""


class Simulated:
    """The platforms of a scenario as the watch reaches them.

    Raises:
        BadInput: the scenario speaks of what the election's platforms do not have.
    """

    def __init__(self, election: Election, scenario: Scenario, clock: Clock) -> None:
        fit(scenario, election)
        platforms = platforms_of(election, scenario, TOKEN, scenario.faults_at)
        self._carriers = {
            vantage.id: _InProcess(platforms, vantage.id, clock, scenario.seed)
            for vantage in election.vantages
        }
        self._concurrency = {platform.id: platform.concurrency for platform in election.platforms}
        self._options = {platform.id: dict(platform.options) for platform in election.platforms}

    def instance(self, stream: Stream) -> Instance:
        """Where and with what a stream is asked."""
        signed_in = stream.session is Session.SIGNED_IN
        return Instance(
            f"https://{stream.platform}.{DOMAIN}",
            stream.session,
            TOKEN if signed_in else None,
            ACCOUNT if signed_in else None,
            self._options[stream.platform],
        )

    def prober(self) -> Prober:
        """Who asks them. However slow this machine is, no round of theirs takes too long."""
        return Prober(
            self._carriers.__getitem__, concurrency=self._concurrency.__getitem__, longest_round_s=inf
        )


class _InProcess:
    """Carries one vantage's requests to the platforms by a call."""

    def __init__(
        self, platforms: Mapping[str, SimulatedPlatform], vantage: str, clock: Clock, seed: str
    ) -> None:
        self._platforms, self._vantage, self._clock, self._seed = platforms, vantage, clock, seed
        self._asked = 0

    async def ask(self, request: Request, deadline_s: float) -> RequestOutcome:
        """Hand a request over. Others have their turn meanwhile, in the order in which they came."""
        await asyncio.sleep(0)
        address = urlsplit(request.url)
        headers = {name.lower(): value for name, value in request.headers.items()}
        query = parameters(address.query)
        incoming = Incoming(request.method, address.path, query, headers, request.body or b"")
        return self._answered(address.hostname or "", incoming, request.url)

    async def exchange(self, asked: Exchange, deadline_s: float) -> RequestOutcome:
        """Hand an exchange's frames over, one after another; its response has the answers' lines."""
        await asyncio.sleep(0)
        frames = [Incoming("WS", "/", body=frame.encode()) for frame in asked.frames]
        host = urlsplit(asked.url).hostname or ""
        outcomes = [self._answered(host, frame, asked.url) for frame in frames]
        failed = next((outcome for outcome in outcomes if outcome.response is None), None)
        if failed is not None:
            return failed
        lines = [outcome.response.body for outcome in outcomes if outcome.response is not None]
        return RequestOutcome(Response(101, {}, b"\n".join(lines), asked.url), None, outcomes[-1].phases)

    async def visit(self, asked: PageVisit, deadline_s: float) -> RequestOutcome:
        """No platform of a scenario is a page."""
        raise not_switched_on()

    async def steps(self, url: str, deadline_s: float) -> Trace | None:
        """A call has no steps."""
        return None

    def _answered(self, host: str, incoming: Incoming, url: str) -> RequestOutcome:
        platform = self._platforms[host.removesuffix(f".{DOMAIN}")]
        answer, effect = platform.respond(incoming, self._vantage, self._clock.now())
        took_ms = self._took_ms(url) + effect.delay_s * 1000
        if took_ms > DEADLINE_S * 1000:
            return RequestOutcome(None, Failure.TIMED_OUT, Phases(total_ms=DEADLINE_S * 1000))
        phases = Phases(first_byte_ms=took_ms, total_ms=took_ms)
        if effect.reset:
            return RequestOutcome(None, Failure.CONNECTION_RESET, phases)
        return RequestOutcome(_response(answer, url), None, phases)

    def _took_ms(self, url: str) -> float:
        """How long the answer takes, drawn from the seed for each asking."""
        self._asked += 1
        drawn = f"{self._seed}|took|{self._vantage}|{self._asked}|{url}".encode()
        share = int.from_bytes(blake2b(drawn, digest_size=4).digest()) / 2**32
        return round(FASTEST_MS + share * (SLOWEST_MS - FASTEST_MS), 1)


def _response(answer: Outgoing, url: str) -> Response:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Response(answer.status, {"content-type": answer.content_type, **headers}, answer.body, url)
