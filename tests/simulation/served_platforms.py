"""The simulated platforms on loopback at the present time, for clients that others wrote.

They run on an event loop in a thread of their own, since most clients block.
"""

import asyncio
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from siaga.domain.time import SystemClock
from siaga.election.model import Election
from siaga.simulation.faults import FaultKind, InjectedFault
from siaga.simulation.scenario import quiet
from siaga.simulation.server import SimulatedPlatforms

TOKEN = "only-for-tests"


class ServedPlatforms:
    """All six platforms, as one vantage reaches them."""

    def __init__(self, platforms: SimulatedPlatforms) -> None:
        self._platforms = platforms

    def address(self, platform: str) -> str:
        return self._platforms.address(platform, "jakarta")

    @contextmanager
    def fault(self, platform: str, kind: FaultKind, *surfaces: str) -> Iterator[None]:
        """The platform misbehaves until the block ends."""
        self._platforms.commands.start("here", InjectedFault(kind, platform=platform, surfaces=surfaces))
        try:
            yield
        finally:
            self._platforms.commands.stop("here")


@contextmanager
def served(election: Election) -> Iterator[ServedPlatforms]:
    """The platforms of an election until the block ends."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    scenario = quiet(datetime.now(UTC) - timedelta(days=1))
    platforms = SimulatedPlatforms(election, scenario, SystemClock(), token=TOKEN)
    asyncio.run_coroutine_threadsafe(platforms.__aenter__(), loop).result()
    try:
        yield ServedPlatforms(platforms)
    finally:
        asyncio.run_coroutine_threadsafe(platforms.__aexit__(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class OutsideReached(AssertionError):
    """A client asked for an address that is not on loopback."""


_guarding = False


def _guard(event: str, arguments: tuple[object, ...]) -> None:
    """Python's own audit events: no library of this process can connect or resolve without one."""
    if not _guarding:
        return
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in {"socket.connect", "socket.sendto"} and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    text = host.decode() if isinstance(host, bytes) else str(host)
    if text != "localhost" and not _is_loopback(text):
        raise OutsideReached(text)


def _is_loopback(text: str) -> bool:
    try:
        return ip_address(text).is_loopback
    except ValueError:  # a name
        return False


sys.addaudithook(_guard)


@contextmanager
def loopback_alone() -> Iterator[None]:
    """Until the block ends, whatever of this process reaches beyond loopback fails."""
    global _guarding  # noqa: PLW0603 - an audit hook cannot be taken back, so it is switched
    _guarding = True
    try:
        yield
    finally:
        _guarding = False
