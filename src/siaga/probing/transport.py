"""How one vantage reaches the platforms: its HTTP, its WebSockets, one proxy, one trust."""

from siaga.platforms.conversation import Exchange, Request
from siaga.probing.http import Http, Outcome
from siaga.probing.websocket import WebSockets


class Transport:
    """One vantage's network. Made inside a running event loop; `close` it at the end."""

    def __init__(
        self,
        *,
        proxy: str | None = None,
        family: int | None = None,
        trust: str | None = None,
        agent: str = "siaga",
    ) -> None:
        """As `Http` takes them."""
        self._http = Http(proxy=proxy, family=family, trust=trust, agent=agent)
        self._websockets = WebSockets(proxy=proxy, family=family, trust=trust, agent=agent)

    async def ask(self, request: Request, deadline_s: float) -> Outcome:
        """Send a request and wait for the end."""
        return await self._http.ask(request, deadline_s)

    async def exchange(self, asked: Exchange, deadline_s: float) -> Outcome:
        """Hold a WebSocket exchange."""
        return await self._websockets.exchange(asked, deadline_s)

    def close(self) -> None:
        """Give every connection back."""
        self._http.close()
