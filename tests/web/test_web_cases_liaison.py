"""A platform's liaison answers by a link: their case, and nothing of the room."""

import pytest
from tests.cases import case_stories as story
from tests.web.acting_room import SCRIPT, ActingRoom, act, answer_address, case
from tests.web.browsing import fields, token

from siaga.cases.case import Stage
from siaga.cases.events.case_asked import CaseAsked
from siaga.cases.events.case_attached import CaseAttached
from siaga.domain.verdicts import State
from siaga.journal.kinds import Kind


async def test_a_liaison_answers_by_a_link_without_an_account(room: ActingRoom) -> None:
    address = await answer_address(room)
    liaison = room.browser()
    assert "Open case" in (await liaison.get(address)).text
    assert (await liaison.post(f"{address}/open")).status_code == 303
    page = (await liaison.get(address)).text
    assert "We have received this" in page
    for word, more in (
        ("acknowledge", {}),
        ("explain", {"cause": "spam-cleanup", "text": SCRIPT}),
        ("claim", {}),
    ):
        answer = await liaison.post(f"{address}/{word}", data={**token(page), **more})
        assert answer.status_code == 303, answer.text
    assert case(room).stage is Stage.CLAIMED
    explained = case(room).explanation
    assert explained is not None
    assert explained.by == "liaison:x-oncall"
    assert SCRIPT not in (await liaison.get(address)).text
    room.later(minutes=5)
    room.casework.measured(story.verdict(State.FINDABLE, room.now()))
    assert "This case is closed" in (await liaison.get(address)).text


async def test_looking_at_a_link_binds_nothing_and_opening_it_binds_it_to_one_browser(
    room: ActingRoom,
) -> None:
    address = await answer_address(room)
    for _ in range(3):
        await room.browser().get(address)  # a mail scanner
    first, other = room.browser(), room.browser()
    assert (await first.post(f"{address}/open")).status_code == 303
    passed_on = await other.get(address)
    assert passed_on.status_code == 403
    assert "opened in another browser" in passed_on.text
    assert (await other.post(f"{address}/claim", data={})).status_code == 403
    assert case(room).stage is Stage.VERIFIED
    away = [event for event in room.journal.read() if event.kind == Kind.TURNED_AWAY]
    assert [event.what["reason"] for event in away] == ["elsewhere"]


async def test_another_device_is_let_in_by_a_code_that_goes_to_the_contact_alone(room: ActingRoom) -> None:
    address = await answer_address(room)
    first, other = room.browser(), room.browser()
    assert (await other.post(f"{address}/code")).status_code == 403, "nobody has opened it yet"
    await first.post(f"{address}/open")
    assert "Send a code to" in (await other.get(address)).text
    assert (await other.post(f"{address}/device", data={"code": "1"})).status_code == 409, "none is out"
    assert (await other.post(f"{address}/code", data={})).status_code == 303
    assert (await other.post(f"{address}/code", data={})).status_code == 409, "one a minute"
    (link,) = case(room).links.values()
    assert link.code is not None
    code = room.links.device_code(link.code)
    queued = [event.what for event in room.journal.read(kinds=["delivery-queued"])]
    assert [(what["contact"], f"[[code {link.code}]]" in str(what["body"])) for what in queued] == [
        (link.contact, True)
    ]
    wrong = await other.post(f"{address}/device", data={"code": f"{(int(code) + 1) % 10**8:08d}"})
    assert (wrong.status_code, "That is not the code." in wrong.text) == (403, True)
    assert (await other.get(address)).status_code == 403
    assert (await other.post(f"{address}/device", data={"code": f"{code[:4]} {code[4:]}"})).status_code == 303
    page = (await other.get(address)).text
    assert "We have received this" in page
    assert (await other.post(f"{address}/acknowledge", data=token(page))).status_code == 303
    assert (await first.get(address)).status_code == 200, "the first goes on"
    third = room.browser()
    assert (await third.post(f"{address}/device", data={"code": code})).status_code == 409, "it is used up"
    assert code not in repr([event.what for event in room.journal.read()])
    timeline = (await (await room.signed_in("citra")).get("/en/cases/C-1")).text
    assert "Reply link opened on another device." in timeline


async def test_a_link_that_is_over_or_revoked_opens_nothing(room: ActingRoom) -> None:
    address = await answer_address(room)
    citra = await room.signed_in("citra")
    assert (await act(citra, "revoke-link")).status_code == 303
    assert (await room.browser().get(address)).status_code == 410
    another = await answer_address(room)
    room.later(days=15)
    assert (await room.browser().post(f"{another}/open")).status_code == 410
    for _ in range(5):
        assert (await room.browser().get(another)).status_code == 410
    away = [event.what["reason"] for event in room.journal.read(kinds=[Kind.TURNED_AWAY])]
    assert away == ["revoked", "expired"], "once an hour, however often it is visited"


@pytest.mark.parametrize("token", ["x", "TC0x.AAAA", "a" * 500, "%2e%2e", "%00"])
async def test_a_forged_link_is_not_there(room: ActingRoom, token: str) -> None:
    assert (await room.browser().get(f"/en/answer/{token}")).status_code == 404


async def test_a_liaison_sees_their_case_and_nothing_of_the_room(room: ActingRoom) -> None:
    citra = await room.signed_in("citra")
    await act(citra, "comment", text="A secret of the room")
    address = await answer_address(room)
    liaison = room.browser()
    await liaison.post(f"{address}/open")
    page = (await liaison.get(address)).text
    assert "A secret of the room" not in page
    assert "citra" not in page
    assert (await liaison.post(f"{address}/withdraw", data=token(page))).status_code == 404


async def test_a_liaison_attaches_and_sees_the_names_of_their_own_files(room: ActingRoom) -> None:
    address, liaison = await answer_address(room), room.browser()
    await liaison.post(f"{address}/open")
    form = token((await liaison.get(address)).text)
    sent = {"file": ("log.txt", b"what we saw", "text/plain")}
    assert (await liaison.post(f"{address}/attach", data=form, files=sent)).status_code == 303
    assert "Attached: log.txt." in (await liaison.get(address)).text
    (event,) = [one for one in room.casework.history("C-1") if one.kind == CaseAttached.kind]
    assert event.who == "liaison:x-oncall"
    assert (await liaison.get(f"/en/cases/C-1/files/{event.seq}")).status_code == 303
    assert (await room.browser().post(f"{address}/attach", data=form, files=sent)).status_code == 403


async def test_an_answer_that_is_sent_twice_is_one_answer_and_changed_it_is_refused(room: ActingRoom) -> None:
    address = await answer_address(room)
    liaison = room.browser()
    await liaison.post(f"{address}/open")
    page = (await liaison.get(address)).text
    sent = {**fields(page, f"{address}/ask"), "text": "Since when?"}
    for _ in range(2):
        assert (await liaison.post(f"{address}/ask", data=sent)).status_code == 303
    refused = await liaison.post(f"{address}/ask", data={**sent, "text": "Where?"})
    assert refused.status_code == 422
    assert "sent before with different content" in refused.text
    asked = [event.what["text"] for event in room.casework.history("C-1") if event.kind == CaseAsked.kind]
    assert asked == ["Since when?"]
