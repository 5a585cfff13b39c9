"""Event streams: what they tell, and how many there may be."""

from collections.abc import AsyncIterator
from typing import cast

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import StreamingResponse
from tests.web import sample_room as sample

from siaga.web.api.event_streams import EventStreams
from siaga.web.http.page_cache import PageCache
from siaga.web.http.session import Visitors


async def test_changes_are_told_as_server_sent_events(alarmed: httpx.AsyncClient) -> None:
    answer = await alarmed.get("/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert "event: changed\ndata: 1 4\n\n" in answer.text


async def test_a_change_that_comes_while_a_stream_tells_another_is_told_as_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("siaga.web.api.event_streams.KEEP_ALIVE_S", 0.01)
    room = sample.LiveRoom()
    streams = EventStreams(room, PageCache(room, 0, Visitors(None)))
    asked = Request({"type": "http", "method": "GET", "path": "/events", "headers": []})

    async def opened() -> AsyncIterator[bytes]:
        answer = await streams.events(asked)
        assert isinstance(answer, StreamingResponse)
        body = aiter(answer.body_iterator)
        assert await anext(body) == b"retry: 2000\n\n"
        return cast(AsyncIterator[bytes], body)

    async def next_change(body: AsyncIterator[bytes]) -> bytes:
        while (event := await anext(body)) == b": still here\n\n":
            pass
        return event

    quick, slow = await opened(), await opened()
    assert await anext(quick) == b": still here\n\n", "the room waits for changes by now"
    for number in (1, 2, 3):
        room.tell([])
        assert await next_change(quick) == b"event: changed\ndata: %d 8\n\n" % number
    assert await next_change(slow) == b"event: changed\ndata: 3 8\n\n", "late, and what holds now"
    for body in (quick, slow):
        await body.aclose()  # type: ignore[attr-defined]


async def test_one_network_takes_not_all_event_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("siaga.web.api.event_streams.OF_A_NETWORK", 1)
    room = sample.LiveRoom()
    streams = EventStreams(room, PageCache(room, 0, Visitors(None)))

    def asked(address: str) -> Request:
        scope = {"type": "http", "method": "GET", "path": "/events", "headers": [], "client": (address, 1)}
        return Request(scope)

    first = await streams.events(asked("2001:db8:0:1::1"))
    assert isinstance(first, StreamingResponse)
    body = aiter(first.body_iterator)
    await anext(body)
    assert (await streams.events(asked("2001:db8:0:2::1"))).status_code == 503
    assert (await streams.events(asked("2001:db8:1::1"))).status_code == 200
    await body.aclose()  # type: ignore[attr-defined]


async def test_too_many_event_streams_are_refused_for_a_while_and_one_that_ends_makes_room() -> None:
    room = sample.LiveRoom()
    api = EventStreams(room, PageCache(room, 0, Visitors(None)), most=1)
    asked = Request({"type": "http", "method": "GET", "path": "/events", "headers": []})
    first = await api.events(asked)
    assert isinstance(first, StreamingResponse)
    body = aiter(first.body_iterator)
    assert await anext(body) == b"retry: 2000\n\n"
    refused = await api.events(asked)
    assert refused.status_code == 503
    assert refused.headers["retry-after"] == "30"
    await body.aclose()  # type: ignore[attr-defined]
    again = await api.events(asked)
    assert again.status_code == 200
