"""Costly work of visitors is bounded: passwords that are hashed, uploads that are taken in."""

import asyncio
import threading
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from tests.web.acting_room import ActingRoom

from siaga.domain.errors import Busy
from siaga.people import passwords
from siaga.web.accounts.pages import HASHED_AT_ONCE, HASHES_WAITING
from siaga.web.http.at_once import AtOnce
from siaga.web.http.uploads import MOST, OF_A_NETWORK, Uploads


async def test_some_are_served_some_wait_and_the_rest_come_later() -> None:
    places = AtOnce(2, 3)
    go, present = asyncio.Event(), 0

    async def work() -> int:
        nonlocal present
        async with places.place():
            present += 1
            most = present
            await go.wait()
            present -= 1
            return most

    works = [asyncio.create_task(work()) for _ in range(9)]
    await asyncio.sleep(0)
    go.set()
    done = await asyncio.gather(*works, return_exceptions=True)
    assert [isinstance(outcome, Busy) for outcome in done] == [False] * 5 + [True] * 4
    assert max(outcome for outcome in done if isinstance(outcome, int)) == 2
    assert await work() == 1


async def test_of_forty_passwords_at_once_few_are_hashed_together_and_each_is_answered(
    room: ActingRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock, present, most = threading.Lock(), 0, 0

    def fits(kept: str | None, password: str) -> bool:
        nonlocal present, most
        with lock:
            present += 1
            most = max(most, present)
        time.sleep(0.01)  # as hashing does, so that others come meanwhile
        with lock:
            present -= 1
        return False

    monkeypatch.setattr(passwords, "fits", fits)
    browser = room.browser()

    async def guess(number: int) -> int:
        guessed = {"id": f"somebody-{number}", "password": "a wrong guess"}
        return (await browser.post("/en/sign-in", data=guessed)).status_code

    statuses = Counter(await asyncio.gather(*(guess(number) for number in range(40))))
    assert most <= HASHED_AT_ONCE
    assert statuses[503] == 40 - HASHED_AT_ONCE - HASHES_WAITING
    assert statuses[403] + statuses[429] == HASHED_AT_ONCE + HASHES_WAITING


async def test_one_network_takes_not_every_place_of_uploads_and_a_place_comes_back() -> None:
    go = asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await Request(scope, receive).body()
        await go.wait()
        await PlainTextResponse("taken")(scope, receive, send)

    uploads = Uploads(slow)

    async def upload(address: str, kind: str = "multipart/form-data; boundary=x") -> httpx.Response:
        transport = httpx.ASGITransport(app=uploads, client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as browser:
            return await browser.post("/", content=b"--x--", headers={"content-type": kind})

    async def many(address: str, count: int) -> list["asyncio.Task[httpx.Response]"]:
        tasks = [asyncio.create_task(upload(address)) for _ in range(count)]
        refused = max(0, count - OF_A_NETWORK)
        while sum(task.done() for task in tasks) < refused:
            await asyncio.sleep(0)
        return tasks

    floods = await many("198.51.100.9", OF_A_NETWORK + 5)
    refused = [task.result() for task in floods if task.done()]
    assert [answer.status_code for answer in refused] == [503] * 5
    assert refused[0].headers["retry-after"]
    others = [await many(f"10.0.{network}.1", OF_A_NETWORK) for network in range(MOST // OF_A_NETWORK)]
    form = asyncio.create_task(upload("198.51.100.9", "application/x-www-form-urlencoded"))
    while not any(task.done() for task in others[-1]):
        await asyncio.sleep(0)
    go.set()
    assert (await form).status_code == 200, "a form without a file needs no place"
    taken = [await task for tasks in (floods, *others) for task in tasks]
    assert [answer.status_code for answer in taken].count(200) == MOST
    assert (await upload("198.51.100.9")).status_code == 200


async def test_all_bodies_together_hold_so_many_bytes_and_those_of_a_network_half_as_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("siaga.web.http.uploads.MOST_BYTES", 1_000)
    monkeypatch.setattr("siaga.web.http.uploads.BYTES_OF_A_NETWORK", 500)
    go, waiting = asyncio.Event(), asyncio.Semaphore(0)

    async def holding(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await Request(scope, receive).body()
        except Busy:
            await PlainTextResponse("later", 503)(scope, receive, send)
            return
        waiting.release()
        await go.wait()
        await PlainTextResponse("taken")(scope, receive, send)

    uploads = Uploads(holding)

    async def sent(address: str, size: int) -> int:
        transport = httpx.ASGITransport(app=uploads, client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as browser:
            return (await browser.post("/", content=b"x" * size)).status_code

    held = []
    for address, size in (("10.0.0.1", 400), ("10.0.0.1", 100), ("10.0.0.2", 400)):
        held.append(asyncio.create_task(sent(address, size)))
        await waiting.acquire()
    assert await sent("10.0.0.1", 1) == 503, "of its network"
    assert await sent("10.0.0.3", 101) == 503, "of all"
    held.append(asyncio.create_task(sent("10.0.0.3", 100)))
    await waiting.acquire()
    go.set()
    assert [await each for each in held] == [200] * 4
    assert await sent("10.0.0.1", 500) == 200, "answered ones hold nothing"


async def test_a_body_for_which_there_is_no_room_is_answered_as_a_page_and_for_programs_as_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("siaga.web.http.uploads.BYTES_OF_A_NETWORK", 10)
    with ActingRoom(tmp_path) as room:
        browser = room.browser()
        form = await browser.post("/en/sign-in", data={"id": "somebody", "password": "a wrong guess"})
        assert form.status_code == 503
        assert int(form.headers["retry-after"]) > 0
        assert "<h1" in form.text
        key = room.accounts.keys.issue("tester", "role:operator", "person:eka")
        headers = {"Authorization": f"Bearer {key}"}
        said = await browser.post("/api/v1/cases/C-1/acts", json={"act": "none at all"}, headers=headers)
        assert said.status_code == 503
        assert said.headers["content-type"] == "application/problem+json"
        assert int(said.headers["retry-after"]) > 0
