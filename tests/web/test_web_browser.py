"""The pages in a real browser: by keyboard, live, at every width, in both languages, for everybody."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, expect
from tests.web import sample_room as sample
from tests.web.all_pages import pages_of
from tests.web.sample_room import room_with_events
from tests.web.served import Served, chromium, served

from siaga.domain.verdicts import State
from siaga.i18n.speech import languages
from siaga.ports.site import SitePorts
from siaga.web.html.menu import Audience

pytestmark = pytest.mark.browser
PAGES = (
    *pages_of(SitePorts(room_with_events()), Audience.EVERYBODY),
    "names/x/mahfud?span=1h&surface=all",
    "history?at=2024-01-25T06:40",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def alarmed() -> Iterator[Served]:
    with served(room_with_events()) as site:
        yield site


@pytest.fixture(scope="module")
def crowded() -> Iterator[Served]:
    with served(sample.many()) as site:
        yield site


@dataclass
class Seen:
    """A page, and what went wrong or astray on it."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)


@pytest.fixture
def seen(browser: Browser) -> Iterator[Seen]:
    """A fresh page. Afterwards: no complaint on the console, no request to another host."""
    context = browser.new_context(viewport={"width": 1200, "height": 800}, locale="en-GB")
    watched = Seen(context.new_page())

    def note(request: Request) -> None:
        if not request.url.startswith("http://127.0.0.1:"):
            watched.foreign.append(request.url)

    watched.page.on("request", note)
    watched.page.on("pageerror", lambda error: watched.complaints.append(str(error)))
    watched.page.on(
        "console",
        lambda said: watched.complaints.append(said.text) if said.type in {"error", "warning"} else None,
    )
    yield watched
    context.close()
    assert not watched.complaints
    assert not watched.foreign


def too_wide(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def skip_to_content(page: Page) -> None:
    """Take the first link of a page by keyboard, each key once the one before has worked."""
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#main$"))


def test_by_keyboard_alone_from_the_overview_to_a_name_and_back(seen: Seen, alarmed: Served) -> None:
    page = seen.page
    page.goto(alarmed.address + "/en/")
    skip_to_content(page)
    page.keyboard.press("Tab")
    finding = page.locator(".finding").first
    expect(finding).to_be_focused()
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("on X")
    page.wait_for_load_state("load")
    skip_to_content(page)
    page.keyboard.press("Tab")
    expect(page.locator(".crumbs a").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".findings li")).to_have_count(2)


def test_another_language_keeps_the_place(seen: Seen, alarmed: Served) -> None:
    page = seen.page
    page.goto(alarmed.address + "/en/names/x/mahfud?span=1h&surface=all")
    page.get_by_role("link", name="ID", exact=True).click()
    expect(page).to_have_url(alarmed.address + "/id/names/x/mahfud?span=1h&surface=all")
    expect(page.locator("html")).to_have_attribute("lang", "id")
    expect(page.locator(".spans [aria-current]").first).to_have_text("1 jam")


def test_a_finding_appears_by_itself_and_the_focus_stays(seen: Seen) -> None:
    room = sample.LiveRoom(said=sample.calm().said)
    with served(room) as site:
        page = seen.page
        page.goto(site.address + "/en/")
        expect(page.locator("h1")).to_contain_text("Every contestant")
        cell = page.locator('#matrix a[href="/en/names/x/mahfud"]')
        cell.focus()
        site.tell([sample.SUPPRESSED, *(v for v in room.said if (v.platform, v.subject) != ("x", "mahfud"))])
        expect(page.locator("h1")).to_contain_text("is missing on X")
        expect(cell).to_be_focused()
        expect(cell).to_have_class("cell suppressed")
        page.goto("about:blank")


def test_an_open_table_of_numbers_stays_open_when_they_change(seen: Seen) -> None:
    room = sample.LiveRoom(said=sample.alarmed().said)
    with served(room) as site:
        page = seen.page
        page.goto(site.address + "/en/names/x/mahfud")
        page.get_by_text("Show the chart as a table").click()
        expect(page.locator("#numbers table")).to_be_visible()
        site.tell([])
        expect(page.locator("h1 .insufficient")).to_have_count(1)
        expect(page.locator("#numbers table")).to_be_visible()
        page.goto("about:blank")


def test_a_lost_connection_is_said_and_taken_back(browser: Browser) -> None:
    room = sample.LiveRoom(said=sample.calm().said)
    context = browser.new_context()
    page = context.new_page()
    with served(room) as site:
        page.goto(site.address + "/en/")
        expect(page.locator("#lost")).to_be_hidden()
        context.set_offline(True)
        site.tell([])
        expect(page.locator("#lost")).to_be_visible()
        expect(page.locator("#lost")).to_contain_text("07:05:00")
        context.set_offline(False)
        site.tell(sample.calm().said)
        expect(page.locator("#lost")).to_be_hidden(timeout=15_000)
        page.goto("about:blank")
    context.close()


def test_without_javascript_pages_filters_and_search_work(browser: Browser, crowded: Served) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(crowded.address + "/en/?show=all")
    expect(page.locator("#matrix tbody tr")).to_have_count(100)
    page.get_by_role("link", name="problems only").click()
    expect(page.locator("#matrix tbody tr")).to_have_count(3)
    page.get_by_role("searchbox", name="Contestant").fill("nomor 300")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#matrix tbody tr")).to_have_count(1)
    page.get_by_role("link", name="all", exact=True).click()
    expect(page).to_have_url(crowded.address + "/en/?name=nomor+300")
    context.close()


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("width", [360, 768, 1440, 3840])
def test_no_page_is_wider_than_its_window(
    seen: Seen, alarmed: Served, crowded: Served, language: str, width: int
) -> None:
    page = seen.page
    page.set_viewport_size({"width": width, "height": 800})
    for path in PAGES:
        page.goto(f"{alarmed.address}/{language}/{path}")
        assert too_wide(page) <= 0, path
    for path in ("", "names/p3/long", "health", "platforms/p3", "contestants/long"):
        page.goto(f"{crowded.address}/{language}/{path}")
        assert too_wide(page) <= 0, path


def test_at_twice_the_size_nothing_is_cut_off(seen: Seen, alarmed: Served) -> None:
    page = seen.page
    page.set_viewport_size({"width": 640, "height": 400})
    for path in PAGES:
        page.goto(f"{alarmed.address}/id/{path}")
        page.add_style_tag(url="/static/siaga.css")
        page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
        assert too_wide(page) <= 0, path
        expect(page.locator("h1")).to_be_visible()


def test_the_names_and_the_platforms_stay_in_sight_in_a_long_table(seen: Seen, crowded: Served) -> None:
    page = seen.page
    page.goto(crowded.address + "/en/")
    region = page.locator(".scroll")
    region.evaluate("box => box.scrollTo(900, 2000)")
    edge = region.bounding_box()
    corner = page.locator("#matrix thead th").first.bounding_box()
    assert edge
    assert corner
    assert abs(edge["x"] - corner["x"]) < 3
    assert abs(edge["y"] - corner["y"]) < 3


def test_whoever_wants_less_motion_gets_none(browser: Browser, alarmed: Served) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(alarmed.address + "/en/")
    moving = page.evaluate(
        """[...document.querySelectorAll("*")].filter(one => {
             const look = getComputedStyle(one);
             return parseFloat(look.transitionDuration) > 0 || parseFloat(look.animationDuration) > 0
               || look.scrollBehavior === "smooth";
           }).length"""
    )
    assert moving == 0
    context.close()


@pytest.mark.parametrize(("language", "scheme"), [("id", "light"), ("en", "dark")])
def test_axe_finds_nothing_wrong(browser: Browser, alarmed: Served, language: str, scheme: Any) -> None:
    axe = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    context = browser.new_context(
        color_scheme=scheme, bypass_csp=True, viewport={"width": 1200, "height": 900}
    )
    page = context.new_page()
    with served(sample.outage()) as outage:
        for address in [f"{alarmed.address}/{language}/{path}" for path in PAGES] + [
            f"{outage.address}/{language}/",
            f"{outage.address}/{language}/nothing/here",
        ]:
            page.goto(address)
            page.evaluate(axe)
            found = page.evaluate("axe.run().then(result => result.violations)")
            assert not [(one["id"], one["nodes"][0]["html"]) for one in found], address
        page.goto("about:blank")
    context.close()


def test_every_state_has_its_own_shape_and_word(seen: Seen, alarmed: Served) -> None:
    page = seen.page
    page.goto(alarmed.address + "/en/states")
    shapes = page.evaluate(
        """async () => {
             const text = await (await fetch("/static/states.svg")).text();
             const all = new DOMParser().parseFromString(text, "image/svg+xml").querySelectorAll("symbol");
             return Object.fromEntries([...all].map(one => [one.id, one.innerHTML]));
           }"""
    )
    assert set(shapes) == {state.value for state in State}
    assert len(set(shapes.values())) == len(State)
    words = page.locator(".states dt").all_inner_texts()
    assert len(set(words)) == len(State)


def test_the_pointer_and_the_arrow_keys_tell_a_charts_exact_numbers(seen: Seen, alarmed: Served) -> None:
    page = seen.page
    page.goto(alarmed.address + "/en/names/x/mahfud?span=6h")
    chart = page.locator("#chart svg.chart.wide")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.82, box["y"] + box["height"] * 0.4)
    tip = page.locator(".tip")
    expect(tip).to_contain_text("Mahfud MD <script>: found in 0 of 5")
    expect(tip).to_contain_text("Comparison names: found in 58 of 59")
    expect(tip).to_contain_text("Strength of evidence: ")
    page.mouse.move(2, 2)
    expect(tip).to_be_hidden()
    chart.focus()
    page.keyboard.press("ArrowLeft")
    last = tip.inner_text()
    page.keyboard.press("ArrowLeft")
    expect(tip).not_to_have_text(last)
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()


def test_a_stretch_drawn_with_the_pointer_becomes_the_pages(seen: Seen, alarmed: Served) -> None:
    page = seen.page
    page.goto(alarmed.address + "/en/names/x/mahfud?span=6h&surface=all")
    chart = page.locator("#chart svg.chart.wide")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.5, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, middle, steps=4)
    expect(page.locator(".chosen")).to_have_count(1)
    page.mouse.up()
    page.wait_for_url("**/x/mahfud?surface=all&from=*")
    expect(page.get_by_role("link", name="later →")).to_be_visible()
    page.get_by_role("link", name="zoom out").click()
    page.wait_for_url("**/x/mahfud?from=*&surface=all")


def test_a_word_is_explained_where_it_stands_by_pointer_and_by_keyboard(seen: Seen, alarmed: Served) -> None:
    page = seen.page
    page.goto(alarmed.address + "/en/method")
    word = page.locator(".term").first
    word.hover()
    box = page.get_by_role("tooltip")
    expect(box).to_contain_text("A name outside the election")
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    word.focus()
    expect(box).to_be_visible()
    expect(word).to_have_attribute("aria-describedby", "gloss")
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/words#control")
    expect(page.locator("#control")).to_be_in_viewport()


@pytest.mark.parametrize(("zone", "beside"), [("Asia/Jakarta", ""), ("Europe/Berlin", "25 Jan, 00:05")])
def test_the_viewers_own_time_stands_beside_the_elections(
    browser: Browser, alarmed: Served, zone: str, beside: str
) -> None:
    context = browser.new_context(timezone_id=zone, locale="en-GB")
    page = context.new_page()
    page.goto(alarmed.address + "/en/cases/C-2")
    first = page.locator(".timeline li").first
    expect(first).to_contain_text("25 Jan 2024, 06:05:00")
    expect(first.locator(".yours")).to_have_count(1 if beside else 0)
    if beside:
        expect(first.locator(".yours")).to_have_text("Jan 25, 00:05")
        expect(page.locator(".zones")).to_be_visible()
    context.close()


def test_nothing_moves_while_a_page_loads_and_lives(browser: Browser) -> None:
    room = sample.LiveRoom(said=sample.calm().said, histories=sample.case_histories())
    context = browser.new_context(viewport={"width": 1200, "height": 800})
    page = context.new_page()
    page.add_init_script(
        """window.moved = 0; new PerformanceObserver(list => {
             for (const one of list.getEntries()) if (!one.hadRecentInput) window.moved += one.value;
           }).observe({ type: "layout-shift", buffered: true });"""
    )
    with served(room) as site:
        for path in ("", "names/x/mahfud", "cases/C-2", "platforms/x", "method", "history"):
            page.goto(f"{site.address}/en/{path}")
            page.wait_for_load_state("load")
            site.tell(room.said)
            page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")
            assert page.evaluate("window.moved") < 0.02, path
        page.goto("about:blank")
    context.close()
