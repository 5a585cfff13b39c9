"""The simulated platforms as servers: an address on loopback for each platform and vantage, and a control.

Every vantage has addresses of its own, so that a fault can hit one vantage alone.
"""

import asyncio
import contextlib
import secrets
import socket
from dataclasses import dataclass
from datetime import datetime

from siaga.domain.time import Clock
from siaga.election.model import Election
from siaga.simulation.commands import FaultCommands
from siaga.simulation.control import ControlApi
from siaga.simulation.faults import InjectedFault
from siaga.simulation.fit import fit
from siaga.simulation.listening import (
    Receive,
    Scope,
    Send,
    body_of,
    break_connection,
    headers_of,
    listening,
    loopback_socket,
    port_of,
    send_answer,
)
from siaga.simulation.messages import Incoming, Outgoing, parameters
from siaga.simulation.platform import platforms_of
from siaga.simulation.scenario import Scenario

TOO_LARGE = Outgoing.json({"error": "RequestTooLarge"}, 413)
TOO_LONG = Outgoing.json({"error": "RequestURITooLong"}, 414)


@dataclass(frozen=True, slots=True)
class SimulatedEndpoint:
    """One platform as one vantage reaches it."""

    platform: str
    vantage: str


class SimulatedPlatforms:
    """Every platform of an election, simulated. Use as an async context manager; nothing listens outside it.

    `clock` says what time it is on the platforms; pass the watch's own, or a `DrivenClock` to set it through
    the control address. Platforms whose contracts ask for a credential take `token` for it: as a bearer
    token, an app password or a key.

    Raises:
        BadInput: the scenario speaks of what the election's platforms do not have.
    """

    def __init__(
        self,
        election: Election,
        scenario: Scenario,
        clock: Clock,
        *,
        token: str | None = None,
    ) -> None:
        fit(scenario, election)
        self.scenario = scenario
        self.clock = clock
        self.token = token or secrets.token_urlsafe(24)
        self.answered = 0
        """How many requests the platforms have answered."""
        self._vantages = [vantage.id for vantage in election.vantages]
        self._platforms = platforms_of(election, scenario, self.token, self.faults_at)
        self._readers = {watch.id: watch.reader for watch in election.platforms}
        self.commands = FaultCommands(self._readers, set(self._vantages))
        """Faults beside the scenario's: start and stop them at any time."""
        self._endpoints: dict[int, SimulatedEndpoint] = {}
        self._control = ControlApi(self.token, self.commands, self.clock, self._say)
        self._control_port = 0
        self._running = contextlib.AsyncExitStack()

    async def __aenter__(self) -> "SimulatedPlatforms":
        sockets: list[socket.socket] = []
        for platform in self._platforms:
            for vantage in self._vantages:
                listener = loopback_socket()
                sockets.append(listener)
                self._endpoints[listener.getsockname()[1]] = SimulatedEndpoint(platform, vantage)
        control = loopback_socket()
        self._control_port = control.getsockname()[1]
        await self._running.enter_async_context(listening(self._serve, [*sockets, control]))
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._running.aclose()

    def address(self, platform: str, vantage: str) -> str:
        """Where a vantage asks a platform, such as `http://127.0.0.1:40123`.

        Raises:
            KeyError: no such platform or vantage, or nothing listens.
        """
        asked = SimulatedEndpoint(platform, vantage)
        port = next((port for port, endpoint in self._endpoints.items() if endpoint == asked), None)
        if port is None:
            raise KeyError(platform, vantage)
        return f"http://127.0.0.1:{port}"

    def addresses(self) -> dict[str, dict[str, str]]:
        """All of them: by platform, then by vantage."""
        return {
            platform: {vantage: self.address(platform, vantage) for vantage in self._vantages}
            for platform in self._platforms
        }

    @property
    def control_address(self) -> str:
        """Where the clock and faults are set, with `token` as a bearer token."""
        return f"http://127.0.0.1:{self._control_port}"

    def faults_at(self, at: datetime) -> tuple[InjectedFault, ...]:
        """The scenario's faults of a moment, and those on command."""
        return (*self.scenario.faults_at(at), *self.commands.faults.values())

    def _say(self) -> dict[str, object]:
        running = [trouble.id for trouble in self.scenario.troubles_at(self.clock.now())]
        return {"scenario": self.scenario.id, "running": running, "answered": self.answered}

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        port = port_of(scope)
        if port == self._control_port and scope["type"] == "http":
            await self._control.serve(scope, receive, send)
            return
        endpoint = self._endpoints[port]
        if scope["type"] == "websocket":
            await self._converse(endpoint, scope, receive, send)
        else:
            await self._answer(endpoint, scope, receive, send)

    async def _answer(self, endpoint: SimulatedEndpoint, scope: Scope, receive: Receive, send: Send) -> None:
        body = b"" if scope["method"] == "GET" else await body_of(receive)
        if body is None:
            await send_answer(send, TOO_LARGE)
            return
        try:
            query = parameters(scope["query_string"].decode("latin-1"))
        except ValueError:
            await send_answer(send, TOO_LONG)
            return
        request = Incoming(scope["method"], scope["path"], query, headers_of(scope), body)
        answer, effect = self._platforms[endpoint.platform].respond(
            request, endpoint.vantage, self.clock.now()
        )
        self.answered += 1
        if effect.delay_s:
            await asyncio.sleep(effect.delay_s)
        if effect.reset:
            await break_connection(scope, receive)
        else:
            await send_answer(send, answer)

    async def _converse(
        self, endpoint: SimulatedEndpoint, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """A WebSocket: every text frame is a request, every line of its answer a frame."""
        platform = self._platforms[endpoint.platform]
        await receive()
        if not platform.contract.speaks_frames:
            await send({"type": "websocket.close", "code": 1000})
            return
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            request = Incoming("WS", "/", body=(message.get("text") or "").encode())
            answer, effect = platform.respond(request, endpoint.vantage, self.clock.now())
            self.answered += 1
            if effect.delay_s:
                await asyncio.sleep(effect.delay_s)
            if effect.reset:
                await break_connection(scope, receive)
                return
            for frame in answer.lines():
                await send({"type": "websocket.send", "text": frame})
