"""Programs do by `/api/v1` what people do by pages, see just what they may, and are told what went wrong."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.cases import case_stories as story
from tests.web import sample_room as sample
from tests.web.reporting_room import ReportingRoom

from siaga.cases.case import Stage
from siaga.cases.commands import Command
from siaga.cases.events.case_acknowledged import CaseAcknowledged
from siaga.cases.events.case_commented import CaseCommented
from siaga.cases.events.case_opened import NEXT_CASE, CaseOpened
from siaga.cases.events.notice_approved import NoticeApproved
from siaga.cases.severity import Severity
from siaga.domain.verdicts import State
from siaga.journal.kinds import Kind

ACTS = "/api/v1/cases/C-1/acts"


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[ReportingRoom]:
    with ReportingRoom(tmp_path) as one:
        async with one.begin():
            yield one


def program(room: ReportingRoom, scope: str | None = None) -> httpx.AsyncClient:
    """A program with a key of that scope, or without one."""
    browser = room.browser()
    browser.headers.clear()
    if scope is not None:
        browser.headers["Authorization"] = (
            f"Bearer {room.accounts.keys.issue('a program', scope, 'person:eka')}"
        )
    return browser


async def act(client: httpx.AsyncClient, act: str, key: str | None = None, **fields: str) -> httpx.Response:
    headers = {} if key is None else {"Idempotency-Key": key}
    return await client.post(ACTS, json={"act": act, **fields}, headers=headers)


def problem(answer: httpx.Response) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json"
    said: dict[str, Any] = answer.json()
    assert said["status"] == answer.status_code
    return said


async def test_a_platforms_own_program_answers_in_its_cases_alone(room: ReportingRoom) -> None:
    platform = program(room, "liaison:x-oncall")
    assert (await platform.get("/api/v1/cases")).json()["items"] == []
    assert (await act(platform, "acknowledge")).status_code == 404
    room.casework.do(story.draft("C-1"), story.CITRA)
    notice = room.casework.cases["C-1"].notices["N-1"]
    what = {"case": "C-1", "notice": "N-1", "text": notice.text}
    for person in (story.AYU, story.BIMA):
        room.casework.do(Command(NoticeApproved(**what)), person)
    assert [one["id"] for one in (await platform.get("/api/v1/cases")).json()["items"]] == ["C-1"]
    for word, more in (
        ("acknowledge", {}),
        ("ask", {"text": "Which account?"}),
        ("explain", {"cause": "spam-cleanup", "text": "A clean-up."}),
        ("claim", {}),
    ):
        assert (await act(platform, word, **more)).status_code == 200
    case = room.casework.cases["C-1"]
    assert case.stage is Stage.CLAIMED
    assert case.explanation is not None
    assert case.explanation.by == "liaison:x-oncall"
    for word in ("comment", "undo", "take", "issue-link", "approve"):
        assert problem(await act(platform, word, text="x"))["errors"][0]["field"] == "act"
    assert "room" not in (await platform.get("/api/v1/cases/C-1")).json()
    other = program(room, "liaison:x-region")
    assert (await other.get("/api/v1/cases/C-1/events")).status_code == 404


async def test_a_program_of_the_room_works_and_cannot_approve(room: ReportingRoom) -> None:
    mine = program(room, "role:operator")
    drafted = await mine.post("/api/v1/cases/C-1/notices", json={"type": "restore"})
    assert drafted.status_code == 200
    notice = drafted.json()["room"]["notices"][0]
    assert notice["contacts"] == ["x-oncall"]
    assert "[[link]]" in notice["body"]
    assert (await act(mine, "comment", text="From a program.")).status_code == 200
    for word in ("approve", "withdraw", "publish"):
        assert problem(await act(mine, word, why="x"))["status"] == 422
    events = (await mine.get("/api/v1/cases/C-1/events")).json()["items"]
    assert events[-1]["what"]["text"] == "From a program."
    assert events[-1]["who"].startswith("person:key-")


async def test_anybody_reads_what_is_public_and_nothing_else(room: ReportingRoom) -> None:
    anybody = program(room)
    mine = program(room, "role:operator")
    await act(mine, "comment", text="A secret of the room")
    case = (await anybody.get("/api/v1/cases/C-1")).json()
    assert (case["stage"], case["subject"]) == ("verified", "mahfud")
    assert "room" not in case
    events = await anybody.get("/api/v1/cases/C-1/events")
    assert "A secret of the room" not in events.text
    assert {event["by"] for event in events.json()["items"]} == {"watch"}
    for answer in (await act(anybody, "comment", text="x"), await anybody.get("/api/v1/reports")):
        assert problem(answer)["status"] == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
    watcher = program(room, "role:watcher")
    assert problem(await act(watcher, "comment", text="x"))["status"] == 403


@pytest.mark.parametrize("header", ["Bearer nothing", "Bearer ", "Basic abc", "x", "Bearer " + "x" * 500])
async def test_a_forged_key_opens_nothing_not_even_what_is_public(room: ReportingRoom, header: str) -> None:
    for _ in range(3):
        answer = await program(room).get("/api/v1/cases", headers={"Authorization": header})
        assert problem(answer)["status"] == 401
    (event,) = room.journal.read(kinds=[Kind.TURNED_AWAY])
    assert event.what["door"] == "key"
    assert header.partition(" ")[2] not in str(event.what) or not header.partition(" ")[2]


async def test_a_revoked_key_opens_nothing(room: ReportingRoom) -> None:
    mine = program(room, "role:operator")
    (key,) = room.accounts.keys.all()
    room.accounts.keys.revoke(key.id, "person:eka")
    assert problem(await act(mine, "comment", text="x"))["status"] == 401


async def test_sent_again_with_the_same_key_it_is_done_once(room: ReportingRoom) -> None:
    mine = program(room, "role:operator")
    for _ in range(3):
        assert (await act(mine, "comment", key="one", text="Once.")).status_code == 200
    said = [one for one in room.casework.history("C-1") if one.kind == CaseCommented.kind]
    assert len(said) == 1
    for word, more in (("acknowledge", {}), ("comment", {"text": "Twice."}), ("comment", {"why": "Once."})):
        reused = problem(await act(mine, word, key="one", **more))
        assert (reused["status"], reused["errors"][0]["field"]) == (422, "Idempotency-Key")
    assert [one for one in room.casework.history("C-1") if one.kind == CaseCommented.kind] == said
    other = program(room, "role:operator")
    assert (await act(other, "comment", key="one", text="Another's.")).status_code == 200
    assert problem(await act(mine, "comment", key="x" * 65, text="x"))["status"] == 422


async def test_what_cannot_be_done_is_a_conflict_and_says_what_to_do(room: ReportingRoom) -> None:
    mine = program(room, "role:operator")
    said = problem(await act(mine, "close", why="I want to."))
    assert said["status"] == 409
    assert said["errors"][0]["do"]


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 422),
        (b'{"act": 1}', "application/json", 422),
        (b'{"act": "comment", "more": "x"}', "application/json", 422),
        (b'{"act": "explain", "cause": "because"}', "application/json", 422),
        (b'{"act": "undo", "event": "x"}', "application/json", 422),
        (b'{"act": "comment", "text": "\\u0000"}', "application/json", 422),
        (b'{"act": "' + b"x" * 200_000 + b'"}', "application/json", 413),
        (b"act=comment", "application/x-www-form-urlencoded", 415),
        (b"[" * 100_000, "application/json", 400),
    ],
)
async def test_rubbish_is_a_problem_and_changes_nothing(
    room: ReportingRoom, content: bytes, kind: str, status: int
) -> None:
    mine = program(room, "role:operator")
    before = room.journal.read()
    answer = await mine.post(ACTS, content=content, headers={"Content-Type": kind})
    assert problem(answer)["status"] == status
    assert room.journal.read() == before


async def test_a_list_is_read_part_by_part_and_a_tag_saves_reading_it_again(room: ReportingRoom) -> None:
    for subject in ("ganjar", "anies", "muhaimin"):
        room.casework.measured(story.verdict(State.SUPPRESSED, room.now(), subject=subject))
    anybody = program(room)
    found, cursor = list[str](), None
    for _ in range(10):
        where = {"limit": "2"} if cursor is None else {"limit": "2", "cursor": cursor}
        page = (await anybody.get("/api/v1/cases", params=where)).json()
        found += [one["id"] for one in page["items"]]
        if (cursor := page["next"]) is None:
            break
    assert found == ["C-4", "C-3", "C-2", "C-1"]
    first = await anybody.get("/api/v1/cases/C-1")
    again = await anybody.get("/api/v1/cases/C-1", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    room.casework.do(Command(CaseAcknowledged(case="C-1")), story.CITRA)
    changed = await anybody.get("/api/v1/cases/C-1", headers={"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200
    for wrong in ({"limit": "0"}, {"limit": "x"}, {"cursor": "C-9"}, {"open": "maybe"}):
        assert problem(await anybody.get("/api/v1/cases", params=wrong))["status"] == 422


async def test_a_report_that_came_by_telephone_is_entered_once(room: ReportingRoom) -> None:
    mine = program(room, "role:operator")
    report = {"platform": "x", "typed": "Ganjar Pranowo", "seen": "nothing", "source": "phone"}
    for _ in range(2):
        answer = await mine.post("/api/v1/reports", json=report, headers={"Idempotency-Key": "call-7"})
        assert answer.status_code == 200
    other = {**report, "typed": "Mahfud MD"}
    reused = problem(await mine.post("/api/v1/reports", json=other, headers={"Idempotency-Key": "call-7"}))
    assert (reused["status"], reused["errors"][0]["field"]) == (422, "Idempotency-Key")
    assert [one.source for one in room.reports.newest(9)] == ["phone"]
    listed = (await mine.get("/api/v1/reports")).json()["items"]
    assert (listed[0]["subject"], listed[0]["seen"]) == ("ganjar", "nothing")
    wrong = problem(await mine.post("/api/v1/reports", json={**report, "seen": "all", "platform": "y"}))
    assert {error["field"] for error in wrong["errors"]} == {"seen", "platform"}
    public = {**report, "source": "public"}
    assert problem(await mine.post("/api/v1/reports", json=public))["status"] == 422


async def test_what_reports_alone_say_is_no_publics(room: ReportingRoom) -> None:
    reported = CaseOpened(NEXT_CASE, "x", "anies", None, Severity.MEDIUM, reports=("r1",))
    room.casework.do(Command(reported), story.WATCH)
    assert (await program(room).get("/api/v1/cases/C-2")).status_code == 404
    summary = (await program(room).get("/api/v2/summary.json")).json()
    assert [one["id"] for one in summary["incidents"]] == ["C-1"]
    assert (await program(room, "role:watcher").get("/api/v1/cases/C-2")).status_code == 200


async def test_a_status_page_client_reads_how_it_is(room: ReportingRoom) -> None:
    anybody = program(room)
    unknown = (await anybody.get("/api/v2/status.json")).json()["status"]
    assert (unknown["indicator"], "measured" in unknown["description"]) == ("minor", True)
    room.said.append(sample.verdict("x", "mahfud", State.SUPPRESSED))
    room.said.append(sample.verdict("bluesky", "mahfud", State.FINDABLE))
    summary = (await anybody.get("/api/v2/summary.json")).json()
    assert summary["status"]["indicator"] == "major"
    assert {one["id"]: one["status"] for one in summary["components"]} == {
        "x": "partial_outage",
        "bluesky": "operational",
    }
    assert "on X" in summary["incidents"][0]["name"]
    room.said.append(sample.verdict("bluesky", None, State.PLATFORM_DOWN))
    status = (await anybody.get("/api/v2/status.json")).json()
    assert status["status"]["indicator"] == "critical"


async def test_no_key_is_in_a_page_the_journal_or_a_log(
    room: ReportingRoom, caplog: pytest.LogCaptureFixture
) -> None:
    mine = program(room, "role:operator")
    token = mine.headers["Authorization"].partition(" ")[2]
    await act(mine, "comment", text="x")
    said = json.dumps([dict(event.what) for event in room.journal.read()]) + caplog.text
    eka = await room.signed_in("eka")
    said += (await eka.get("/en/people")).text
    assert token not in said


@pytest.mark.parametrize(
    ("scope", "state"),
    [(None, "insufficient"), ("liaison:x-oncall", "insufficient"), ("role:watcher", "suspected")],
)
async def test_a_suspicion_is_told_to_the_rooms_programs_alone(
    room: ReportingRoom, scope: str | None, state: str
) -> None:
    room.said = [sample.verdict("x", "ganjar", State.SUSPECTED, evidence=12.0)]
    (told,) = (await program(room, scope).get("/api/v1/verdicts")).json()
    assert told["state"] == state


async def test_what_is_too_long_or_names_nobody_is_refused_and_never_cut(room: ReportingRoom) -> None:
    mine = program(room, "role:operator")
    too_long = problem(await act(mine, "comment", text="x", why="y" * 4_001))
    assert (too_long["status"], too_long["errors"][0]["field"]) == (409, "why")
    for sent, field in (
        ({"type": "restore", "subject": "s" * 201}, "subject"),
        ({"type": "restore", "contacts": ["x-oncall", "nobody"]}, "contacts"),
    ):
        answer = await mine.post("/api/v1/cases/C-1/notices", json=sent)
        assert problem(answer)["errors"][0]["field"] == field
    assert not room.casework.cases["C-1"].notices
