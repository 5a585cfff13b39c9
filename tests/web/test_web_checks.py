"""Checking a name: the form, what is wrong with it, a check's own page, and its measurements."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.web import sample_room as sample
from tests.web.browsing import asking, client

from siaga.domain.answers import Answer
from siaga.domain.errors import BadInput, Fault
from siaga.domain.verdicts import Counts, State
from siaga.election.model import PlatformWatch
from siaga.ports.checks import NameCheck, NameCheckResult, NameCheckStage
from siaga.ports.site import SitePorts
from siaga.reporting.intake_limits import TooMany
from siaga.web.app import create_site

ASKED = {"name": "mahfud", "platform": ["x"], "form": "a form"}


class ScriptedChecks:
    """A service that takes every check, or fails as a test says; `mahfud` is asked and `ganjar` done."""

    def __init__(self, refusal: Exception | None = None) -> None:
        self.refusal = refusal
        self.taken: list[tuple[str, tuple[str, ...]]] = []
        until = sample.NOW + timedelta(days=1)
        self._kept = {
            name: NameCheck(name, sample.NOW, name, ("x",), False, until, stage)
            for name, stage in (("mahfud", NameCheckStage.WAITING), ("ganjar", NameCheckStage.DONE))
        }

    def platforms(self) -> Sequence[PlatformWatch]:
        return sample.ELECTION.platforms[:1]

    def form(self) -> str:
        return "a form"

    def ask(self, name: str, platforms: Sequence[str], form: str, address: str) -> str:
        if self.refusal is not None:
            raise self.refusal
        self.taken.append((name, tuple(platforms)))
        return name

    def find(self, id: str) -> NameCheck | None:
        return self._kept.get(id)

    def data(self, id: str) -> bytes | None:
        return b'{"name": "ganjar"}\n' if id == "ganjar" else None


def checking(checks: ScriptedChecks, room: sample.SampleRoom | None = None) -> httpx.AsyncClient:
    return client(create_site(SitePorts(room or sample.calm(), checks=checks), fresh_s=0))


def result(platform: str, state: State, **more: Any) -> NameCheckResult:
    plain = NameCheckResult(
        platform,
        "search-latest",
        "mahfud",
        state,
        1.0,
        "one-check@2",
        Counts(1, 0, 10, 0),
        Answer.RESULTS,
        20,
        20,
    )
    return replace(plain, **more)


def done(*lines: NameCheckResult, **more: Any) -> ScriptedChecks:
    """A check of a contestant's name that is done."""
    checks = ScriptedChecks()
    until = sample.NOW + timedelta(days=30)
    asked = NameCheck(
        "done", sample.NOW, "ganjar pranowo", ("x",), True, until, NameCheckStage.DONE, 1.0, lines
    )
    checks._kept["done"] = replace(asked, **more)
    return checks


async def test_the_watchs_verdict_and_case_lead_the_check_of_a_contestant() -> None:
    room = sample.alarmed()
    checks = done(result("x", State.FINDABLE), name="MAHFUD MD <SCRIPT>")
    async with checking(checks, room) as browser:
        page = (await browser.get("/en/measure/done")).text
    headline = page.split("<h1")[1].split("</h1>")[0]
    assert "is missing from Latest search on X" in headline
    assert "findable" not in headline
    assert 'href="/en/cases/C-2"' in page
    assert "Missing in 30 of 31 checks" in page
    assert "like other names. One check sees less than monitoring does." in page


async def test_a_suspicion_of_the_watch_does_not_lead_a_check() -> None:
    async with checking(done(result("x", State.FINDABLE)), sample.alarmed()) as browser:
        page = (await browser.get("/en/measure/done")).text
    assert "may be missing" not in page
    assert "is missing" not in page.split("<h1")[1].split("</h1>")[0]


@pytest.mark.parametrize(
    "checks",
    [
        done(result("x", State.FINDABLE), spared=("x",)),
        done(result("x", State.FINDABLE), platforms=("x", "bluesky")),
        done(result("x", State.FINDABLE), result("bluesky", State.UNMEASURABLE), platforms=("x", "bluesky")),
    ],
)
async def test_never_green_beside_a_platform_that_was_not_measured(checks: ScriptedChecks) -> None:
    async with checking(checks) as browser:
        headline = (await browser.get("/en/measure/done")).text.split("<h1")[1].split("</h1>")[0]
    assert "icon findable" not in headline
    assert "can be found" not in headline


async def test_fewer_results_are_told_with_what_others_have() -> None:
    lines = [result("x", State.IMPAIRED, matching=2, count=2, usual=20.0)]
    async with checking(done(*lines)) as browser:
        page = (await browser.get("/en/measure/done")).text
    assert "“ganjar pranowo” has fewer results than other names" in page
    assert "2 results with the name; other names usually have 20." in page
    assert "Not measured by this check: Bluesky." in page


async def test_the_form_offers_what_can_be_asked_and_takes_a_name_from_the_address() -> None:
    async with checking(ScriptedChecks()) as browser:
        page = (await browser.get("/en/measure", params={"name": '"><script>'})).text
    assert 'name="platform" value="x" checked' in page
    assert 'value="bluesky"' not in page
    assert 'value="&#34;&gt;&lt;script&gt;"' in page


async def test_what_is_asked_leads_to_a_page_of_its_own() -> None:
    checks = ScriptedChecks()
    async with checking(checks) as browser:
        answer = await browser.post("/en/measure", data=ASKED)
    assert (answer.status_code, answer.headers["location"]) == (303, "/en/measure/mahfud")
    assert checks.taken == [("mahfud", ("x",))]


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ("name", "Enter a name of 1 to 100 characters."),
        ("platforms", "Choose at least one platform."),
        ("busy", "Many checks are waiting."),
        ("form", "The form has expired or was sent too quickly."),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_typed_is_lost(field: str, sentence: str) -> None:
    refusal = BadInput(Fault("Wrong.", "Mend it.", field=field))
    async with checking(ScriptedChecks(refusal)) as browser:
        answer = await browser.post("/en/measure", data=ASKED)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'name="name" value="mahfud"' in answer.text


async def test_whoever_asks_too_often_hears_when_to_come_again() -> None:
    async with checking(ScriptedChecks(TooMany(timedelta(minutes=5)))) as browser:
        answer = await browser.post("/en/measure", data=ASKED)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "301")
    assert "Too many checks from your network." in answer.text


async def test_measurements_are_there_once_they_are_made() -> None:
    async with checking(ScriptedChecks()) as browser:
        assert (await browser.get("/en/measure/mahfud")).status_code == 200
        assert (await browser.get("/en/measure/mahfud/data.jsonl")).status_code == 404
        made = await browser.get("/en/measure/ganjar/data.jsonl")
        assert made.content == b'{"name": "ganjar"}\n'
        assert made.headers["cache-control"] == "no-store"
        for unknown in ("/en/measure/nobody", "/en/measure/nobody/data.jsonl"):
            assert (await browser.get(unknown)).status_code == 404


async def test_a_watch_without_checks_has_no_such_page() -> None:
    async with asking(sample.calm()) as browser:
        assert (await browser.get("/en/measure")).status_code == 404
        assert 'href="/en/measure"' not in (await browser.get("/en/")).text
