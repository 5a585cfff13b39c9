"""People tell what they cannot find, see what became of it, and in public a report alone names nobody."""

import io
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from PIL import Image
from tests.cases import case_stories as story
from tests.web import sample_room as sample
from tests.web.acting_room import SCRIPT
from tests.web.reporting_room import TOLD, ReportingRoom, form_of, newest, tell

from siaga.cases.case import Stage
from siaga.cases.reports import KEPT
from siaga.domain.verdicts import State
from siaga.journal.kinds import Kind
from siaga.reporting.intake_limits import OF_AN_ADDRESS, QUICKEST
from siaga.services.reports import ReportDesk


def screenshot() -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    Image.new("RGB", (300, 600), "red").save(out, "JPEG", exif=exif)
    return out.getvalue()


async def with_picture(room: ReportingRoom, picture: bytes) -> httpx.Response:
    browser = room.somebody()
    form = form_of((await browser.get("/en/report")).text)
    room.clock.advance(QUICKEST)
    sent = {"picture": ("a.jpg", picture, "image/jpeg")}
    return await browser.post("/en/report", data={**TOLD, **form}, files=sent)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[ReportingRoom]:
    with ReportingRoom(tmp_path) as one:
        async with one.begin():
            yield one


async def test_whoever_reports_gets_a_page_of_their_own_that_says_what_became_of_it(
    room: ReportingRoom,
) -> None:
    sent = await tell(room)
    assert sent.status_code == 303
    page = (await room.somebody().get(sent.headers["location"])).text
    assert "“ganjar pranowo” on X: nothing at all." in page
    assert "not enough data yet" in page
    room.said.append(sample.verdict("x", "ganjar", State.FINDABLE))
    page = (await room.somebody().get(sent.headers["location"])).text
    assert "Findable" in page
    (report,) = newest(room)
    assert (report.unit, report.place) == (("x", "ganjar"), "Solo")


async def test_a_report_leads_to_the_case_once_measuring_has_proven_it(room: ReportingRoom) -> None:
    sent = await tell(room, typed="mahfud md <script>", platform="x")
    page = (await room.somebody().get(sent.headers["location"])).text
    assert "/en/cases/C-1" in page


async def test_no_address_and_no_browser_is_kept_anywhere(room: ReportingRoom) -> None:
    transport = httpx.ASGITransport(app=room.site(), client=("198.51.100.77", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as browser:
        browser.headers["User-Agent"] = "SecretBrowser/1"
        page = (await browser.get("/en/report")).text
        room.clock.advance(QUICKEST)
        assert (await browser.post("/en/report", data={**TOLD, **form_of(page)})).status_code == 303
    for path in room.directory.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert b"198.51.100.77" not in content
            assert b"SecretBrowser" not in content


async def test_sent_twice_it_is_one_report(room: ReportingRoom) -> None:
    browser = room.somebody()
    form = form_of((await browser.get("/en/report")).text)
    room.clock.advance(QUICKEST)
    answers = [await browser.post("/en/report", data={**TOLD, **form}) for _ in range(3)]
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert len(newest(room)) == 1


async def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(room: ReportingRoom) -> None:
    answer = await tell(room, platform="", seen="", comment=SCRIPT)
    assert answer.status_code == 422
    assert 'id="fault-platform"' in answer.text
    assert 'id="fault-seen"' in answer.text
    assert 'value="ganjar pranowo"' in answer.text
    assert "alert(" in answer.text
    assert SCRIPT not in answer.text
    assert newest(room) == []


async def test_a_form_of_nowhere_or_too_quick_is_not_taken(room: ReportingRoom) -> None:
    browser = room.somebody()
    assert (await browser.post("/en/report", data=TOLD)).status_code == 422
    form = form_of((await browser.get("/en/report")).text)
    assert (await browser.post("/en/report", data={**TOLD, **form})).status_code == 422
    assert newest(room) == []


async def test_a_flood_from_one_address_is_held_off_and_others_are_taken(room: ReportingRoom) -> None:
    for _ in range(OF_AN_ADDRESS):
        assert (await tell(room, 1)).status_code == 303
    assert (await tell(room, 1)).status_code == 429
    assert (await tell(room, 2)).status_code == 303
    assert len(newest(room)) == OF_AN_ADDRESS + 1


async def test_a_surge_asks_more_and_opens_a_case_that_the_public_does_not_see(room: ReportingRoom) -> None:
    for number in range(8):
        await tell(room, number)
    assert room.asked_more == ["x"]
    case = room.casework.cases["C-2"]
    assert (case.stage, case.subject, case.platform) == (Stage.OPENED, "ganjar", "x")
    assert len(case.reports) >= 4
    (event,) = room.journal.read(kinds=[Kind.REPORTS_SURGED])
    assert event.what["platform"] == "x"
    public = room.somebody()
    for address in ("/en/cases", "/id/cases"):
        page = (await public.get(address)).text
        assert "C-2" not in page
        assert "C-1" in page
    assert (await public.get("/en/cases/C-2")).status_code == 404
    citra = await room.signed_in("citra")
    assert "C-2" in (await citra.get("/en/cases")).text
    assert "Public reports about this: 8" in (await citra.get("/en/cases/C-2")).text


async def test_once_measuring_proves_it_the_same_case_is_public(room: ReportingRoom) -> None:
    for number in range(8):
        await tell(room, number)
    proven = story.verdict(State.SUPPRESSED, room.now(), subject="ganjar")
    room.casework.measured(proven)
    assert room.casework.cases["C-2"].stage is Stage.VERIFIED
    assert (await room.somebody().get("/en/cases/C-2")).status_code == 200


async def test_one_address_alone_makes_no_surge(room: ReportingRoom) -> None:
    for _ in range(15):
        await tell(room, 1)
    assert room.asked_more == []


async def test_reports_that_saw_all_as_usual_or_speak_of_something_else_make_no_surge(
    room: ReportingRoom,
) -> None:
    for number in range(10):
        await tell(room, number, seen="usual")
        await tell(room, number + 20, typed="cuaca")
        await tell(room, number + 40, platform="elsewhere", elsewhere="Friendster")
    assert room.asked_more == []
    assert set(room.casework.cases) == {"C-1"}


async def test_a_picture_comes_along_without_what_it_says_of_its_sender_and_the_room_alone_sees_it(
    room: ReportingRoom,
) -> None:
    assert (await with_picture(room, screenshot())).status_code == 303
    (report,) = newest(room)
    address = f"/en/reports/{report.id}/picture"
    assert (await room.somebody().get(address)).status_code == 303  # to sign in
    citra = await room.signed_in("citra")
    shown = await citra.get(address)
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/webp")
    assert b"SecretCamera" not in shown.content
    room.later(days=KEPT.days + 1)
    for digest in room.reports._store.erase(room.now() - KEPT):
        room.reports._pictures.forget(digest)
    assert (await citra.get(address)).status_code in {303, 404}


async def test_a_picture_that_is_none_is_said_and_the_report_can_be_sent_without(room: ReportingRoom) -> None:
    answer = await with_picture(room, b"MZ not a picture")
    assert answer.status_code == 422
    assert 'id="fault-picture"' in answer.text
    assert (await with_picture(room, b"x" * 6_000_000)).status_code == 413


async def test_what_comes_by_telephone_is_entered_by_the_room_alone(room: ReportingRoom) -> None:
    citra = await room.signed_in("citra")
    page = (await citra.get("/en/report")).text
    assert page.index('value="phone"') < page.index('value="desk"')
    form = form_of(page)
    room.clock.advance(QUICKEST)
    assert (await citra.post("/en/report", data={**TOLD, **form, "source": "phone"})).status_code == 303
    assert newest(room)[0].source == "phone"
    stranger = await tell(room, source="phone")
    assert (stranger.status_code, stranger.headers["location"].split("?")[0]) == (303, "/en/sign-in")
    assert len(newest(room)) == 1


async def test_the_room_reads_reports_and_puts_one_to_a_case(room: ReportingRoom) -> None:
    await tell(room, typed="Prof. M.", comment=SCRIPT)
    citra, dewi = await room.signed_in("citra"), await room.signed_in("dewi")
    page = (await citra.get("/en/reports")).text
    assert "Prof. M." in page
    assert SCRIPT not in page
    csrf = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
    assert csrf is not None
    report = newest(room)[0]
    put = {"csrf": csrf[1], "case": "C-1"}
    assert (await citra.post(f"/en/reports/{report.id}/put", data=put)).status_code == 303
    assert room.casework.cases["C-1"].reports == (report.id,)
    assert (await citra.post(f"/en/reports/{report.id}/put", data={**put, "case": "C-9"})).status_code == 404
    assert "/put" not in (await dewi.get("/en/reports")).text
    assert (await room.somebody().get("/en/reports")).status_code == 303


async def test_a_campaigns_own_address_marks_what_comes_and_made_anew_the_old_is_nothing(
    room: ReportingRoom,
) -> None:
    eka = await room.signed_in("eka")
    page = (await eka.get("/en/reports")).text
    found = re.search(r"http://127\.0\.0\.1:8000(/en/report\?channel=[^<]+)", page)
    assert found is not None
    address = found[1]
    browser = room.somebody()
    form = form_of((await browser.get(address)).text)
    room.clock.advance(QUICKEST)
    assert (await browser.post(address, data={**TOLD, **form})).status_code == 303
    assert newest(room)[0].source == "campaign"
    csrf = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
    assert csrf is not None
    renew = {"csrf": csrf[1], "contestant": room.election.contestants[0].id}
    assert (await eka.post("/en/reports/channel", data=renew)).status_code == 303
    assert (await browser.get(address)).status_code == 404
    again = ReportDesk(
        room.election, room.directory, room.casework, room.ask_more, room.journal, b"k" * 32, room.clock
    )
    async with again:
        assert again.contestant_of(address.partition("=")[2]) is None
    assert "channel=" not in (await (await room.signed_in("citra")).get("/en/reports")).text


async def test_after_a_month_the_words_are_gone_and_the_page_says_so(room: ReportingRoom) -> None:
    sent = await tell(room)
    room.later(days=31)
    room.reports._store.erase(room.now() - KEPT)
    page = (await room.somebody().get(sent.headers["location"])).text
    assert "The text of your report was erased" in page


@pytest.mark.parametrize("token", ["x", "a" * 500, "%00"])
async def test_a_page_of_no_report_is_not_there(room: ReportingRoom, token: str) -> None:
    assert (await room.somebody().get(f"/en/report/{token}")).status_code == 404


async def test_a_form_that_is_sent_twice_is_one_report_and_changed_it_is_refused(
    room: ReportingRoom,
) -> None:
    browser = room.somebody()
    form = {**TOLD, **form_of((await browser.get("/en/report")).text)}
    room.clock.advance(QUICKEST)
    first, again = [await browser.post("/en/report", data=form) for _ in range(2)]
    assert first.headers["location"] == again.headers["location"]
    for changed in ({"comment": "Since this morning."}, {"typed": "Mahfud MD"}):
        refused = await browser.post("/id/report", data={**form, **changed})
        assert refused.status_code == 422
        assert "sudah dikirim dengan isi yang berbeda" in refused.text
        assert next(iter(changed.values())) in refused.text
    picture = {"picture": ("a.jpg", screenshot(), "image/jpeg")}
    assert (await browser.post("/en/report", data=form, files=picture)).status_code == 422
    assert len(newest(room)) == 1
