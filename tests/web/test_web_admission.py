"""The share of time that pages have, and in which order it is given."""

import asyncio
import time
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.types import Receive, Scope, Send

from siaga.web.http import admission
from siaga.web.http.admission import Admission, LoopShare, WaitingRequests


def test_what_is_used_beyond_the_share_is_waited_for() -> None:
    share = LoopShare(share=0.25, at_once_s=0.5)
    assert share.free_in(100.0) == 0
    share.spend(1.0)
    assert share.free_in(100.0) == 2.0
    assert share.free_in(101.0) == 1.0
    assert share.free_in(102.0) == 0


async def order_of(waiting: WaitingRequests, turns: dict[asyncio.Future[None], str]) -> list[str]:
    found = []
    while (turn := waiting.next()) is not None:
        found.append(turns[turn])
        turn.set_result(None)
    return found


async def queued(
    waiting: WaitingRequests, *networks: str, behind: float = 0.0
) -> dict[asyncio.Future[None], str]:
    turns = {}
    for network in networks:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting.add(network, turn, behind)
        turns[turn] = network
    return turns


async def test_one_request_does_not_wait_behind_many_of_another() -> None:
    waiting = WaitingRequests()
    turns = await queued(waiting, "many", "many", "many", "many", "one")
    assert await order_of(waiting, turns) == ["many", "one", "many", "many", "many"]


async def test_whoever_has_used_much_comes_after_who_has_used_little() -> None:
    waiting = WaitingRequests()
    waiting.spent("costly", 2.0)
    waiting.spent("cheap", 0.1)
    turns = await queued(waiting, "costly", "cheap", "new")
    assert await order_of(waiting, turns) == ["new", "cheap", "costly"]


async def test_who_has_waited_out_what_they_used_is_like_others() -> None:
    waiting = WaitingRequests()
    waiting.spent("costly", 2.0)
    await order_of(waiting, await queued(waiting, "costly"))
    waiting.spent("other", 0.1)
    assert await order_of(waiting, await queued(waiting, "other", "costly")) == ["costly", "other"]


async def test_pages_come_before_streams_that_have_begun_also_when_all_are_told_at_once() -> None:
    waiting = WaitingRequests()
    turns = await queued(waiting, *(f"stream-{number}" for number in range(3)), behind=0.1)
    first = waiting.next()
    assert first is not None
    first.set_result(None)
    turns |= await queued(waiting, "page")
    assert (await order_of(waiting, turns))[0] == "page"


async def test_those_who_left_are_passed_over_and_what_is_known_of_networks_is_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(admission, "MOST_REMEMBERED", 3)
    waiting = WaitingRequests()
    turns = await queued(waiting, *(str(number) for number in range(10)))
    next(iter(turns)).cancel()
    assert await order_of(waiting, turns) == [str(number) for number in range(1, 10)]
    await order_of(waiting, await queued(waiting, *(str(number) for number in range(10))))
    assert len(waiting._used) <= 11


class CostlySite:
    """Each step of its pages takes two seconds, by a clock that nobody waits for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._now = 0.0
        monkeypatch.setattr(time, "perf_counter", lambda: self._now)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._now += 2.0
        if scope["path"] == "/fault":
            raise ZeroDivisionError
        if scope["path"] == "/steps":
            await StreamingResponse(self._steps())(scope, receive, send)
            return
        await PlainTextResponse("a page")(scope, receive, send)

    async def _steps(self) -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"step "
            await asyncio.sleep(0)


def asking(site: CostlySite) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=Admission(site)), base_url="http://127.0.0.1")


async def test_when_the_share_is_used_a_request_waits_and_is_told_when_to_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(admission, "LONGEST_WAIT_S", 0.0)
    async with asking(CostlySite(monkeypatch)) as visitor:
        assert (await visitor.get("/")).text == "a page"
        refused = await visitor.get("/")
    assert refused.status_code == 503
    assert refused.headers["retry-after"] == str(admission.RETRY_AFTER_S)
    assert refused.headers["cache-control"] == "no-store"


async def test_a_request_that_waits_is_answered_once_there_is_time_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(admission, "SHARE", 1000.0)
    async with asking(CostlySite(monkeypatch)) as visitor:
        answers = await asyncio.gather(*(visitor.get(path) for path in ("/", "/", "/steps", "/")))
        assert [answer.status_code for answer in answers] == [200] * 4
        assert answers[2].text == "step step step "
        with pytest.raises(ZeroDivisionError):
            await visitor.get("/fault")
        assert (await visitor.get("/")).status_code == 200
