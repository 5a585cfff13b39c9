"""The control room's screen."""

from tests.cases import case_stories as story
from tests.web import sample_room as sample
from tests.web.acting_room import ActingRoom, act, drafted

from siaga.domain.verdicts import State


async def test_the_screen_says_what_is_open_what_is_due_and_what_waits(room: ActingRoom) -> None:
    dewi, citra, ayu = [await room.signed_in(one) for one in ("dewi", "citra", "ayu")]
    page = (await dewi.get("/en/room")).text
    assert "notice not yet written" in page
    assert "Unassigned" in page
    await drafted(citra)
    assert "awaiting approval: 0 of 2" in (await dewi.get("/en/room")).text
    bima = await room.signed_in("bima")
    for person in (ayu, bima):
        await act(person, "approve")
    page = (await dewi.get("/en/room")).text
    assert "First reply due" in page
    assert "(overdue)" not in page
    room.later(hours=5)
    dewi = await room.signed_in("dewi")
    assert "(overdue)" in (await dewi.get("/en/room")).text
    room.casework.measured(story.verdict(State.FINDABLE, room.now()))
    assert "No open cases." in (await dewi.get("/en/room")).text
    assert (await room.browser().get("/en/room")).status_code == 303


async def test_an_unfolded_name_says_what_each_measurement_point_finds(room: ActingRoom) -> None:
    room.said = sample.alarmed().said
    dewi = await room.signed_in("dewi")
    page = (await dewi.get("/en/room?unfold=mahfud")).text
    assert 'title="Jakarta: Missing"' in page
