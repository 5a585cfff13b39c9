"""The overview: findings first, outages as outages, and nothing called fine that was not measured."""

import httpx
from tests.web import sample_room as sample
from tests.web.browsing import asking

from siaga.domain.verdicts import State


async def test_the_first_address_leads_to_the_browser_language(calm: httpx.AsyncClient) -> None:
    english = await calm.get("/", headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert (english.status_code, english.headers["location"]) == (302, "/en/")
    unknown = await calm.get("/", headers={"Accept-Language": "fr"})
    assert unknown.headers["location"] == "/id/"


async def test_a_finding_leads_the_overview_with_its_odds_in_both_languages(
    alarmed: httpx.AsyncClient,
) -> None:
    english = (await alarmed.get("/en/")).text
    assert "is missing on X" in english
    assert "43 million to 1" in english
    indonesian = (await alarmed.get("/id/")).text
    assert "hilang di X" in indonesian
    assert "43 juta banding 1" in indonesian


async def test_an_outage_is_shown_as_the_platform_s_and_never_as_a_name_s(
    alarmed: httpx.AsyncClient,
) -> None:
    page = (await alarmed.get("/en/")).text
    assert "Platform failing for every name" in page
    assert page.count('class="cell suppressed"') == 1
    assert page.count('class="cell platform_down"') == 0


async def test_without_findings_the_overview_says_so_and_claims_no_more(calm: httpx.AsyncClient) -> None:
    page = (await calm.get("/en/")).text
    assert "Every contestant that we could measure can be found. Not fully measured: X and Bluesky" in page
    assert page.count('class="cell insufficient"') == 5


async def test_before_the_first_round_nothing_is_called_fine() -> None:
    async with asking(sample.SampleRoom(rounds=0)) as browser:
        assert "Results appear here as answers come in" in (await browser.get("/en/")).text
        page = await browser.get("/en/names/x/mahfud")
        assert page.status_code == 200
        assert "No round completed here yet" in page.text


async def test_a_finding_placed_at_one_surface_and_vantage_is_still_the_name_s() -> None:
    found = sample.verdict(
        "x", "mahfud", State.SUPPRESSED, evidence=4.3e7, surface="search-latest", vantage="jakarta"
    )
    stream = sample.verdict(
        "x", "mahfud", State.FINDABLE, surface="profile", vantage="jakarta", detail={"session": "public"}
    )
    async with asking(sample.SampleRoom(said=[found, stream])) as browser:
        overview = (await browser.get("/en/")).text
        assert "is missing from Latest search on X" in overview
        assert "Latest search" in overview
        assert "profile" in (await browser.get("/en/names/x/mahfud")).text


async def test_only_what_is_not_fine_can_be_asked_for() -> None:
    async with asking(sample.many()) as browser:
        page = (await browser.get("/en/?show=open")).text
    assert page.count('<tr class="first">') == 3
    assert 'class="cell suppressed"' in page
    async with asking(sample.calm()) as browser:
        assert "Every name can be found on every platform" in (await browser.get("/en/?show=open")).text


async def test_a_contestant_is_searched_for_by_any_of_their_names() -> None:
    async with asking(sample.many()) as browser:
        page = (await browser.get("/en/", params={"name": "  SOSROKARTONO"})).text
        assert page.count('<tr class="first">') == 1
        assert "No contestant with that name" in (await browser.get("/en/?name=nobody")).text


async def test_the_overview_counts_all_names_and_says_of_when() -> None:
    async with asking(sample.outage()) as browser:
        page = (await browser.get("/en/")).text
    assert "<strong>4</strong> Findable" in page
    assert "<strong>4</strong> Not enough data yet" in page
    assert 'as of <time datetime="2024-01-25T00:05:00Z">07:05</time> WIB' in page
    assert "Problems affecting every name" in page
    assert '<span class="whole">' in page


async def test_where_nothing_can_be_measured_nothing_is_called_fine() -> None:
    said = [sample.verdict("x", one, State.INSUFFICIENT) for one in ("anies", "mahfud")]
    async with asking(sample.SampleRoom(said=said)) as browser:
        page = (await browser.get("/en/")).text
    assert "No name can be judged at the moment" in page
    assert "Every contestant can be found" not in page
