"""What is made for one viewer serves the others of that moment: many viewers cost the watch little."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from siaga.web.view import Room
from siaga.web.visitor import Visitors
from siaga.words.verdicts import Verdict

FRESH_S: Final = 1.0
"""A moment is shown for so long. Changes are announced that much later, so that whoever comes because of an
announcement never sees what was made before the change."""
Handler = Callable[[Request], Awaitable[Response]]
MOST_PAGES: Final = 64
"""Pages kept of one moment."""


@dataclass(slots=True)
class Moment:
    """What held at one moment, and the pages that were made of it."""

    since: float
    """Seconds of the event loop's clock."""
    verdicts: Sequence[Verdict]
    _pages: dict[str, Response] = field(default_factory=dict)

    def page(self, address: str) -> Response | None:
        """The page that was made for this address; None if none was."""
        return self._pages.get(address)

    def keep(self, address: str, page: Response) -> None:
        """Keep a page, if there is room."""
        if len(self._pages) < MOST_PAGES:
            self._pages[address] = page


class Present:
    """The room's present, taken anew when it is older than `fresh_s` seconds."""

    def __init__(self, room: Room, fresh_s: float, visitors: Visitors) -> None:
        self.fresh_s = fresh_s
        self._room = room
        self._visitors = visitors
        self._moment: Moment | None = None

    def moment(self) -> Moment:
        """The present moment. To be called in the event loop."""
        now = asyncio.get_running_loop().time()
        if self._moment is None or now - self._moment.since >= self.fresh_s:
            self._moment = Moment(now, self._room.verdicts())
        return self._moment

    def once(self, page: Handler) -> Handler:
        """The page, made once for all who ask for the same address in the same moment; for each of the room's
        people their own."""

        async def fresh(request: Request) -> Response:
            if self._visitors.of(request) is not None:
                return await page(request)
            moment = self.moment()
            address = f"{request.url.path}?{request.url.query}"
            made = moment.page(address)
            if made is None:
                made = await page(request)
                moment.keep(address, made)
            answer = Response(made.body, made.status_code)
            answer.raw_headers = list(made.raw_headers)
            return answer  # A copy: what compresses an answer writes into its headers.

        return fresh
