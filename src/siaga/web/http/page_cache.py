"""What is made for one viewer serves the others of that moment: many viewers cost the watch little."""

import asyncio
import gzip
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from siaga.cases.publication import EVERYBODY, ROOM, Viewer, visible_changes, visible_verdicts, withheld_from
from siaga.domain.verdicts import State, Verdict
from siaga.ports.watch import WatchView
from siaga.web.html.rendering import STILL
from siaga.web.html.tour import TOUR_PARAMETER, tour_stop
from siaga.web.http.session import Visitors

FRESH_S: Final = 1.0
"""A moment is shown for so long. Changes are announced that much later, so that whoever comes because of an
announcement never sees what was made before the change."""
Handler = Callable[[Request], Awaitable[Response]]
AGE_S: Final = 2
"""Seconds for which a cache before us may show what everybody sees."""
LEAST_PACKED: Final = 1_000
CHANGES_LOOKED_AT: Final = 500
"""Of the last changes of state; what a change ends is found among them."""
PACKED_AT: Final = 4
MOST_PAGES: Final = 64
"""Pages kept of one moment."""
WINDOW: Final = ("span", "from", "to")
"""Parameters of a page that shows a stretch of time."""


@dataclass(slots=True)
class CachedMoment:
    """What held at one moment, and the pages that were made of it."""

    since: float
    """Seconds of the event loop's clock."""
    verdicts: Sequence[Verdict]
    public: Sequence[Verdict]
    """The same as everybody may see it."""
    suspected: Sequence[Verdict]
    """Those of them that are merely suspected: few, of however many names."""
    _pages: dict[str, "CachedPage"] = field(default_factory=dict)
    _making: dict[str, "asyncio.Task[CachedPage]"] = field(default_factory=dict)

    def withheld_from(
        self, viewer: Viewer, platform: str | None = None, subject: str | None = None
    ) -> datetime | None:
        """From when on a viewer may not see what was measured; None where they may see all."""
        return withheld_from(self.suspected, viewer, platform, subject)

    async def page(self, address: str, make: Callable[[], Awaitable[Response]]) -> "CachedPage":
        """The page of this address: as it was made, as it is being made for somebody else, or made now.

        Raises:
            Exception: what `make` raises, to each who waits for it.
        """
        if (made := self._pages.get(address)) is not None:
            return made
        making = self._making.get(address)
        if making is None:
            making = asyncio.ensure_future(self._make(address, make))
            self._making[address] = making
            making.add_done_callback(_looked_at)
        return await asyncio.shield(making)  # who goes away takes it from nobody else

    async def _make(self, address: str, make: Callable[[], Awaitable[Response]]) -> "CachedPage":
        try:
            made = _kept(await make())
        finally:
            del self._making[address]
        if len(self._pages) < MOST_PAGES:
            self._pages[address] = made
        return made


class PageCache:
    """The room's present, taken anew when it is older than `fresh_s` seconds."""

    def __init__(
        self,
        watch: WatchView,
        fresh_s: float,
        visitors: Visitors,
        outside: Callable[[Request], str] = lambda request: "",
    ) -> None:
        """`outside` says where the pages are reached, as it stands in them: who comes by another address has
        pages of their own."""
        self.fresh_s, self._outside = fresh_s, outside
        self._watch = watch
        self._visitors = visitors
        self._moment: CachedMoment | None = None

    def moment(self) -> CachedMoment:
        """The present moment. To be called in the event loop."""
        now = asyncio.get_running_loop().time()
        if self._moment is None or now - self._moment.since >= self.fresh_s:
            verdicts = self._watch.verdicts()
            suspected = [verdict for verdict in verdicts if verdict.state is State.SUSPECTED]
            self._moment = CachedMoment(now, verdicts, visible_verdicts(verdicts, EVERYBODY), suspected)
        return self._moment

    def verdicts(self, request: Request) -> Sequence[Verdict]:
        """What holds now, as far as whoever asks may be told."""
        moment = self.moment()
        return moment.public if self._visitors.of(request) is None else moment.verdicts

    def verdicts_of(self, request: Request, subject: str) -> Sequence[Verdict]:
        """What holds of one subject now, in each of its cells, as far as whoever asks may be told."""
        return visible_verdicts(self._watch.verdicts_of(subject), self.viewer(request))

    def changes(self, request: Request, most: int) -> Sequence[Verdict]:
        """The last changes of state that whoever asks may be told, newest first."""
        return visible_changes(self._watch.changes(CHANGES_LOOKED_AT), self.viewer(request))[:most]

    def viewer(self, request: Request) -> Viewer:
        """As whom somebody asks."""
        return EVERYBODY if self._visitors.of(request) is None else ROOM

    def withheld_from(
        self, request: Request, platform: str | None = None, subject: str | None = None
    ) -> datetime | None:
        """From when on whoever asks may not see what was measured; None where they may see all."""
        return self.moment().withheld_from(self.viewer(request), platform, subject)

    def once(self, page: Handler, *parameters: str) -> Handler:
        """The page, made once for all who ask for the same address in the same moment; for each of the room's
        people their own.

        `parameters` are those that the page knows. Nothing else of a query reaches it, so that nobody has it
        made anew by a query that means nothing.
        """

        async def fresh(request: Request) -> Response:
            if self._visitors.of(request) is not None:
                return await page(request)
            query = _known(request, parameters)
            asked = Request({**request.scope, "query_string": query.encode()}, request.receive)
            still = request.scope.get(STILL, 0)
            address = f"{still} {self._outside(request)}{request.url.path}?{query}"
            made = await self.moment().page(address, lambda: page(asked))
            return made.answer(request)

        return fresh


def _known(request: Request, parameters: Sequence[str]) -> str:
    """The query, as far as a page knows it: in one order, each parameter once."""
    given = request.query_params
    known = {name: given[name] for name in sorted(parameters) if name in given}
    if stop := tour_stop(given.get(TOUR_PARAMETER, "")):
        known[TOUR_PARAMETER] = str(stop)
    return urlencode(known)


def _looked_at(made: "asyncio.Task[CachedPage]") -> None:
    """What was raised for somebody who had gone is nobody's."""
    if not made.cancelled():
        made.exception()


@dataclass(slots=True)
class CachedPage:
    """A page that is made once, plain and compressed."""

    status: int
    headers: Sequence[tuple[bytes, bytes]]
    etag: str
    body: bytes
    packed: bytes | None = None
    """Once somebody has asked for it so."""

    def answer(self, request: Request) -> Response:
        """The page as whoever asks can take it; nothing where they have it already."""
        if self.status == 200 and request.headers.get("if-none-match") == self.etag:
            answer = Response(status_code=304)
            answer.raw_headers = [header for header in self.headers if header[0] != b"content-length"]
            return answer
        body, headers = self.body, list(self.headers)
        if len(body) >= LEAST_PACKED and "gzip" in request.headers.get("accept-encoding", ""):
            if self.packed is None:
                self.packed = gzip.compress(body, PACKED_AT, mtime=0)
            body = self.packed
            headers = [header for header in headers if header[0] != b"content-length"]
            headers += [(b"content-encoding", b"gzip"), (b"content-length", str(len(body)).encode())]
        answer = Response(body, self.status)
        answer.raw_headers = headers
        return answer


def _kept(made: Response) -> CachedPage:
    body = bytes(made.body)
    etag = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    made.headers["ETag"] = etag
    if made.headers.get("cache-control") == "no-store":
        made.headers["Cache-Control"] = f"public, max-age={AGE_S}"
    made.headers.add_vary_header("Cookie")
    made.headers.add_vary_header("Accept-Encoding")
    return CachedPage(made.status_code, list(made.raw_headers), etag, body)
