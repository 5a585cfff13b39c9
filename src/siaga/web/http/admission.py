"""Pages have a share of the event loop's time; within it, whoever has used least of it comes first.

Measuring runs in the same event loop, and what it needs should not depend on how many look, or how often. So
the time that requests take is counted, and once their share is used, each step of one waits until there is
some again. A visitor who asks for one page comes before one who asks for a thousand, but not before the step
that is being taken, and what the server does outside requests (opening connections, reading headers) is not
counted: docs/performance/visitors.md has how long others waited in the floods that were tried.
"""

import asyncio
import heapq
import time
from collections.abc import Awaitable, Callable, Generator
from typing import Any, Final

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from siaga.domain.networks import network_of
from siaga.web.http.protection import protected

SHARE: Final = 0.3
"""Of the event loop's time, that requests may take."""
AT_ONCE_S: Final = 0.05
"""Seconds of it that may be taken in one go: some pages of a large election."""
LONGEST_WAIT_S: Final = 5.0
"""Seconds that a request waits for its turn; then it is told to come later."""
RETRY_AFTER_S: Final = 10
BEHIND_S: Final = 0.1
"""Seconds of used time by which a request whose answer has begun stands behind those that have nothing yet:
event streams and long downloads behind pages."""
MOST_REMEMBERED: Final = 10_000
"""Networks of which is known what they have used."""


LEAST_S: Final = 0.001
"""Seconds that a waiting step counts for until it is known what it took."""
Turn = asyncio.Future[None]


class LoopShare:
    """How much of a share of time is used."""

    def __init__(self, share: float, at_once_s: float) -> None:
        self._share, self._at_once = share, at_once_s
        self._used, self._at = 0.0, 0.0

    def spend(self, seconds: float) -> None:
        """So much was used."""
        self._used += seconds

    def free_in(self, now: float) -> float:
        """Seconds until some is left; 0 where some is."""
        self._used = max(0.0, self._used - (now - self._at) * self._share)
        self._at = now
        return max(0.0, self._used - self._at_once) / self._share


class WaitingRequests:
    """Those that wait for their turn, by what their network has used (start-time fair queueing): neither many
    requests nor costly ones come before others' few."""

    def __init__(self) -> None:
        self._turns: list[tuple[float, int, float, Turn]] = []
        """Each with its place, and where it stands on the scale of used time."""
        self._used: dict[str, float] = {}
        """Of a network, where on the scale of used time its next request stands."""
        self._present = 0.0
        """Where on that scale the request stands that had its turn last."""
        self._count = 0

    def __bool__(self) -> bool:
        return bool(self._turns)

    def add(self, network: str, turn: "Turn", behind_s: float = 0.0) -> None:
        """Wait for a turn; so many seconds of used time behind the others."""
        self._count += 1
        start = max(self._present, self._used.get(network, 0.0))
        self.spent(network, LEAST_S)  # its next one stands behind this one, whatever this one will take
        heapq.heappush(self._turns, (start + behind_s, self._count, start, turn))

    def next(self) -> "Turn | None":
        """Whose turn it is; None where all have gone."""
        while self._turns:
            _, _, start, turn = heapq.heappop(self._turns)
            if not turn.done():
                self._present = max(self._present, start)
                return turn
        return None

    def spent(self, network: str, seconds: float) -> None:
        """A network has used so much."""
        self._used[network] = max(self._present, self._used.get(network, 0.0)) + seconds
        if len(self._used) > MOST_REMEMBERED:
            self._used = {known: used for known, used in self._used.items() if used > self._present}


class Admission:
    """Lets requests in while there is time for them, as plain ASGI."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._share = LoopShare(SHARE, AT_ONCE_S)
        self._waiting = WaitingRequests()
        self._next: asyncio.Handle | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request in its turn, or say when to come again."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        client = scope.get("client")
        network = network_of(client[0] if client else "")
        if not await self._admitted(network):
            headers = {"Retry-After": str(RETRY_AFTER_S), "Cache-Control": "no-store"}
            await PlainTextResponse("Too busy; try again.\n", 503, headers)(scope, receive, protected(send))
            return

        def spend(seconds: float) -> None:
            self._share.spend(seconds)
            self._waiting.spent(network, seconds)

        has_begun = False

        async def send_on(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        def turn() -> Turn | None:
            return self._turn(network, BEHIND_S if has_begun else 0.0)

        await _Shared(self._app(scope, receive, send_on), turn, spend)

    async def _admitted(self, network: str) -> bool:
        """Wait for a request's first turn; False where it did not come in time."""
        turn = self._turn(network)
        if turn is None:
            return True
        try:
            done, _ = await asyncio.wait({turn}, timeout=LONGEST_WAIT_S)
        finally:
            turn.cancel()
        return bool(done)

    def _turn(self, network: str, behind_s: float = 0.0) -> Turn | None:
        """What to wait for before a network's next step; None where there is time for it now."""
        loop = asyncio.get_running_loop()
        if not self._waiting and not self._share.free_in(loop.time()):
            return None
        turn: Turn = loop.create_future()
        self._waiting.add(network, turn, behind_s)
        if self._next is None:
            self._next = loop.call_soon(self._let_in)
        return turn

    def _let_in(self) -> None:
        """Let the next one in where there is time for it, and look again for the one after."""
        loop = asyncio.get_running_loop()
        wait = self._share.free_in(loop.time())
        if not wait and (turn := self._waiting.next()) is not None:
            turn.set_result(None)  # it runs before this is called again: what it takes is known then
        self._next = None
        if self._waiting:
            self._next = loop.call_later(wait, self._let_in) if wait else loop.call_soon(self._let_in)


class _Shared:
    """Awaits something: waits for its turn before each step but the first, and counts what each takes."""

    def __init__(
        self, work: Awaitable[None], turn: Callable[[], Turn | None], spend: Callable[[float], None]
    ) -> None:
        self._work, self._turn, self._spend = work, turn, spend

    def __await__(self) -> Generator[Any, Any, None]:
        work = self._work.__await__()
        step: Callable[[Any], Any] = work.send
        value: Any = None
        while True:
            began = time.perf_counter()
            try:
                awaited = step(value)
            except StopIteration:
                return
            finally:
                self._spend(time.perf_counter() - began)
            try:
                step, value = work.send, (yield awaited)
                if (turn := self._turn()) is not None:
                    yield from turn
            except BaseException as error:
                step, value = work.throw, error
