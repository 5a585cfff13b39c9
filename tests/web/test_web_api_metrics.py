"""Metrics: for the room's programs and the machine itself; a suspicion is counted for keys alone."""

import re
from collections.abc import Mapping
from dataclasses import replace

import httpx
import pytest
from tests.web import sample_room as sample
from tests.web.acting_room import ActingRoom

from siaga.domain.verdicts import State
from siaga.ports.site import SitePorts
from siaga.web.app import create_site

LINE = re.compile(r'[a-z_]+(\{([a-z]+="[^"]*",?)+\})? -?[0-9.e+]+')


def browser(room: sample.SampleRoom, address: str = "127.0.0.1") -> httpx.AsyncClient:
    site = create_site(SitePorts(room), fresh_s=0)
    transport = httpx.ASGITransport(app=site, client=(address, 5000))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000")


def _without_memory(said: str) -> list[str]:
    return [line for line in said.splitlines() if "memory" not in line]


async def metrics(room: sample.SampleRoom, headers: Mapping[str, str] | None = None) -> str:
    answer = await browser(room).get("/metrics", headers=headers or {})
    assert answer.status_code == 200
    return answer.text


async def test_every_line_is_openmetrics_and_the_last_says_that_it_is_all() -> None:
    answer = await browser(sample.SampleRoom()).get("/metrics")
    assert answer.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    *lines, end, nothing = answer.text.split("\n")
    assert (end, nothing) == ("# EOF", "")
    samples = [line for line in lines if not line.startswith("# ")]
    assert all(LINE.fullmatch(line) for line in samples), samples
    named = {line.split()[2] for line in lines if line.startswith("# TYPE")}
    assert all(re.split("[{ ]", line)[0].removesuffix("_total") in named for line in samples)


async def test_what_an_operator_watches_is_there() -> None:
    said = await metrics(sample.SampleRoom())
    assert "siaga_rounds_total 120\n" in said
    assert 'siaga_measurements_total{platform="x",answer="empty"} 1\n' in said
    assert 'siaga_budget_left_ratio{platform="x",vantage="jakarta"} 0.61\n' in said
    assert 'siaga_vantage_offline{vantage="surabaya"} 1\n' in said
    where = 'platform="x",surface="search-latest",vantage="jakarta",session="public"'
    assert f"siaga_stream_late{{{where}}} 0\n" in said
    assert "process_resident_memory_bytes" in said


async def test_nobody_outside_is_told_anything_without_a_key() -> None:
    answer = await browser(sample.SampleRoom(), "203.0.113.7").get("/metrics")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
async def test_what_comes_through_a_web_server_is_not_this_machine(header: str) -> None:
    answer = await browser(sample.SampleRoom()).get("/metrics", headers={header: "127.0.0.1"})
    assert answer.status_code == 401


async def test_a_suspicion_is_not_counted_without_a_key() -> None:
    held = replace(sample.SUPPRESSED, state=State.SUSPECTED)
    said = await metrics(sample.SampleRoom(said=[held]))
    assert "suspected" not in said
    assert _without_memory(said) == _without_memory(
        await metrics(sample.SampleRoom(said=[replace(held, state=State.INSUFFICIENT)]))
    )
    proven = await metrics(sample.SampleRoom(said=[sample.SUPPRESSED]))
    assert 'siaga_findings{state="suppressed"} 1\n' in proven


async def test_a_program_of_the_room_is_told_of_suspicions_and_a_contact_of_nothing(room: ActingRoom) -> None:
    room.said = [replace(sample.SUPPRESSED, state=State.SUSPECTED)]
    for scope, status in (("role:watcher", 200), ("liaison:x-desk", 403)):
        key = room.accounts.keys.issue("prometheus", scope, "ayu")
        transport = httpx.ASGITransport(app=room.site(), client=("203.0.113.7", 5000))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as program:
            answer = await program.get("/metrics", headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == status
        assert ('siaga_findings{state="suspected"} 1' in answer.text) is (status == 200)
