"""How one vantage reaches the platforms: its HTTP, its WebSockets, one proxy, one trust."""

from typing import Protocol

from siaga.platforms.conversation import Exchange, PageVisit, Request
from siaga.probing.browser import Browser, not_switched_on
from siaga.probing.connection_probe import ConnectionProber, Trace
from siaga.probing.http import Http, RequestOutcome
from siaga.probing.websocket import WebSockets


class Carrier(Protocol):
    """What carries a reader's turns to a platform: a vantage's network, or a platform in the same process."""

    async def ask(self, request: Request, deadline_s: float) -> RequestOutcome:
        """Send a request and wait for the end."""
        ...

    async def exchange(self, asked: Exchange, deadline_s: float) -> RequestOutcome:
        """Hold a WebSocket exchange."""
        ...

    async def visit(self, asked: PageVisit, deadline_s: float) -> RequestOutcome:
        """Open a page in a browser.

        Raises:
            BadInput: no browser was switched on.
        """
        ...

    async def steps(self, url: str, deadline_s: float) -> Trace | None:
        """Go to an address step by step on a new connection; None where no steps can be told."""
        ...


class Transport:
    """One vantage's network. Made inside a running event loop; `close` it at the end."""

    def __init__(
        self,
        *,
        proxy: str | None = None,
        family: int | None = None,
        trust: str | None = None,
        agent: str = "siaga",
        browser: Browser | None = None,
    ) -> None:
        """As `Http` takes them; `browser` where somebody switched one on, launched with the same proxy."""
        self._browser = browser
        self._http = Http(proxy=proxy, family=family, trust=trust, agent=agent)
        self._steps = None if proxy else ConnectionProber(family=family, trust=trust, agent=agent)
        self._websockets = WebSockets(proxy=proxy, family=family, trust=trust, agent=agent)

    async def ask(self, request: Request, deadline_s: float) -> RequestOutcome:
        """Send a request and wait for the end."""
        return await self._http.ask(request, deadline_s)

    async def exchange(self, asked: Exchange, deadline_s: float) -> RequestOutcome:
        """Hold a WebSocket exchange."""
        return await self._websockets.exchange(asked, deadline_s)

    async def visit(self, asked: PageVisit, deadline_s: float) -> RequestOutcome:
        """Open a page in the browser.

        Raises:
            BadInput: no browser was switched on.
        """
        if self._browser is None:
            raise not_switched_on()
        return await self._browser.visit(asked, deadline_s)

    async def steps(self, url: str, deadline_s: float) -> Trace | None:
        """Go to an address step by step on a new connection; None through a proxy, which hides the steps."""
        return await self._steps.probe(url, deadline_s) if self._steps else None

    def close(self) -> None:
        """Give every connection back."""
        self._http.close()
