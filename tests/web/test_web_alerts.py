"""The pages by which people are woken: their own channels, an alert's link, what is open in the room."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.web.alerted_site import AlertedSite
from tests.web.browsing import token

from siaga.services.alerts import LINK_PREFIX

MINE = "/en/me/alerts"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[AlertedSite]:
    with AlertedSite(tmp_path) as opened:
        yield opened


def link_of(room: AlertedSite, number: int = 1) -> str:
    return f"/en/alert/{room.links.token(f'{LINK_PREFIX}C-1/new-case/1/{number}')}"


async def test_an_address_is_taken_and_never_shown_again(room: AlertedSite) -> None:
    citra = await room.signed_in("citra")
    form = {**token((await citra.get(MINE)).text), "kind": "email", "address": "citra.x@host.example"}
    assert (await citra.post(f"{MINE}/add", data=form)).status_code == 303
    page = (await citra.get(MINE)).text
    assert "c…@host.example" in page
    assert "citra.x" not in page
    administrator = await room.signed_in("eka")
    for address in (MINE, "/en/people", "/en/room"):
        assert "host.example" not in (await administrator.get(address)).text


async def test_what_cannot_be_reached_is_refused_and_changes_nothing(room: AlertedSite) -> None:
    citra = await room.signed_in("citra")
    form = {**token((await citra.get(MINE)).text), "kind": "apprise", "address": "json://10.0.0.1/inside"}
    answer = await citra.post(f"{MINE}/add", data=form)
    assert answer.status_code == 422
    assert "Siaga can&#39;t send to this address." in answer.text
    assert "10.0.0.1" not in answer.text
    assert room.accounts.channels.of("citra") == ()


async def test_a_test_is_queued_and_a_strangers_channel_is_not_theirs(room: AlertedSite) -> None:
    (channel,) = room.accounts.channels.of("ayu")
    citra = await room.signed_in("citra")
    form = {**token((await citra.get(MINE)).text), "channel": channel.id}
    assert (await citra.post(f"{MINE}/test", data=form)).status_code == 422
    await citra.post(f"{MINE}/remove", data=form)
    ayu = await room.signed_in("ayu")
    form = {**token((await ayu.get(MINE)).text), "channel": channel.id}
    assert (await ayu.post(f"{MINE}/test", data=form)).status_code == 303
    assert (await ayu.post(f"{MINE}/test", data=form)).status_code == 422, "again at once"
    assert (await ayu.post(f"{MINE}/frighten", data=form)).status_code == 404
    assert [event.what["reason"] for event in room.journal.read(kinds=["person-alerted"])] == ["test"]


async def test_quiet_hours_are_ones_own(room: AlertedSite) -> None:
    ayu = await room.signed_in("ayu")
    form = {**token((await ayu.get(MINE)).text), "begins": "22:00", "ends": "06:00"}
    assert (await ayu.post(f"{MINE}/quiet-hours", data=form)).status_code == 303
    assert 'value="22:00"' in (await ayu.get(MINE)).text
    assert set(room.accounts.channels.quiet_hours()) == {"ayu"}


async def test_looking_at_an_alerts_link_changes_nothing_and_its_button_acknowledges_once(
    room: AlertedSite,
) -> None:
    room.desk.step()
    async with room.browser() as phone:
        page = await phone.get(link_of(room))
        assert page.status_code == 200
        assert "New case C-1: " in page.text
        assert room.desk.open_alarms()
        assert (await phone.post(link_of(room))).status_code == 303
        assert room.desk.open_alarms() == []
        assert "Ayu acknowledged this at" in (await phone.get(link_of(room))).text
        assert (await phone.post(link_of(room))).status_code == 200, "a second press does nothing"
    assert [event.who for event in room.journal.read(kinds=["alarm-acknowledged"])] == ["person:ayu"]


async def test_a_link_that_is_forged_or_over_acknowledges_nothing(room: AlertedSite) -> None:
    room.desk.step()
    async with room.browser() as phone:
        for bad in (link_of(room)[:-2] + "xx", link_of(room, 2), f"/en/alert/{room.links.token('L-1')}"):
            assert (await phone.post(bad)).status_code == 404
        room.later(hours=12)
        answer = await phone.post(link_of(room))
        assert answer.status_code == 410
        assert "has expired" in answer.text
    assert room.desk.open_alarms()


async def test_the_room_shows_what_nobody_has_acknowledged_and_takes_it(room: AlertedSite) -> None:
    room.desk.step()
    watcher = await room.signed_in("dewi")
    page = (await watcher.get("/en/room")).text
    assert "Nobody has acknowledged yet" in page
    assert "nobody can wake them: Bima" in page
    assert "/en/room/acknowledge" not in page
    citra = await room.signed_in("citra")
    form = {**token((await citra.get("/en/room")).text), "alarm": "C-1/new-case/1"}
    assert (await citra.post("/en/room/acknowledge", data=form)).status_code == 303
    assert "Nobody has acknowledged yet" not in (await citra.get("/en/room")).text
    assert room.casework.cases["C-1"].owner == "person:citra"
