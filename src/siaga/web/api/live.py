"""The same facts for programs: JSON, an event stream, the live tail."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import asdict
from typing import Any, Final

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from siaga.domain.time import rfc3339
from siaga.domain.verdicts import Verdict
from siaga.people.roles import Permission
from siaga.ports.watch import WatchView
from siaga.web.api.answers import VerdictAnswer
from siaga.web.api.clients import Programs
from siaga.web.http.page_cache import PageCache
from siaga.web.http.parameters import number_of

KEEP_ALIVE_S: Final = 15.0
SPREAD_MS: Final = 4
"""Milliseconds for each open stream over which its pages come for what has changed, so that a crowd does not
come in one moment."""
MOST_MEASUREMENTS: Final = 500
MOST_STREAMS: Final = 2000
"""Event streams open at once. Pages that get none fetch themselves anew now and then."""


class LiveApi:
    """What programs may ask of one room."""

    def __init__(self, watch: WatchView, page_cache: PageCache, programs: Programs) -> None:
        self._watch, self._page_cache, self._programs = watch, page_cache, programs
        self._streams = 0

    async def events(self, request: Request) -> Response:
        """Server-sent events: one `changed` for each moment at which a page may look different; with it, over
        how many milliseconds those who look are to come."""
        if request.method == "HEAD":
            return Response(media_type="text/event-stream", headers={"Cache-Control": "no-store"})
        if self._streams >= MOST_STREAMS:
            raise HTTPException(503, headers={"Retry-After": "30"})

        async def stream() -> AsyncIterator[bytes]:
            self._streams += 1
            try:
                yield b"retry: 2000\n\n"
                async with aclosing(self._changes()) as changes:
                    async for event in changes:
                        yield event
            finally:
                self._streams -= 1

        return StreamingResponse(
            stream(), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
        )

    async def _changes(self) -> AsyncGenerator[bytes]:
        changes = self._watch.subscribe()
        pending = asyncio.ensure_future(anext(changes))
        try:
            while True:
                done, _ = await asyncio.wait({pending}, timeout=KEEP_ALIVE_S)
                if not done:
                    yield b": still here\n\n"
                    continue
                try:
                    number = pending.result()
                except StopAsyncIteration:
                    return
                await asyncio.sleep(self._page_cache.fresh_s)
                spread = self._streams * SPREAD_MS
                yield b"event: changed\ndata: %d %d\n\n" % (number, spread)
                pending = asyncio.ensure_future(anext(changes))
        finally:
            pending.cancel()

    async def verdicts_json(self, request: Request) -> Response:
        """All present verdicts; suspicions only to the room, by a session or a key of its program."""
        program = self._programs.of(request)
        if program is not None and program.contact is None and Permission.VIEW in program.permissions:
            return _verdicts(self._page_cache.moment().verdicts)
        return _verdicts(self._page_cache.verdicts(request))

    async def measurements_json(self, request: Request) -> Response:
        """The newest measurements of one subject on one platform, newest first."""
        platform = request.query_params.get("platform", "")
        subject = request.query_params.get("subject", "")
        if not platform or not subject:
            raise HTTPException(400)
        election = self._watch.election
        subjects = {person.id for person in election.people()} | {control.id for control in election.controls}
        if subject not in subjects or platform not in {known.id for known in election.platforms}:
            raise HTTPException(404)
        found = await self._watch.measurements(platform, subject, MOST_MEASUREMENTS)
        return _json([{**asdict(measurement), "at": rfc3339(measurement.at)} for measurement in found])

    async def tail(self, request: Request) -> Response:
        """What is stored after `after`: for other processes, which cannot open the live store themselves."""
        after = request.query_params.get("after", "")
        return Response(
            await self._watch.tail(number_of(after)),
            media_type="application/vnd.apache.arrow.stream",
            headers={"Cache-Control": "no-store"},
        )


def _verdicts(verdicts: Sequence[Verdict]) -> Response:
    return _json([VerdictAnswer.model_validate(verdict).model_dump(mode="json") for verdict in verdicts])


def _json(value: Any) -> Response:
    return Response(
        orjson.dumps(value, default=str),
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
