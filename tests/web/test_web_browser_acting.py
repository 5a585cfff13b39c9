"""The room's people and a platform's liaison at work in a real browser, on a phone, without JavaScript."""

import re
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from tests.cases import case_stories as story
from tests.reporting.killed_store import report
from tests.watch import scripted_watch as scripted
from tests.web import sample_room as sample
from tests.web.acting_room import PASSWORD, ActingRoom
from tests.web.all_pages import pages_of
from tests.web.measuring_room import watching
from tests.web.served import Served, chromium, served
from tests.web.test_web_browser import too_wide

from siaga.cases.case import Stage
from siaga.domain.time import SimulatedClock
from siaga.reporting.intake_limits import QUICKEST
from siaga.services.reports import ReportDesk
from siaga.web.html.menu import Audience

pytestmark = pytest.mark.browser
VIEWS = ("room?unfold=mahfud", "cases/C-1/notice?type=restore", "report")


def pages(room: ActingRoom) -> list[str]:
    """The pages of the room's people, and views of them."""
    room_pages = pages_of(room.ports(), Audience.SIGNED_OUT, Audience.ROOM, Audience.ADMINISTRATORS)
    return [*room_pages, "cases/C-1", *VIEWS]


PHONE: Any = {"width": 360, "height": 740}


def desk_of(room: ActingRoom, directory: Path) -> ReportDesk:
    return ReportDesk(
        room.election, directory, room.casework, lambda *_: None, room.journal, b"k" * 32, room.clock
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@pytest.fixture
def room(tmp_path: Path) -> Iterator[ActingRoom]:
    with ActingRoom(tmp_path) as one:
        desk = desk_of(one, tmp_path)
        came = replace(report("r1"), at=story.NOW, comment="Sejak pagi. " * 20, place="Surabaya")
        desk._store._commit([came, replace(report("r2"), at=story.NOW, subject=None, typed="cuaca")])
        one.more["reports"] = desk
        yield one
        desk._store._engine.dispose()


@pytest.fixture
def site(room: ActingRoom) -> Iterator[Served]:
    with served(room, room.site()) as one:
        yield one


def signed_in(browser: Browser, site: Served, id: str, language: str = "en", **more: Any) -> Page:
    page = browser.new_context(viewport=PHONE, **more).new_page()
    page.goto(f"{site.address}/{language}/sign-in?next=/{language}/cases/C-1")
    page.locator("[name=id]").fill(id)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.address}/{language}/cases/C-1")
    return page


def stage(room: ActingRoom) -> Stage:
    return room.casework.cases["C-1"].stage


def test_from_the_alarm_to_the_platforms_claim_on_a_phone_without_javascript(
    browser: Browser, site: Served, room: ActingRoom
) -> None:
    phone: dict[str, Any] = {"java_script_enabled": False}
    citra = signed_in(browser, site, "citra", **phone)
    citra.get_by_role("link", name="Request restoration").click()
    expect(citra.get_by_label("Text")).to_have_value(re.compile("What we request"))
    citra.get_by_role("button", name="Send for approval").click()
    for person, button in (("ayu", "Approve this text"), ("bima", "Approve and send")):
        page = signed_in(browser, site, person, **phone)
        page.get_by_role("button", name=button).click()
        page.context.close()
    assert stage(room) is Stage.NOTIFIED
    citra.reload()
    citra.get_by_text("Send this address to X on call only").click()
    address = citra.locator("code.key-text").first.inner_text()
    liaison = browser.new_context(viewport=PHONE, **phone).new_page()
    liaison.goto(address.replace("http://127.0.0.1:8000", site.address))
    liaison.get_by_role("button", name="Open case").click()
    liaison.get_by_role("button", name="We have received this").click()
    liaison.get_by_text("Cause", exact=True).click()
    liaison.get_by_label("Cause").select_option("spam-cleanup")
    liaison.get_by_label("In your own words (public)").fill("A clean-up took too much.")
    liaison.get_by_role("button", name="Send").click()
    liaison.get_by_role("button", name="We have restored it").click()
    expect(liaison.get_by_role("status")).to_contain_text("We are measuring")
    assert stage(room) is Stage.CLAIMED
    citra.reload()
    expect(citra.locator("#case-timeline")).to_contain_text("A clean-up took too much.")
    for page in (citra, liaison):
        assert too_wide(page) <= 0
        page.context.close()


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("width", [360, 3840])
def test_no_page_of_the_room_is_wider_than_its_window(
    browser: Browser, site: Served, room: ActingRoom, language: str, width: int
) -> None:
    page = signed_in(browser, site, "eka", language)
    page.set_viewport_size({"width": width, "height": 800})
    for path in pages(room):
        page.goto(f"{site.address}/{language}/{path}")
        assert too_wide(page) <= 0, path
    page.context.close()


@pytest.mark.parametrize(("language", "scheme"), [("id", "light"), ("en", "dark")])
def test_axe_finds_nothing_wrong_in_the_room(
    browser: Browser, site: Served, room: ActingRoom, language: str, scheme: str
) -> None:
    axe = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    page = signed_in(browser, site, "eka", language, color_scheme=scheme, bypass_csp=True)
    with page.expect_navigation():
        page.locator('form[action$="/issue-link"] button').click()
    link = next(iter(room.casework.cases["C-1"].links))
    answer = f"answer/{room.links.token(link)}"
    for path in (*pages(room), "answer/none", answer, "opened"):
        if path == "opened":
            with page.expect_navigation():
                page.locator('form[action$="/open"] button').click()
        else:
            page.goto(f"{site.address}/{language}/{path}")
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        page.evaluate(axe)
        found = page.evaluate("axe.run().then(result => result.violations)")
        assert not [(one["id"], one["nodes"][0]["html"]) for one in found], path
    page.goto("about:blank")
    page.context.close()


def test_on_the_cheapest_phone_a_report_is_told_without_javascript(browser: Browser, tmp_path: Path) -> None:
    with ActingRoom(tmp_path) as room:
        desk = desk_of(room, tmp_path)
        room.more["reports"] = desk
        with served(room, room.site(), desk) as site:
            page = browser.new_context(viewport=PHONE, java_script_enabled=False).new_page()
            page.goto(f"{site.address}/id/report")
            page.get_by_label("X", exact=True).check()
            page.get_by_label("Apa yang Anda ketik di sana?").fill("mahfud")
            page.get_by_text("tidak ada hasil sama sekali").click()
            room.clock.advance(QUICKEST)
            page.get_by_role("button", name="Kirim").click()
            expect(page.get_by_role("heading", level=1)).to_contain_text("Terima kasih")
            assert too_wide(page) <= 0
            page.context.close()


def test_the_room_is_walked_by_keyboard_alone(browser: Browser, site: Served) -> None:
    page = signed_in(browser, site, "citra")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.wait_for_load_state("load")
    page.keyboard.press("r")
    page.wait_for_url(site.address + "/en/room")
    page.wait_for_load_state("load")
    page.keyboard.press("j")
    expect(page.locator(".lane a").first).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("#matrix tbody a").first).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url(site.address + "/en/cases/C-1")
    page.wait_for_load_state("load")
    page.keyboard.press("/")
    palette = page.locator("#palette")
    expect(palette.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("ganj")
    expect(palette.get_by_role("option").first).to_contain_text("contestant")
    page.keyboard.press("Enter")
    page.wait_for_url(site.address + "/en/contestants/ganjar-mahfud")
    page.wait_for_load_state("load")
    page.keyboard.press("Control+k")
    expect(palette.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("no such thing")
    expect(palette.get_by_text("No match.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(palette).to_be_hidden()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.locator("#keys-on").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    expect(page).to_have_url(site.address + "/en/contestants/ganjar-mahfud")
    page.keyboard.press("Control+k")
    expect(palette).to_be_visible()
    page.context.close()


def test_keys_typed_into_a_field_are_text(browser: Browser, site: Served) -> None:
    page = signed_in(browser, site, "citra")
    page.goto(site.address + "/en/room")
    page.locator("#name").focus()
    page.keyboard.type("jkc?/w")
    expect(page.locator("#name")).to_have_value("jkc?/w")
    expect(page).to_have_url(site.address + "/en/room")
    page.context.close()


def test_a_row_unfolds_filters_are_addresses_and_the_wall_shows_only_what_matters(
    browser: Browser, site: Served, room: ActingRoom
) -> None:
    room.said = list(sample.alarmed().said)
    page = signed_in(browser, site, "citra")
    page.goto(site.address + "/en/room?show=open&platform=x")
    expect(page.locator("#matrix thead th")).to_have_count(2)
    expect(page.locator("#matrix tbody tr")).to_have_count(2)
    page.get_by_role("link", name="Features and measurement points for Mahfud MD").click()
    expect(page).to_have_url(re.compile(r"unfold=mahfud"))
    expect(page.locator(".unfolded .vantage.suppressed")).to_contain_text("Jakarta")
    page.wait_for_load_state("load")
    page.keyboard.press("w")
    page.wait_for_url(re.compile(r"wall=1"))
    expect(page.locator(".top")).to_be_hidden()
    expect(page.locator("footer")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("link", name="Leave wall display").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".top")).to_be_visible()
    page.context.close()


@pytest.mark.parametrize("size", [(1920, 1080), (3840, 2160), (1366, 768)])
def test_the_wall_fills_its_screen_and_cuts_no_row(
    browser: Browser, site: Served, room: ActingRoom, size: tuple[int, int]
) -> None:
    crowd = sample.many()
    room.election, room.said = crowd.election, crowd.said
    page = signed_in(browser, site, "citra")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(site.address + "/en/room?wall=1")
    expect(page.locator(".w-matrix tbody tr")).to_have_count(10)
    box, last = (page.locator(it).bounding_box() for it in (".w-matrix", ".w-matrix tbody tr:last-child"))
    foot = page.locator(".w-foot").bounding_box()
    assert box is not None
    assert last is not None
    assert foot is not None
    assert last["y"] + last["height"] <= box["y"] + box["height"] + 1, "no row is cut"
    assert size[1] * 0.9 < foot["y"] + foot["height"] <= size[1], "one unit scales all"
    assert too_wide(page) <= 0
    page.context.close()


def test_sound_is_off_until_somebody_turns_it_on(browser: Browser, site: Served) -> None:
    page = signed_in(browser, site, "citra")
    page.goto(site.address + "/en/room")
    sound = page.locator("#sound")
    expect(sound).to_have_text("Sound off")
    sound.click()
    expect(sound).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(sound).to_have_text("Sound on")
    page.context.close()


def test_without_javascript_the_room_is_whole_and_everything_is_a_link(
    browser: Browser, site: Served
) -> None:
    page = signed_in(browser, site, "citra", java_script_enabled=False)
    page.goto(site.address + "/en/room?unfold=mahfud")
    expect(page.locator(".unfolded").first).to_be_visible()
    expect(page.locator("#sound")).to_be_hidden()
    page.goto(site.address + "/en/room/commands")
    page.get_by_role("link", name="History").last.click()
    page.wait_for_url("**/en/history")
    page.context.close()


def test_a_citizen_checks_a_name_and_sees_the_round_judged(browser: Browser, tmp_path: Path) -> None:
    clock = SimulatedClock(scripted.START)
    measured = watching(tmp_path, clock)
    with served(measured, measured.site(), measured) as site:
        for scripts in (True, False):
            page = browser.new_context(viewport=PHONE, java_script_enabled=scripts).new_page()
            page.goto(site.address + "/en/measure")
            page.get_by_label("Name, @handle or #hashtag").fill("mahfud" if scripts else "ganjar")
            page.get_by_label("bluesky").uncheck()
            clock.advance(QUICKEST)
            page.get_by_role("button", name="Check now").click()
            page.wait_for_url("**/en/measure/*")
            heading = page.get_by_role("heading", level=1)
            said = "missing while others are found" if scripts else "can be found like other names"
            expect(heading).to_contain_text(said, timeout=20_000)
            expect(page.locator(".asked-rounds > li").first.locator(".target")).to_have_count(1)
            assert too_wide(page) <= 0
            with httpx.Client() as plain:
                data = plain.get(page.url + "/data.jsonl")
            assert data.status_code == 200
            assert len(data.text.splitlines()) >= 2 * len(scripted.CONTROLS)
            page.context.close()
