"""The live API: verdicts, measurements, streams of changes and of rounds."""

import httpx
import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import StreamingResponse
from tests.web import sample_room as sample

from siaga.web.api.clients import Programs
from siaga.web.api.live import LiveApi
from siaga.web.http.page_cache import PageCache
from siaga.web.http.session import Visitors


async def test_the_api_gives_the_same_facts(alarmed: httpx.AsyncClient) -> None:
    verdicts = (await alarmed.get("/api/v1/verdicts")).json()
    assert verdicts[0]["state"] == "suppressed"
    assert verdicts[0]["since"] == "2024-01-25T00:02:00.000000Z"
    measurements = (await alarmed.get("/api/v1/measurements?platform=x&subject=mahfud")).json()
    assert measurements[0]["answer"] == "empty"
    assert (await alarmed.get("/api/v1/measurements")).status_code == 400


async def test_changes_are_told_as_server_sent_events(alarmed: httpx.AsyncClient) -> None:
    answer = await alarmed.get("/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert "event: changed\ndata: 1 4\n\n" in answer.text


async def test_too_many_event_streams_are_refused_for_a_while_and_one_that_ends_makes_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("siaga.web.api.live.MOST_STREAMS", 1)
    room = sample.LiveRoom()
    api = LiveApi(room, PageCache(room, 0, Visitors(None)), Programs(None))
    asked = Request({"type": "http", "method": "GET", "path": "/events", "headers": []})
    first = await api.events(asked)
    assert isinstance(first, StreamingResponse)
    body = aiter(first.body_iterator)
    assert await anext(body) == b"retry: 2000\n\n"
    with pytest.raises(HTTPException) as refused:
        await api.events(asked)
    assert refused.value.status_code == 503
    assert refused.value.headers == {"Retry-After": "30"}
    await body.aclose()  # type: ignore[attr-defined]
    again = await api.events(asked)
    assert again.status_code == 200


async def test_another_process_gets_the_live_tail_by_sequence_number(calm: httpx.AsyncClient) -> None:
    answer = await calm.get("/api/v1/tail?after=41")
    assert answer.headers["content-type"] == "application/vnd.apache.arrow.stream"
    assert answer.content == b"after 41"
    for wrong in ("", "-1", "x", "9" * 40, "\u0664"):
        assert (await calm.get("/api/v1/tail", params={"after": wrong})).status_code == 400
