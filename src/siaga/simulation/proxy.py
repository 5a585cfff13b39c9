"""A proxy that spoils real servers' answers on command: it stands in front of servers that tests start.

It knows each platform's contract, so it can tell who is asked for where, take results out of real answers,
and give the contract's own errors. It speaks to the loopback addresses given at start and to no other.
"""

import asyncio
import contextlib
import secrets
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import parse_qsl

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from siaga.domain.time import Clock, SystemClock
from siaga.simulation.commands import FaultCommands
from siaga.simulation.contracts.contract import Contract, ContractQuery, RateLimit
from siaga.simulation.contracts.registry import CONTRACTS
from siaga.simulation.control import ControlApi
from siaga.simulation.editing import edited, written
from siaga.simulation.faults import CONTENT, Circumstance, FaultKind, InjectedFault, left, struck, whole
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
from siaga.simulation.messages import Incoming, NetworkEffect, Outgoing
from siaga.simulation.platform import DEFAULT_RATE_LIMIT, network, replaced, spent
from siaga.simulation.posts import Corpus
from siaga.simulation.upstream import HOP_BY_HOP, Unanswered, Upstream, UpstreamResponse

NOWHERE = Outgoing(502, b"The server behind the proxy gave no answer.", "text/plain; charset=utf-8")
TOO_LARGE = Outgoing(413, b"The request is too large.", "text/plain; charset=utf-8")
MOST_HELD = 10_000
"""Frames of one subscription that are held back until its end."""


@dataclass(frozen=True, slots=True)
class ProxyTarget:
    """A real server, as one vantage reaches it."""

    platform: str
    vantage: str
    reader: str
    """Whose contract it answers by."""
    address: str
    """`http://127.0.0.1:2584`; for Nostr `ws://127.0.0.1:6969`."""


@dataclass(slots=True)
class _ProxiedTarget:
    """A target with what is needed to serve it."""

    target: ProxyTarget
    upstream: Upstream
    contract: Contract
    askings: int = 0


@dataclass(slots=True)
class _Subscription:
    """A Nostr subscription under way."""

    ask: ContractQuery
    asking: Circumstance
    hit: Sequence[InjectedFault]
    events: list[object] = field(default_factory=list)


class FaultyProxy:
    """Stands in front of real servers; an async context manager. Without faults it changes nothing.

    `commands` starts and stops faults, in this process; `control_address` does so from another, with `token`.

    Raises:
        BadInput: a target's address is not on loopback.
    """

    def __init__(
        self,
        targets: Sequence[ProxyTarget],
        clock: Clock | None = None,
        *,
        token: str | None = None,
        seed: str = "",
    ) -> None:
        self.token = token or secrets.token_urlsafe(24)
        self.answered = 0
        """How many requests went through or were answered here."""
        self._clock = clock or SystemClock()
        self._seed = seed
        self._targets = [(target, Upstream.at(target.address)) for target in targets]
        self.commands = FaultCommands(
            {target.platform: target.reader for target in targets},
            {target.vantage for target in targets},
            cannot=frozenset({FaultKind.IRRELEVANT}),
        )
        self._by_port: dict[int, _ProxiedTarget] = {}
        self._control = ControlApi(
            self.token, self.commands, self._clock, lambda: {"answered": self.answered}
        )
        self._control_port = 0
        self._running = contextlib.AsyncExitStack()

    async def __aenter__(self) -> "FaultyProxy":
        sockets: list[socket.socket] = []
        nothing = Corpus("", [], "UTC")
        for target, upstream in self._targets:
            listener = loopback_socket()
            sockets.append(listener)
            contract = CONTRACTS[target.reader](nothing, None)
            self._by_port[listener.getsockname()[1]] = _ProxiedTarget(target, upstream, contract)
        control = loopback_socket()
        self._control_port = control.getsockname()[1]
        await self._running.enter_async_context(listening(self._serve, [*sockets, control]))
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._running.aclose()

    def address(self, platform: str, vantage: str) -> str:
        """Where to ask instead of the real server.

        Raises:
            KeyError: there is no such target, or nothing listens.
        """
        for port, proxied in self._by_port.items():
            if (proxied.target.platform, proxied.target.vantage) == (platform, vantage):
                return f"http://127.0.0.1:{port}"
        raise KeyError(platform, vantage)

    @property
    def control_address(self) -> str:
        """Where another process starts and stops faults."""
        return f"http://127.0.0.1:{self._control_port}"

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        port = port_of(scope)
        if port == self._control_port and scope["type"] == "http":
            await self._control.serve(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._relay(self._by_port[port], scope, receive, send)
        else:
            await self._forward(self._by_port[port], scope, receive, send)

    def _hit(
        self, proxied: _ProxiedTarget, ask: ContractQuery
    ) -> tuple[Circumstance, tuple[InjectedFault, ...]]:
        proxied.askings += 1
        target = proxied.target
        now = self._clock.now()
        asking = Circumstance(target.platform, target.vantage, ask.surface, ask.name, now, proxied.askings)
        return asking, struck(tuple(self.commands.faults.values()), asking, self._seed)

    def _unnamed(self, proxied: _ProxiedTarget) -> tuple[InjectedFault, ...]:
        """The faults that hit also what asks for no name."""
        general = [fault for fault in self.commands.faults.values() if not fault.names and not fault.surfaces]
        asking = Circumstance(proxied.target.platform, proxied.target.vantage, "", "", self._clock.now())
        return struck(general, asking, self._seed)

    async def _forward(self, proxied: _ProxiedTarget, scope: Scope, receive: Receive, send: Send) -> None:
        body = await body_of(receive)
        if body is None:
            await send_answer(send, TOO_LARGE)
            return
        headers = headers_of(scope)
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        ask = proxied.contract.understand(
            Incoming(scope["method"], scope["path"], query, headers, body), self._clock.now()
        )
        self.answered += 1
        raw = scope["raw_path"].decode("latin-1")
        target = raw + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else "")
        if isinstance(ask, Outgoing):
            effect = network(self._unnamed(proxied))
            answer = await self._ask(proxied, scope["method"], target, headers, body, effect)
        else:
            asking, hit = self._hit(proxied, ask)
            effect = network(hit)
            answer = self._instead(proxied, ask, hit) or self._spoilt(
                proxied,
                ask,
                asking,
                hit,
                await self._ask(proxied, scope["method"], target, headers, body, effect),
            )
        await asyncio.sleep(effect.delay_s)
        if effect.reset:
            await break_connection(scope, receive)
        else:
            await send_answer(send, answer)

    async def _ask(
        self,
        proxied: _ProxiedTarget,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes,
        effect: NetworkEffect,
    ) -> Outgoing:
        """The real server's answer; it is not asked where nobody will hear."""
        if effect.reset:
            return NOWHERE
        try:
            return _outgoing(await proxied.upstream.ask(method, target, headers, body))
        except Unanswered:
            return NOWHERE

    def _instead(
        self, proxied: _ProxiedTarget, ask: ContractQuery, hit: Sequence[InjectedFault]
    ) -> Outgoing | None:
        """The answer that is given without asking the real server, if a fault has one."""
        now = self._clock.now()
        match whole(hit):
            case None:
                return None
            case FaultKind.CHALLENGE:
                return proxied.contract.challenged()
            case FaultKind.LIMIT:
                rate_limit: RateLimit = next(iter(proxied.contract.rate_limits(ask)), DEFAULT_RATE_LIMIT)
                balance = spent(rate_limit, now)
                limited = proxied.contract.limited(ask, balance, now)
                return replaced(limited, proxied.contract.headers(balance, now))
            case kind:
                return proxied.contract.spoilt(kind, ask, now)

    def _spoilt(
        self,
        proxied: _ProxiedTarget,
        ask: ContractQuery,
        asking: Circumstance,
        hit: Sequence[InjectedFault],
        answer: Outgoing,
    ) -> Outgoing:
        """A real answer with the results that the faults leave."""
        if answer.status != 200 or not any(fault.kind in CONTENT for fault in hit):
            return answer
        try:
            document = orjson.loads(answer.body)
        except orjson.JSONDecodeError:
            return answer

        def keep(items: Sequence[object]) -> list[object]:
            return left(items, hit, asking, self._seed, partial(written, proxied.contract))

        document = edited(proxied.contract, ask, document, keep)
        if document is None:
            return proxied.contract.answer(ask, [], asking.at)
        return Outgoing(200, orjson.dumps(document), answer.content_type, answer.headers)

    async def _relay(self, proxied: _ProxiedTarget, scope: Scope, receive: Receive, send: Send) -> None:
        """A WebSocket through to the real relay, frame by frame."""
        await receive()
        upstream = proxied.upstream
        path = upstream.path + (scope["raw_path"].decode("latin-1") or "/")
        try:
            real = await connect(
                f"ws://{upstream.host}:{upstream.port}{path}", max_size=2**22, proxy=None, open_timeout=10
            )
        except (OSError, WebSocketException, TimeoutError):
            await send({"type": "websocket.close", "code": 1014})
            return
        try:
            await send({"type": "websocket.accept"})
            await self._carry(proxied, real, scope, receive, send)
        finally:
            try:
                await real.close()
            finally:  # a proxy that ends waits for no relay's goodbye
                real.transport.abort()

    async def _carry(
        self, proxied: _ProxiedTarget, real: ClientConnection, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Frames both ways, until either side ends."""
        running: dict[str, _Subscription] = {}

        async def downwards() -> None:
            with contextlib.suppress(WebSocketException):
                async for message in real:
                    for frame in self._heard(proxied.contract, str(message), running):
                        await send({"type": "websocket.send", "text": frame})
                await send({"type": "websocket.close", "code": 1000})

        listener = asyncio.create_task(downwards())
        try:
            while (message := await receive())["type"] == "websocket.receive":
                text = message.get("text") or ""
                self.answered += 1
                instead, effect = self._answered_here(proxied, text, running)
                await asyncio.sleep(effect.delay_s)
                if effect.reset:
                    await break_connection(scope, receive)
                    return
                if instead is None:
                    await real.send(text)
                else:
                    for frame in instead.lines():
                        await send({"type": "websocket.send", "text": frame})
        except WebSocketException:
            pass
        finally:
            listener.cancel()
            await asyncio.gather(listener, return_exceptions=True)

    def _answered_here(
        self, proxied: _ProxiedTarget, text: str, running: dict[str, _Subscription]
    ) -> tuple[Outgoing | None, NetworkEffect]:
        """What the client's frame gets instead of going through, and how the network treats it."""
        ask = proxied.contract.understand(Incoming("WS", "/", body=text.encode()), self._clock.now())
        if isinstance(ask, Outgoing):
            return None, network(self._unnamed(proxied))
        asking, hit = self._hit(proxied, ask)
        instead = self._instead(proxied, ask, hit)
        if instead is None and any(fault.kind in CONTENT for fault in hit):
            running[ask.options["subscription"]] = _Subscription(ask, asking, hit)
        return instead, network(hit)

    def _heard(self, contract: Contract, text: str, running: dict[str, _Subscription]) -> list[str]:
        """The frames that go down for one from the relay: held back where a fault thins its subscription."""
        try:
            frame = orjson.loads(text)
        except orjson.JSONDecodeError:
            return [text]
        match frame:
            case ["EVENT", str() as id, dict() as event] if id in running:
                if len(running[id].events) < MOST_HELD:
                    running[id].events.append(event)
                return []
            case ["EOSE", str() as id] if id in running:
                done = running.pop(id)
                kept = left(done.events, done.hit, done.asking, self._seed, partial(written, contract))
                return [*(orjson.dumps(["EVENT", id, event]).decode() for event in kept), text]
        return [text]


def _outgoing(answer: UpstreamResponse) -> Outgoing:
    headers = {
        name: value
        for name, value in answer.headers.items()
        if name not in HOP_BY_HOP and name not in ("content-type", "date", "server")
    }
    kind = answer.headers.get("content-type", "application/octet-stream")
    return Outgoing(answer.status, bytes(answer.body), kind, headers)
