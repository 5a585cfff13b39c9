"""Slices: their addresses cannot collide, and what they offer is documented."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from tests.web import sample_room as sample
from tests.web.browsing import asking, client

from siaga.ports.site import SitePorts
from siaga.web.app import PAGES, SLICES, create_site
from siaga.web.http.static_files import static_files

DOCUMENTED = Path(__file__).parents[2] / "docs" / "pages.md"
FIRST_WORDS = sorted({page.address.partition("/")[0].partition("?")[0] for page in PAGES} - {""})


@pytest.mark.parametrize("id", FIRST_WORDS)
async def test_a_platform_with_the_id_of_a_page_shadows_nothing_and_has_its_names(id: str) -> None:
    room = sample.calm()
    room.election = replace(room.election, platforms=(sample.platform(id, "Odd"),))
    async with client(create_site(SitePorts(room), fresh_s=0)) as browser:
        for path in (
            f"names/{id}/mahfud",
            f"names/{id}/mahfud/chart.svg",
            f"platforms/{id}",
            "cases",
            "events",
        ):
            assert (await browser.get(f"/en/{path}")).status_code == 200, path


async def test_the_address_that_a_name_had_before_leads_to_its_page() -> None:
    async with asking(sample.calm()) as browser:
        page = await browser.get("/en/x/mahfud?span=1h")
        assert (page.status_code, page.headers["location"]) == (308, "/en/names/x/mahfud?span=1h")
        chart = await browser.get("/en/x/mahfud/chart.svg")
        assert (chart.status_code, chart.headers["location"]) == (308, "/en/names/x/mahfud/chart.svg")
        for unknown in ("x/nobody", "nowhere/mahfud", "x/mahfud/none"):
            assert (await browser.get(f"/en/{unknown}", follow_redirects=True)).status_code == 404, unknown


def test_every_page_stands_in_the_documentation_and_no_other() -> None:
    offered = {
        "/en/" + re.sub(r"\{(\w+)\}", lambda field: field[1].upper(), page.address)
        for page in PAGES
        if "?" not in page.address
    }
    told = set(re.findall(r"`(/en/[^`?]*)`", DOCUMENTED.read_text(encoding="utf-8")))
    assert told == offered, f"missing: {offered - told}; not there: {told - offered}"


def test_files_that_pages_load_have_names_of_their_own() -> None:
    names = Counter(file.name for file in static_files())
    assert [name for name, count in names.items() if count > 1] == []


def test_every_slice_is_listed_once() -> None:
    assert len(set(map(id, SLICES))) == len(SLICES)


def test_no_two_pages_have_the_same_place_in_a_menu_or_in_the_palette() -> None:
    places = [("palette", page.palette) for page in PAGES if page.palette is not None]
    places += [(page.menu, page.rank) for page in PAGES if page.menu is not None]
    taken = {place: count for place, count in Counter(places).items() if count > 1}
    assert not taken, f"choose another rank or palette: {taken}"
