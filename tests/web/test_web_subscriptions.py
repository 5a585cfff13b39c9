"""Feeds, a calendar and a badge for other programs; nothing in them that the pages do not show."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.cases import case_stories as story
from tests.web import sample_room as sample
from tests.web.acting_room import ActingRoom

from siaga.cases.commands import Command
from siaga.cases.events.case_acknowledged import CaseAcknowledged
from siaga.cases.events.case_commented import CaseCommented
from siaga.cases.events.case_opened import NEXT_CASE, CaseOpened
from siaga.cases.severity import Severity
from siaga.domain.verdicts import State
from siaga.election.model import Event, EventKind

ATOM = "{http://www.w3.org/2005/Atom}"
LONG = "Debat; kelima, " + "panjang sekali \U0001f600 " * 9


@pytest.fixture
def room(tmp_path: Path) -> Iterator[ActingRoom]:
    with ActingRoom(tmp_path) as one:
        yield one


async def test_a_feed_reader_follows_the_public_cases_newest_first(room: ActingRoom) -> None:
    room.later(minutes=10)
    room.casework.do(Command(CaseAcknowledged(case="C-1")), story.LIAISON)
    room.casework.do(Command(CaseCommented(case="C-1", text="A secret of the room")), story.CITRA)
    reported = CaseOpened(NEXT_CASE, "x", "anies", None, Severity.MEDIUM, reports=("r1",))
    room.casework.do(Command(reported), story.WATCH)
    answer = await room.browser().get("/en/cases.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.content)
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 3
    assert entries[0].findtext(f"{ATOM}summary") == "The platform acknowledged the notice."
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == 3
    assert feed.findtext(f"{ATOM}updated") == entries[0].findtext(f"{ATOM}updated")
    assert "A secret of the room" not in answer.text
    assert "C-2" not in answer.text
    assert "Platform" in (await room.browser().get("/id/cases.atom")).text


async def test_a_calendar_has_the_elections_events_in_lines_that_any_reader_takes(room: ActingRoom) -> None:
    starts = datetime(2024, 2, 4, 12, tzinfo=UTC)
    event = Event("debate-5", EventKind.DEBATE, LONG, starts, starts.replace(hour=14))
    room.election = replace(room.election, events=(event,))
    answer = await room.browser().get("/id/events.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    lines = answer.content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2:] == [b"END:VCALENDAR", b""]
    whole = answer.text.replace("\r\n ", "")
    assert "DTSTART:20240204T120000Z" in whole
    assert "DTEND:20240204T140000Z" in whole
    assert f"UID:debate-5@{room.election.id}.siaga" in whole
    assert f"SUMMARY:{' '.join(LONG.split())}".replace(";", "\\;").replace(",", "\\,") in whole


async def test_a_calendars_texts_break_out_of_no_line(room: ActingRoom) -> None:
    label = "Vote\x07;\r\nBEGIN:VALARM\n\u2028x"
    starts = datetime(2024, 2, 4, 12, tzinfo=UTC)
    event = Event("debate-5", EventKind.DEBATE, label, starts, starts.replace(hour=14))
    room.election = replace(room.election, events=(event,), label=label)
    lines = (await room.browser().get("/en/events.ics")).content.split(b"\r\n")
    assert lines.count(b"BEGIN:VEVENT") == 1
    assert b"SUMMARY:Vote\\; BEGIN:VALARM x" in lines
    assert b"X-WR-CALNAME:Vote\\; BEGIN:VALARM x" in lines


async def test_a_badge_says_how_it_is_and_never_more_than_is_known(room: ActingRoom) -> None:
    assert "not measured yet" in (await room.browser().get("/en/badge.svg")).text
    room.said.append(sample.verdict("x", "ganjar", State.FINDABLE))
    assert "not fully measured" in (await room.browser().get("/en/badge.svg")).text
    room.said, room.offline = list(sample.calm().said), ()
    assert "all can be found" in (await room.browser().get("/en/badge.svg")).text
    room.said.append(sample.verdict("bluesky", "mahfud", State.SUSPECTED))
    assert "not fully measured" in (await room.browser().get("/en/badge.svg")).text
    room.said.append(sample.verdict("x", "mahfud", State.SUPPRESSED))
    answer = await room.browser().get("/en/badge.svg")
    assert "1 missing or reduced" in answer.text
    assert ElementTree.fromstring(answer.content).tag.endswith("svg")
    assert "set-cookie" not in answer.headers
