"""A watch by a script whose visitors have names measured; as a room that can be served."""

from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Self

from starlette.types import ASGIApp, Receive, Scope, Send
from tests.watch import scripted_watch as scripted
from tests.web.sample_room import SampleRoom

from siaga.domain.answers import Answer
from siaga.domain.records import Asking, Round
from siaga.domain.time import SimulatedClock
from siaga.ports.site import SitePorts
from siaga.web.app import create_site


def withheld(round_: Round, asking: Asking) -> Answer:
    """One name is missing, and the canary."""
    return Answer.EMPTY if asking.name in {"mahfud", "qzxv"} else Answer.RESULTS


class MeasuringRoom(SampleRoom):
    """The watch opens in the event loop that serves it, as an async context manager."""

    def __init__(self, directory: Path, clock: SimulatedClock) -> None:
        super().__init__()
        self._directory, self._clock, self._opened = directory, clock, AsyncExitStack()
        self._site: ASGIApp | None = None

    async def __aenter__(self) -> Self:
        declared = replace(scripted.election(), canaries=("qzxv",))
        prober = scripted.ScriptedProber(withheld)
        opened = await self._opened.enter_async_context(
            scripted.watch_of(self._directory, self._clock, prober, declared)
        )
        self._site = create_site(SitePorts(opened.view, checks=opened.checks))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._opened.aclose()

    def site(self) -> ASGIApp:
        """Its pages, once it is open."""

        async def pages(scope: Scope, receive: Receive, send: Send) -> None:
            assert self._site is not None
            await self._site(scope, receive, send)

        return pages


def watching(directory: Path, clock: SimulatedClock) -> MeasuringRoom:
    """Such a room."""
    return MeasuringRoom(directory, clock)
