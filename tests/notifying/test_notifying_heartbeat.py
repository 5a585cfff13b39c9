"""The heartbeat reaches a real monitor while something is measured, and keeps silent with the watch."""

import logging
from datetime import datetime, timedelta

import pytest
from tests.cases.case_stories import NOW
from tests.probing.probing_servers import Heard, answering, reply, served

from siaga.domain.time import SimulatedClock
from siaga.notifying.heartbeat import Heartbeat

MINUTE = timedelta(minutes=1)


def heartbeat(port: int, posts: bool, is_measuring: bool) -> Heartbeat:
    def measures(now: datetime) -> bool:
        return is_measuring and now == NOW

    address = f"http://127.0.0.1:{port}/ping/a-secret"
    return Heartbeat(address, MINUTE, posts, measures, SimulatedClock(NOW))


@pytest.mark.parametrize(("posts", "method"), [(False, "GET"), (True, "POST")])
async def test_it_is_sent_as_the_monitor_wants_it(posts: bool, method: str) -> None:
    heard: list[Heard] = []
    async with served(answering(lambda request: reply(b"OK"), heard)) as place:
        assert await heartbeat(place.port, posts, is_measuring=True).beat()
    assert [(request.method, request.path) for request in heard] == [(method, "/ping/a-secret")]


async def test_nothing_is_sent_while_nothing_is_measured() -> None:
    heard: list[Heard] = []
    async with served(answering(lambda request: reply(b"OK"), heard)) as place:
        assert not await heartbeat(place.port, posts=False, is_measuring=False).beat()
    assert heard == []


async def test_what_the_monitor_refuses_is_said_once_without_its_address(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with served(answering(lambda request: reply(b"gone", 404))) as place:
        beating = heartbeat(place.port, posts=False, is_measuring=True)
        with caplog.at_level(logging.WARNING):
            assert not await beating.beat()
            assert not await beating.beat()
    assert caplog.messages == ["the heartbeat was not taken: status 404"]
    assert not await beating.beat(), "the monitor is gone"
    assert "a-secret" not in caplog.text
