"""The room's people work on a case from its pages, and nobody else does."""

import re
from dataclasses import replace

import pytest
from tests.cases import case_stories as story
from tests.web.acting_room import SCRIPT, ActingRoom, act, answer_address, case, drafted
from tests.web.browsing import fields, token

from siaga.cases.case import Stage
from siaga.cases.commands import Command
from siaga.cases.deadlines import Deadline, deadlines
from siaga.cases.events.case_attached import MOST_ATTACHED, CaseAttached
from siaga.cases.events.case_commented import CaseCommented
from siaga.cases.events.delivery_failed import DeliveryFailed
from siaga.cases.events.delivery_made import DeliveryMade
from siaga.cases.room_file import ContactChannel
from siaga.domain.verdicts import State
from siaga.i18n.speech import Speech
from siaga.notifying.channels.letter import LetterSender
from siaga.notifying.sending import Message


async def test_a_notice_goes_from_its_draft_over_two_approvals_to_the_platform(room: ActingRoom) -> None:
    citra, ayu, bima = [await room.signed_in(one) for one in ("citra", "ayu", "bima")]
    assert (await drafted(citra)).status_code == 303
    notice = next(iter(case(room).notices.values()))
    assert notice.contacts == ("x-oncall",)
    assert "[[link]]" in notice.body
    assert "Please restore it [[restore-by]]." in notice.body
    for person, asks in ((ayu, "Approve this text"), (bima, "Approve and send")):
        page = (await person.get("/en/cases/C-1")).text
        assert asks in page
        assert "Please restore it by 25 Jan 2024" in page, "shown as it would be sent now"
        assert "Please restore it [[restore-by]]" in page, "and as it is approved"
        assert case(room).stage is Stage.VERIFIED
        room.later(minutes=10)
        assert (await act(person, "approve")).status_code == 303
    assert case(room).stage is Stage.NOTIFIED
    page = (await citra.get("/en/cases/C-1")).text
    assert "To X on call. Drafted by Citra. Approved by Ayu, Bima." in page.replace("  ", " ")
    assert "<li>X on call, email:" in page
    speech, now = Speech("en", "Asia/Jakarta"), room.now()
    dues = {due.deadline: due.at for due in deadlines(case(room), room.casework.room)}
    body = next(iter(case(room).notices.values())).body
    assert f"Please restore it by {speech.clock(dues[Deadline.RESTORE])} WIB." in body
    assert f"confirmation by {speech.clock(dues[Deadline.ACKNOWLEDGE])} WIB." in body
    assert dues[Deadline.RESTORE] > now
    page = (await citra.get("/en/cases/C-1")).text
    assert speech.moment(dues[Deadline.ACKNOWLEDGE], now) in page, "the room counts the same"
    liaison, address = room.browser(), await answer_address(room)
    await liaison.post(f"{address}/open")
    owed = f"First reply due: {speech.clock(dues[Deadline.ACKNOWLEDGE])} WIB"
    assert owed in (await liaison.get(address)).text
    assert [one.contact for one in next(iter(case(room).notices.values())).deliveries] == ["x-oncall"]


async def test_what_is_typed_into_a_notice_is_kept_until_it_is_sent_or_discarded(room: ActingRoom) -> None:
    citra, address = await room.signed_in("citra"), "/en/cases/C-1/notice"
    form = fields((await citra.get(address)).text, address)
    typed = {**form, "subject": " My  subject", "body": "Half a sen", "contact": "x-oncall"}
    before = room.journal.read()
    saved = await citra.post(f"{address}/draft", data=typed)
    assert saved.headers["location"] == f"{address}?type=restore"
    page = (await citra.get(address)).text
    assert 'value=" My  subject"' in page
    assert ">Half a sen</textarea>" in page
    assert "Nothing has been sent" in page
    assert ">Half a sen<" not in (await citra.get(f"{address}?type=explain")).text
    assert room.journal.read() == before, "a draft is no part of the record"
    await citra.post(f"{address}/draft", data={**typed, "discard": "1"})
    assert ">Half a sen<" not in (await citra.get(address)).text
    await citra.post(f"{address}/draft", data=typed)
    assert (await drafted(citra, body="Please restore the name.")).status_code == 303
    assert ">Half a sen<" not in (await citra.get(address)).text


async def test_a_script_is_told_when_a_draft_was_saved_or_why_not(room: ActingRoom) -> None:
    citra, address = await room.signed_in("citra"), "/id/cases/C-1/notice"
    form, asks = fields((await citra.get(address)).text, address), {"Accept": "application/json"}
    answer = await citra.post(f"{address}/draft", data=form, headers=asks)
    assert re.fullmatch(r"Draf disimpan pukul \d\d\.\d\d WIB\..*", answer.json()["saved"])
    long = {**form, "body": "x" * 40_000}
    refused = await citra.post(f"{address}/draft", data=long, headers=asks)
    assert (refused.status_code, "terlalu panjang" in refused.json()["fault"]) == (409, True)
    shown = await citra.post(f"{address}/draft", data=long)
    assert (shown.status_code, "x" * 40_000 in shown.text) == (409, True)


async def test_a_draft_is_its_authors_to_go_on_with_and_the_rooms_to_read(room: ActingRoom) -> None:
    citra, ayu, dewi = [await room.signed_in(id) for id in ("citra", "ayu", "dewi")]
    address = "/en/cases/C-1/notice"
    form = fields((await citra.get(address)).text, address)
    await citra.post(f"{address}/draft", data={**form, "body": f"Half {SCRIPT}", "contact": "nobody"})
    page = (await ayu.get(address)).text
    assert "Citra is writing this notice too" in page
    assert fields(page, address)["body"].startswith("[[evidence]]")
    assert "Draft by Citra, saved" in (await ayu.get("/en/cases/C-1")).text
    assert "Half" not in (await room.browser().get("/en/cases/C-1")).text
    for one in (page, (await citra.get(address)).text):
        assert SCRIPT not in one
    forbidden = {**form, **token((await dewi.get("/en/me")).text)}
    assert (await dewi.post(f"{address}/draft", data=forbidden)).status_code == 403
    assert (await room.browser().post(f"{address}/draft", data=form)).status_code == 303
    assert (await ayu.post(f"{address}/draft", data=form)).status_code == 403, "another's form"


async def test_a_letter_that_lies_ready_is_the_rooms_alone(room: ActingRoom) -> None:
    citra, ayu, bima = [await room.signed_in(one) for one in ("citra", "ayu", "bima")]
    await drafted(citra)
    for person in (ayu, bima):
        await act(person, "approve")
    notice = next(iter(case(room).notices.values()))
    address = f"/en/cases/C-1/letters/{notice.id}.x-oncall.0.pdf"
    assert (await citra.get(address)).status_code == 404
    sender = LetterSender(room.directory, "Room", "X", Speech("en", "Asia/Jakarta"), lambda case: [])
    delivery = notice.deliveries[0].id
    await sender.send("", Message(delivery, "C-1", notice.subject, notice.body, delivery, room.now()))
    answer = await citra.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF")
    assert (await room.browser().get(address)).status_code == 303
    for elsewhere in ("N-1.x.0", "%2e%2e%2fjournal"):
        assert (await citra.get(f"/en/cases/C-1/letters/{elsewhere}.pdf")).status_code == 404


async def test_only_what_is_printed_is_offered_for_printing(room: ActingRoom) -> None:
    desk = room.casework.room.platforms[0]
    by_both = (ContactChannel("email", "oncall@x.example"), ContactChannel("letter"))
    contacts = (replace(desk.contacts[0], channels=by_both), *desk.contacts[1:])
    room.casework.room = replace(room.casework.room, platforms=(replace(desk, contacts=contacts),))
    citra, ayu, bima = [await room.signed_in(id) for id in ("citra", "ayu", "bima")]
    await drafted(citra)
    for person in (ayu, bima):
        await act(person, "approve")
    mailed, printed = (delivery.id for delivery in next(iter(case(room).notices.values())).deliveries)
    assert "/letters/" not in (await citra.get("/en/cases/C-1")).text
    for delivery in (mailed, printed):
        taken = {"delivery": delivery, "attempt": 1, "answer": f"Taken: {delivery}"}
        room.journal.append(DeliveryMade.kind, "watch", taken)
    room.casework.catch_up()
    page = (await citra.get("/en/cases/C-1")).text
    assert re.findall(r'href="/en/cases/C-1/letters/([^"]+)[.]pdf"', page) == [printed]
    assert f"<q>Taken: {mailed}</q>" in page


async def test_nobody_approves_twice_and_what_was_changed_meanwhile_is_read_again(room: ActingRoom) -> None:
    citra, ayu, bima = [await room.signed_in(one) for one in ("citra", "ayu", "bima")]
    await drafted(citra)
    await act(ayu, "approve")
    (notice,) = case(room).notices.values()
    again = await act(ayu, "approve", notice=notice.id, text=notice.text)
    assert again.status_code == 409
    assert "Another person has to approve" in again.text
    other = await act(bima, "approve", text="0" * 64)
    assert "changed meanwhile" in other.text
    assert case(room).stage is Stage.VERIFIED


async def test_a_form_that_is_sent_twice_is_one_act_and_changed_it_is_refused(room: ActingRoom) -> None:
    citra = await room.signed_in("citra")
    page = (await citra.get("/en/cases/C-1")).text
    form = {**fields(page, "/en/cases/C-1/comment"), "text": "Called them."}
    for _ in range(2):
        assert (await citra.post("/en/cases/C-1/comment", data=form)).status_code == 303
    changed = {**form, "text": "Called again."}
    refused = await citra.post("/en/cases/C-1/comment", data=changed)
    assert refused.status_code == 422
    assert "sent before with different content" in refused.text
    assert "Called again." in refused.text
    anew = {**fields(refused.text, "/en/cases/C-1/comment"), "text": "Called again."}
    assert (await citra.post("/en/cases/C-1/comment", data=anew)).status_code == 303
    said = [event for event in room.casework.history("C-1") if event.kind == CaseCommented.kind]
    assert [event.what["text"] for event in said] == ["Called them.", "Called again."]


async def test_the_platforms_word_is_recorded_and_taken_back(room: ActingRoom) -> None:
    citra = await room.signed_in("citra")
    assert (await act(citra, "acknowledge")).status_code == 303
    assert case(room).stage is Stage.ACKNOWLEDGED
    seq = str(room.casework.history("C-1")[-1].seq)
    assert (await act(citra, "undo", event=seq, why="It was another case.")).status_code == 303
    assert case(room).stage is Stage.VERIFIED


async def test_what_cannot_be_done_says_why_and_loses_nothing_that_was_typed(room: ActingRoom) -> None:
    citra = await room.signed_in("citra")
    refused = await act(citra, "explain", cause="spam-cleanup", text="x" * 4001)
    assert refused.status_code == 409
    assert "x" * 4001 in refused.text
    assert 'role="alert"' in refused.text
    assert case(room).explanation is None


async def test_a_case_is_taken_handed_over_and_graded(room: ActingRoom) -> None:
    citra = await room.signed_in("citra")
    await act(citra, "take")
    assert case(room).owner == "person:citra"
    assert (await act(citra, "hand-over", to="ayu", why="End of shift.")).status_code == 303
    assert case(room).owner == "person:ayu"
    nobody = await act(citra, "hand-over", to="nobody", why="x")
    assert nobody.status_code == 409
    watcher = await act(citra, "hand-over", to="dewi", why="x")
    assert watcher.status_code == 409
    await act(citra, "grade", severity="critical", why="The debate is tonight.")
    assert case(room).severity == "critical"


async def test_only_an_approver_withdraws_a_finding(room: ActingRoom) -> None:
    citra, ayu = await room.signed_in("citra"), await room.signed_in("ayu")
    assert (await act(citra, "withdraw", why="wrong")).status_code == 409
    assert (await act(ayu, "withdraw", why="Our own fault.")).status_code == 303
    assert case(room).stage is Stage.WITHDRAWN


@pytest.mark.parametrize("word", ["comment", "acknowledge", "approve", "undo", "withdraw", "issue-link"])
async def test_without_signing_in_nothing_is_done(room: ActingRoom, word: str) -> None:
    before = room.journal.read()
    answer = await room.browser().post(f"/en/cases/C-1/{word}", data={"text": "x", "csrf": "0" * 64})
    assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/en/sign-in")
    assert room.journal.read() == before


async def test_a_watcher_sees_the_room_and_does_nothing(room: ActingRoom) -> None:
    dewi = await room.signed_in("dewi")
    page = (await dewi.get("/en/cases/C-1")).text
    assert "Control room" in page
    assert "/en/cases/C-1/comment" not in page
    answer = await dewi.post(
        "/en/cases/C-1/comment", data={**token((await dewi.get("/en/me")).text), "text": "x"}
    )
    assert answer.status_code == 403


async def test_a_form_of_another_session_or_another_site_does_nothing(room: ActingRoom) -> None:
    citra, ayu = await room.signed_in("citra"), await room.signed_in("ayu")
    page = (await ayu.get("/en/cases/C-1")).text
    stolen = {**fields(page, "/en/cases/C-1/comment"), "text": "x"}
    assert (await citra.post("/en/cases/C-1/comment", data=stolen)).status_code == 403
    own = {**fields((await citra.get("/en/cases/C-1")).text, "/en/cases/C-1/comment"), "text": "x"}
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        assert (await citra.post("/en/cases/C-1/comment", data=own, headers=headers)).status_code == 403
    assert all(event.kind != CaseCommented.kind for event in room.casework.history("C-1"))


async def test_the_public_sees_nothing_of_the_room(room: ActingRoom) -> None:
    citra = await room.signed_in("citra")
    await act(citra, "comment", text="A secret of the room")
    await drafted(citra)
    public = (await room.browser().get("/en/cases/C-1")).text
    for word in ("A secret of the room", "citra", "Control room", "x-oncall", "csrf"):
        assert word not in public
    assert "set-cookie" not in (await room.browser().get("/en/cases/C-1")).headers


async def test_what_people_write_is_shown_as_text(room: ActingRoom) -> None:
    citra = await room.signed_in("citra")
    await act(citra, "comment", text=SCRIPT)
    await act(citra, "explain", cause="other", text=SCRIPT)
    await drafted(citra, subject=SCRIPT, body=SCRIPT)
    for browser in (citra, room.browser()):
        assert SCRIPT not in (await browser.get("/en/cases/C-1")).text


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"text=" + b"x" * 200_000, "application/x-www-form-urlencoded", 413),
        (b"{}", "application/json", 415),
        (b"text=%ff", "application/x-www-form-urlencoded", 400),
        (b"&".join([b"a=b"] * 500), "application/x-www-form-urlencoded", 400),
    ],
)
async def test_rubbish_is_refused(room: ActingRoom, content: bytes, kind: str, status: int) -> None:
    citra = await room.signed_in("citra")
    answer = await citra.post("/en/cases/C-1/comment", content=content, headers={"Content-Type": kind})
    assert answer.status_code == status


async def test_the_account_is_drafted_from_the_record_edited_and_published_by_an_approver(
    room: ActingRoom,
) -> None:
    citra, ayu = await room.signed_in("citra"), await room.signed_in("ayu")
    room.later(hours=3)
    room.casework.measured(story.verdict(State.FINDABLE, room.now()))
    draft = fields((await citra.get("/en/cases/C-1")).text, "/en/cases/C-1/account")
    assert "was not found as usual" in draft["text"]
    written = await act(citra, "account", text=draft["text"] + SCRIPT)
    assert written.status_code == 303
    public = (await room.browser().get("/en/cases/C-1")).text
    assert "Case summary" not in public
    assert (await act(citra, "publish")).status_code == 400
    assert (await act(ayu, "publish")).status_code == 303
    public = (await room.browser().get("/en/cases/C-1")).text
    assert "Case summary" in public
    assert "was not found as usual" in public
    assert SCRIPT not in public
    assert "Case summary" not in (await room.browser().get("/id/cases/C-1")).text


async def test_what_is_attached_is_the_rooms_alone_and_never_shown(room: ActingRoom) -> None:
    citra = await room.signed_in("citra")
    form = token((await citra.get("/en/cases/C-1")).text)
    sent = {"file": ("../../etc/<b>.html", SCRIPT.encode(), "text/html")}
    assert (await citra.post("/en/cases/C-1/attach", data=form, files=sent)).status_code == 303
    (event,) = [one for one in room.casework.history("C-1") if one.kind == CaseAttached.kind]
    assert event.what["name"] == "_b_.html"
    address = f"/en/cases/C-1/files/{event.seq}"
    file = await citra.get(address)
    assert file.content == SCRIPT.encode()
    assert file.headers["content-type"] == "application/octet-stream"
    assert file.headers["content-disposition"].startswith("attachment")
    assert (await room.browser().get(address)).status_code == 303
    assert (await citra.get("/en/cases/C-1/files/1")).status_code == 404
    for files in ({}, {"file": ("a", b"x" * 11_000_000, "image/png")}):
        answer = await citra.post("/en/cases/C-1/attach", data=form, files=files or {"file": ("a", b"")})
        assert answer.status_code in {400, 413}


async def test_one_surface_is_split_off_and_followed_by_itself(room: ActingRoom) -> None:
    citra = await room.signed_in("citra")
    room.casework.measured(
        replace(
            story.verdict(State.SUPPRESSED, room.now(), "ganjar"),
            detail={"surfaces": "search-latest, profile", "names": "ganjar"},
        )
    )
    assert "Follow one feature in its own case" in (await citra.get("/en/cases/C-2")).text
    answer = await act(citra, "split", "C-2", surface="profile", why="Another cause.")
    assert answer.status_code == 303
    split = room.casework.cases["C-3"]
    assert (split.surface, split.split_from, split.stage) == ("profile", "C-2", Stage.OPENED)
    wrong = await act(citra, "split", "C-2", surface="moon", why="x")
    assert wrong.status_code == 400


async def test_the_case_says_what_is_back_and_what_is_not_at_each_moment(room: ActingRoom) -> None:
    address, liaison = await answer_address(room), room.browser()
    await liaison.post(f"{address}/open")
    half = {"surfaces": "search-latest", "surfaces_found": "profile", "names": "mahfud"}
    now = replace(story.verdict(State.IMPAIRED, room.now()), detail=half)
    room.said.append(now)
    for page in (
        (await room.browser().get("/en/cases/C-1")).text,
        (await liaison.get(address)).text,
    ):
        assert "Current measurements" in page
        assert "Features affected" in page
        assert "Features working as usual" in page
    room.later(minutes=5)
    room.casework.measured(story.verdict(State.FINDABLE, room.now()))
    assert "Current measurements" not in (await room.browser().get("/en/cases/C-1")).text


async def test_a_file_too_many_is_refused_before_it_is_written(room: ActingRoom) -> None:
    citra = await room.signed_in("citra")
    form = token((await citra.get("/en/cases/C-1")).text)
    attached = Command(CaseAttached("C-1", "a", "text/plain", bytes=1, sha256="0" * 64))
    for _ in range(MOST_ATTACHED):
        room.casework.do(attached, story.CITRA)
    answer = await citra.post("/en/cases/C-1/attach", data=form, files={"file": ("b", b"more", "text/plain")})
    assert answer.status_code == 409
    assert not (room.directory / "attachments").exists()


async def test_a_message_that_does_not_arrive_is_shown_with_what_to_do(room: ActingRoom) -> None:
    citra, ayu, bima = [await room.signed_in(id) for id in ("citra", "ayu", "bima")]
    await drafted(citra)
    for person in (ayu, bima):
        await act(person, "approve")
    (delivery,) = next(iter(case(room).notices.values())).deliveries
    assert "Not delivered" not in (await citra.get("/en/cases/C-1")).text
    failed = {"delivery": delivery.id, "attempt": 1, "answer": "550 no such user", "again_at": None}
    room.journal.append(DeliveryFailed.kind, "watch", {**failed, "trouble": "address"})
    room.casework.catch_up()
    page = (await citra.get("/id/cases/C-1")).text
    assert "Belum terkirim" in page
    assert "perbaiki alamatnya di berkas ruang" in page
    assert "<q>550 no such user</q>" in page
    assert "messages not delivered: 1" in (await citra.get("/en/room")).text


async def test_what_is_refused_is_said_in_the_language_of_the_page(room: ActingRoom) -> None:
    citra, dewi = await room.signed_in("citra"), await room.signed_in("dewi")
    form = token((await citra.get("/id/cases/C-1")).text)
    for word, more, text in (
        ("grade", {"severity": "high"}, "Alasan belum diisi. Tulis alasannya."),
        ("grade", {"severity": "high", "why": "x"}, "Tingkat keparahannya sudah itu."),
        ("withdraw", {"why": "x"}, "Peran Anda tidak memiliki izin untuk ini."),
        ("comment", {"text": "x" * 4001}, "harus berupa teks 1 sampai 4000 karakter."),
        ("hand-over", {"to": "zeus", "why": "x"}, "Tidak ada pengguna zeus dengan peran operator."),
        ("close", {"why": "x"}, "Kasus yang terbukti selesai setelah pengukuran memastikan pemulihannya."),
    ):
        refused = await citra.post(f"/id/cases/C-1/{word}", data={**form, **more})
        assert (refused.status_code, text in refused.text) == (409, True), word
    await act(citra, "acknowledge")
    again = await citra.post("/id/cases/C-1/acknowledge", data=form)
    assert "Kasus ini sudah berubah sejak Anda membukanya: C-1 kini: " in again.text
    stolen = await citra.post("/id/cases/C-1/comment", data={"csrf": "0" * 64, "text": "x"})
    assert "Formulir ini milik sesi masuk lain" in stolen.text
    forbidden = await dewi.post("/id/cases/C-1/comment", data=token((await dewi.get("/id/me")).text))
    assert "Anda tidak memiliki izin untuk ini. Hubungi administrator (Eka)." in forbidden.text
    assert "tidak ada dalam pemilu ini" in (await citra.get("/id/cases/C-9/notice")).text
