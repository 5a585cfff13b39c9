"""Planned work is announced by the room, read by everybody, and changes no finding."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.cases import case_stories as story
from tests.web.acting_room import ActingRoom
from tests.web.browsing import token

from siaga.domain.verdicts import State
from siaga.services.planned_work import PlannedWorkDesk

PAGE = "/en/planned-work"
FORM = {
    "platform": "x",
    "vantage": "",
    "begins": "2024-01-25T07:00",
    "ends": "2024-01-25T09:00",
    "reason": "credential-renewed",
}
"""The sample's clock stands at 07:00 WIB."""


@pytest.fixture
def room(tmp_path: Path) -> Iterator[ActingRoom]:
    with ActingRoom(tmp_path) as opened:
        opened.more["planned_work"] = PlannedWorkDesk(opened.election, opened.journal, opened.clock)
        yield opened


async def test_announced_work_stands_on_every_page_with_why_and_until_when(room: ActingRoom) -> None:
    citra, anybody = await room.signed_in("citra"), room.browser()
    assert "Announce publicly" not in (await anybody.get(PAGE)).text
    form = {**token((await citra.get(PAGE)).text), **FORM}
    assert (await citra.post(f"{PAGE}/announce", data=form)).status_code == 303
    for address in ("/en/", "/en/health", PAGE):
        text = (await anybody.get(address)).text
        assert "X: a credential is being renewed" in text, address
        assert "09:00" in text
    assert "kredensial sedang diperbarui" in (await anybody.get("/id/")).text
    (work,) = (await anybody.get("/api/v2/summary.json")).json()["scheduled_maintenances"]
    assert (work["name"], work["status"]) == ("X: a credential is being renewed", "in_progress")
    assert (work["scheduled_for"], work["scheduled_until"]) == (
        "2024-01-25T00:00:00.000000Z",
        "2024-01-25T02:00:00.000000Z",
    )
    assert work["components"] == ["x"]
    room.later(hours=2)
    assert "a credential is being renewed" not in (await anybody.get("/en/")).text
    assert (await anybody.get("/api/v2/summary.json")).json()["scheduled_maintenances"] == []


async def test_work_still_to_come_is_scheduled_for_programs(room: ActingRoom) -> None:
    citra = await room.signed_in("citra")
    vantage = room.election.vantages[0].id
    form = {
        **token((await citra.get(PAGE)).text),
        **FORM,
        "platform": "",
        "vantage": vantage,
        "begins": "2024-01-26T07:00",
        "ends": "2024-01-26T09:00",
    }
    assert (await citra.post(f"{PAGE}/announce", data=form)).status_code == 303
    (work,) = (await room.browser().get("/api/v2/summary.json")).json()["scheduled_maintenances"]
    assert work["status"] == "scheduled"
    assert work["name"].startswith("Jakarta: ")
    assert work["components"] == [platform.id for platform in room.election.platforms]


async def test_a_finding_on_the_platform_stays_as_it_is(room: ActingRoom) -> None:
    others = [person.id for person in room.election.people() if person.id != "mahfud"]
    missing = story.verdict(State.SUPPRESSED)
    unmeasured = [replace(missing, subject=id, state=State.UNMEASURABLE) for id in others]
    room.said = [missing, *unmeasured]
    citra, anybody = await room.signed_in("citra"), room.browser()
    form = {**token((await citra.get(PAGE)).text), **FORM}
    await citra.post(f"{PAGE}/announce", data=form)
    matrix = (await anybody.get("/en/")).text.partition("<tbody>")[2].partition("</tbody>")[0]
    assert matrix.count("Planned work") >= len(others)
    assert 'class="cell suppressed"' in matrix
    assert "Missing" in matrix


async def test_work_is_ended_by_the_room_and_journalled(room: ActingRoom) -> None:
    citra, anybody = await room.signed_in("citra"), room.browser()
    form = {**token((await citra.get(PAGE)).text), **FORM}
    await citra.post(f"{PAGE}/announce", data=form)
    (announced,) = room.more["planned_work"].announced(room.now())
    assert (await citra.post(f"{PAGE}/end", data={**form, "work": announced.id})).status_code == 303
    assert "a credential is being renewed" not in (await anybody.get("/en/")).text
    kinds = [event.kind for event in room.journal.read(kinds=["work-announced", "work-ended"])]
    assert kinds == ["work-announced", "work-ended"]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"platform": "", "vantage": ""}, "not everything"),
        ({"platform": "nowhere"}, "There is no such platform."),
        ({"begins": "2024-01-24T07:00"}, "cannot begin in the past"),
        ({"ends": "soon"}, "This is no moment."),
    ],
)
async def test_what_cannot_be_is_refused_with_what_was_typed(
    room: ActingRoom, changed: dict[str, str], says: str
) -> None:
    citra = await room.signed_in("citra")
    form = {**token((await citra.get(PAGE)).text), **FORM, **changed}
    answer = await citra.post(f"{PAGE}/announce", data=form)
    assert answer.status_code == 422
    assert says in answer.text
    assert 'value="2024-01-2' in answer.text
    assert room.more["planned_work"].announced(room.now()) == []


async def test_a_watcher_announces_nothing(room: ActingRoom) -> None:
    dewi = await room.signed_in("dewi")
    form = {**token((await dewi.get(PAGE)).text), **FORM}
    assert (await dewi.post(f"{PAGE}/announce", data=form)).status_code == 403


@pytest.mark.parametrize("begins", ["0001-01-01T00:00", "9999-12-31T23:59-14:00", "2024-13-01T00:00", "now"])
async def test_a_moment_that_is_none_is_said_so_even_at_the_edge_of_the_calendar(
    room: ActingRoom, begins: str
) -> None:
    citra = await room.signed_in("citra")
    form = {**token((await citra.get(PAGE)).text), **FORM, "begins": begins}
    answer = await citra.post(f"{PAGE}/announce", data=form)
    assert answer.status_code == 422
    assert "This is no moment." in answer.text
