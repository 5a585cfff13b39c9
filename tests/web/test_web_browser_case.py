"""A case from the alarm to its summary in a real browser: what is next is always in reach, what was done is
said where the eye is, and the taps are counted."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from tests.cases import case_stories as story
from tests.web.acting_room import PASSWORD, ActingRoom
from tests.web.served import Served, chromium, served

from siaga.cases.case import Stage
from siaga.domain.verdicts import State

pytestmark = pytest.mark.browser
PHONE: Any = {"width": 360, "height": 740}
DESK: Any = {"width": 1440, "height": 900}
MOST_TAPS_TO_CLOSE = 12
MOST_TAPS_TO_APPROVE = 3


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def room(tmp_path: Path) -> Iterator[ActingRoom]:
    with ActingRoom(tmp_path) as opened:
        yield opened


@pytest.fixture
def site(room: ActingRoom) -> Iterator[Served]:
    with served(room, room.site()) as opened:
        yield opened


class Person:
    """Somebody of the control room, whose taps are counted once signed in."""

    def __init__(
        self, browser: Browser, site: Served, id: str, path: str, viewport: Any = PHONE, **more: Any
    ) -> None:
        self.page = browser.new_context(viewport=viewport, reduced_motion="reduce", **more).new_page()
        self.page.goto(f"{site.address}/en/sign-in?next=/en/{path}")
        self.page.locator("[name=id]").fill(id)
        self.page.locator("[name=password]").fill(PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(re.compile(f"^{site.address}/en/cases/C-1"), wait_until="load")
        self.taps = 0

    def tap(self, target: Locator) -> None:
        """Tap what can be seen without scrolling; whoever has to look for it first, taps once more."""
        expect(target).to_be_visible()
        if not in_sight(self.page, target):
            self.taps += 1
        self.taps += 1
        target.click()
        self.page.wait_for_load_state("load")

    def next(self, name: str) -> None:
        """Take the next step by the bar that is always in reach."""
        target = self.page.locator("#next-bar .primary", has_text=name)
        expect(target).to_be_in_viewport(ratio=1)
        self.tap(target)

    def was_told(self, what: str) -> None:
        """What was done is said where the eye is, once."""
        said = self.page.locator("#done")
        expect(said).to_contain_text(what)
        expect(said).to_be_in_viewport(ratio=1)


def in_sight(page: Page, part: Locator) -> bool:
    """Whether all of a part lies in the window."""
    box, window = part.bounding_box(), page.viewport_size
    assert box is not None
    assert window is not None
    return (
        box["x"] >= 0
        and box["y"] >= 0
        and box["x"] + box["width"] <= window["width"]
        and box["y"] + box["height"] <= window["height"]
    )


def stage(room: ActingRoom) -> Stage:
    return room.casework.cases["C-1"].stage


def found_again(room: ActingRoom) -> None:
    """The name is measured to be back, long enough to be over."""
    for _ in range(3):
        room.later(hours=1)
        room.casework.measured(story.verdict(State.FINDABLE, room.now()))
        room.casework.tick([story.verdict(State.FINDABLE, room.now())], {"x": room.now()})


def test_from_the_alarm_to_the_summary_on_a_phone_in_twelve_taps(
    browser: Browser, site: Served, room: ActingRoom
) -> None:
    citra = Person(browser, site, "citra", "cases/C-1")
    citra.next("Assign to me")
    citra.was_told("Assigned to Citra.")
    citra.next("Request restoration")
    citra.tap(citra.page.get_by_role("button", name="Send for approval"))
    citra.was_told("drafted")
    for id, button in (("ayu", "Approve this text"), ("bima", "Approve and send")):
        approver = Person(browser, site, id, "cases/C-1/approve")
        text = approver.page.locator("#approve pre").first
        expect(text).to_contain_text("Mahfud MD")
        expect(text).to_be_in_viewport()
        approver.next(button)
        assert approver.taps <= MOST_TAPS_TO_APPROVE
        approver.page.context.close()
    assert stage(room) is Stage.NOTIFIED
    citra.page.goto(site.address + "/en/cases/C-1")
    citra.next("Record acknowledgement")
    citra.was_told("acknowledge")
    citra.next("Record the fix")
    assert stage(room) is Stage.CLAIMED
    site.happen(lambda: found_again(room))
    assert stage(room) is Stage.CLOSED
    citra.page.goto(site.address + "/en/cases/C-1")
    citra.next("Open the case summary")
    citra.tap(citra.page.locator('#account form[action$="/account"] button'))
    assert room.casework.cases["C-1"].accounts
    assert citra.taps <= MOST_TAPS_TO_CLOSE
    citra.page.context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_the_next_step_is_in_reach_wherever_the_page_is_scrolled(
    browser: Browser, site: Served, scripts: bool
) -> None:
    page = Person(browser, site, "citra", "cases/C-1", java_script_enabled=scripts).page
    for viewport, bar in ((PHONE, "#next-bar .primary"), (DESK, "#next .primary")):
        page.set_viewport_size(viewport)
        for height in ("0", "document.documentElement.scrollHeight / 2"):
            page.evaluate(f"window.scrollTo(0, {height})")
            expect(page.locator(bar)).to_be_in_viewport(ratio=1)
    page.context.close()


def test_keys_lead_to_what_they_name_and_do_nothing_by_themselves(
    browser: Browser, site: Served, room: ActingRoom
) -> None:
    page = Person(browser, site, "citra", "cases/C-1", DESK).page
    before = len(room.case_history("C-1"))
    page.keyboard.press("t")
    expect(page.locator('#next [data-key="t"]')).to_be_focused()
    assert len(room.case_history("C-1")) == before
    page.keyboard.press("Enter")
    expect(page.locator("#done")).to_contain_text("Assigned to Citra.")
    page.wait_for_load_state("load")
    page.keyboard.press("n")
    note = page.get_by_label("Not shown to the public")
    expect(note).to_be_focused()
    page.keyboard.type("Looked at by hand: gone too. t d a")
    expect(note).to_have_value("Looked at by hand: gone too. t d a")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("done="), wait_until="load")
    expect(page.locator("#done")).to_be_in_viewport(ratio=1)
    page.keyboard.press("d")
    page.wait_for_url(re.compile("/notice"))
    page.get_by_role("button", name="Send for approval").click()
    page.context.close()
    approver = Person(browser, site, "ayu", "cases/C-1", DESK).page
    approver.keyboard.press("a")
    expect(approver.locator('#next [data-key="a"]')).to_be_focused()
    approver.keyboard.press("Enter")
    expect(approver.locator("#done")).to_be_in_viewport(ratio=1)
    (notice,) = room.casework.cases["C-1"].notices.values()
    assert notice.approvals
    approver.context.close()


def test_the_timeline_shows_all_or_what_one_side_did(browser: Browser, site: Served) -> None:
    citra = Person(browser, site, "citra", "cases/C-1", DESK)
    page, lines = citra.page, citra.page.locator("#case-timeline > li")
    page.locator("#next .primary").click()
    everything = lines.count()
    page.get_by_text("Our team", exact=True).click()
    expect(lines.filter(has_text="Assigned to Citra.")).to_be_visible()
    expect(lines.filter(has_text="Proven")).to_be_hidden()
    page.get_by_text("Measured", exact=True).click()
    expect(lines.filter(has_text="Assigned to Citra.")).to_be_hidden()
    page.get_by_text("Everything", exact=True).click()
    expect(lines.filter(visible=True)).to_have_count(everything)
    page.context.close()
