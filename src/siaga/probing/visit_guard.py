"""Whom a page may make the browser ask: its own origin, and hosts of the public internet; nobody inside.

A page that is measured, or where it leads, must not reach the machines around the vantage.
"""

import asyncio
import socket
from contextlib import suppress
from typing import Any, Final, Protocol

from siaga.config.addresses import is_inside, is_public
from siaga.probing.addresses import origin

MOST_HOSTS: Final = 500
"""Hosts that one visit may ask; a page names fewer."""


class DevTools(Protocol):
    """Chromium's debugging protocol, for one page."""

    async def send(self, method: str, parameters: dict[str, Any] | None = None) -> Any:
        """Call a method."""
        ...

    def on(self, event: str, handler: Any) -> Any:
        """Be told of an event."""
        ...


class VisitGuard:
    """Stops what a visited page asks of addresses inside, each step of a redirect included."""

    def __init__(self, asked: str, *, proxied: bool) -> None:
        """`asked` is the address that a person chose. Through a proxy names are resolved elsewhere: then only
        addresses and local names are known to be inside."""
        self._origin, self._proxied = origin(asked), proxied
        self._hosts: dict[str, bool] = {}
        self._judging: set[asyncio.Task[None]] = set()
        self.refused_page = ""
        """The address inside to which the page itself was sent; empty if it was not."""

    async def watch(self, wire: DevTools) -> None:
        """Judge every request of the page from now on."""

        def paused(event: dict[str, Any]) -> None:
            task = asyncio.ensure_future(self._judge(wire, event))
            self._judging.add(task)
            task.add_done_callback(self._judging.discard)

        wire.on("Fetch.requestPaused", paused)
        await wire.send("Fetch.enable", {"patterns": [{"urlPattern": "*", "requestStage": "Request"}]})

    async def allows(self, url: str) -> bool:
        """Whether the browser may ask for the address."""
        try:
            to = origin(url)
        except ValueError:
            return False
        if to[0] not in {"http", "https", "ws", "wss"} or to == self._origin:
            return True  # what is no network's (`data:`), and what a person chose
        host = to[1]
        if host not in self._hosts and len(self._hosts) < MOST_HOSTS:
            self._hosts[host] = not is_inside(host) and (self._proxied or await _resolves_outside(host))
        return self._hosts.get(host, False)

    async def _judge(self, wire: DevTools, event: dict[str, Any]) -> None:
        url, request = str(event["request"]["url"]), {"requestId": event["requestId"]}
        allowed = await self.allows(url)
        if not allowed and event.get("resourceType") == "Document" and not self.refused_page:
            self.refused_page = url
        with suppress(Exception):  # a page that is gone meanwhile
            if allowed:
                await wire.send("Fetch.continueRequest", request)
            else:
                await wire.send("Fetch.failRequest", {**request, "errorReason": "BlockedByClient"})


async def _resolves_outside(host: str) -> bool:
    """Whether a name leads to the public internet alone; one that leads nowhere harms nobody."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return True
    return all(is_public(str(place[0])) for *_, place in found)
