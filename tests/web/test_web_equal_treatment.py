"""Equal treatment: pairs side by side, and how evenly we measured."""

import httpx
from tests.web import sample_room as sample
from tests.web.browsing import asking


async def test_equal_treatment_shows_pairs_side_by_side_and_how_evenly_we_measured(
    alarmed: httpx.AsyncClient,
) -> None:
    page = (await alarmed.get("/en/equal")).text
    assert "Pairs treated unequally: 1" in page
    assert "Anies Baswedan / Ganjar Pranowo" in page
    assert page.count('class="uneven"') == 2, "once wide, once narrow"
    assert "Nothing to compare yet" in page, "on Bluesky nobody was missing"
    assert "How evenly we measured" in page
    numbers = (await alarmed.get("/en/equal.csv")).text.splitlines()
    assert numbers[0] == "platform,first,second,first_only,second_only,low,high"
    assert numbers[2].startswith("x,anies,ganjar,4,40,")
    nothing_yet = (await asking(sample.SampleRoom(rounds=0)).get("/en/equal")).text
    assert "No round completed here yet." in nothing_yet


async def test_with_hundreds_of_contestants_the_page_of_equal_treatment_stays_light() -> None:
    async with asking(sample.many()) as browser:
        page = await browser.get("/en/equal")
    assert len(page.content) < 300_000
    assert "at least as often: 570." in page.text
