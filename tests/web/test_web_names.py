"""A name's page: odds, counts, chart, measurements, and the stretch of time that is shown."""

import re

import httpx
from tests.web import sample_room as sample
from tests.web.browsing import asking
from tests.web.sample_room import room_with_events

from siaga.domain.verdicts import State
from siaga.web.charts.window import SPANS


async def test_what_happened_to_a_case_stands_on_the_charts_axis() -> None:
    async with asking(room_with_events()) as browser:
        svg = (await browser.get("/en/names/x/mahfud/chart.svg?span=6h")).text
        page = (await browser.get("/en/names/x/mahfud?span=6h")).text
    for kind in ("proven", "word", "claim", "refused"):
        assert f'class="mark {kind}"' in svg
    assert 'class="mark restored"' not in svg, "that was another case"
    assert "Fourth debate" in svg
    assert "platform says it is fixed" in page
    assert 'href="/en/cases/C-2"' in page


async def test_how_much_was_found_stands_beside_whether_it_was() -> None:
    async with asking(room_with_events()) as browser:
        svg = (await browser.get("/en/names/x/mahfud/chart.svg?span=6h")).text
        csv = (await browser.get("/en/names/x/mahfud/rounds.csv?span=6h")).text.splitlines()
    assert 'class="name"' in svg
    assert 'class="comparison"' in svg
    assert "Matching results per check (comparison names): 18 / 17" in svg
    row = dict(zip(csv[0].split(","), csv[1].split(","), strict=True))
    assert (row["target_matching"], row["controls_matching"]) == ("90", "986")


async def test_a_stretch_of_time_is_chosen_by_links_and_kept_in_the_address() -> None:
    async with asking(room_with_events()) as browser:
        page = (await browser.get("/en/names/x/mahfud?span=24h")).text
        earlier = re.search(r'href="(\?from=[^"]+)">← earlier', page)
        assert earlier
        assert "later →" not in page, "there is nothing after now"
        there = await browser.get("/en/names/x/mahfud" + earlier[1].replace("&amp;", "&"))
        assert there.status_code == 200
        assert "later →" in there.text
        assert set(re.findall(r"\?span=(\w+)", page)) >= set(SPANS)


async def test_the_subject_page_gives_odds_counts_onset_chart_and_measurements(
    alarmed: httpx.AsyncClient,
) -> None:
    page = (await alarmed.get("/en/names/x/mahfud")).text
    assert "Missing in 30 of 31 checks; comparison names missing in 1 of 372 checks." in page
    assert "It began between 07:00 and 07:02" in page
    assert "in at most one of 43 million monitoring periods of 30 days" in page
    assert "<svg" in page
    assert "no results" in page


async def test_names_are_escaped_wherever_they_stand(alarmed: httpx.AsyncClient) -> None:
    for address in ("/en/", "/en/names/x/mahfud", "/en/names/x/mahfud/chart.svg"):
        assert "<script>" not in (await alarmed.get(address)).text.replace("<script src", "")


async def test_the_chart_and_its_numbers_can_be_taken_along(alarmed: httpx.AsyncClient) -> None:
    svg = await alarmed.get("/id/names/x/mahfud/chart.svg?span=1h")
    assert svg.headers["content-type"] == "image/svg+xml"
    assert "<style>" in svg.text
    table = await alarmed.get("/id/names/x/mahfud/rounds.csv")
    header, first, *_ = table.text.splitlines()
    assert header.startswith("at,target_results")
    assert first.startswith("2024-01-24T18:05:00.000000Z,5,0")


async def test_the_chart_is_of_the_surface_that_is_hit_and_others_can_be_chosen() -> None:
    found = sample.verdict("x", "mahfud", State.SUPPRESSED, evidence=99.0, surface="search-latest")
    async with asking(sample.SampleRoom(said=[found])) as browser:
        page = (await browser.get("/en/names/x/mahfud")).text
        assert '<title id="found-wide-title">Mahfud MD &lt;script&gt; on X, Latest search</title>' in page
        everything = (await browser.get("/en/names/x/mahfud?surface=all")).text
        assert "on X, all features</title>" in everything


async def test_the_fact_comes_first_and_the_evidence_with_its_threshold_last() -> None:
    async with asking(room_with_events()) as browser:
        page = (await browser.get("/en/names/x/mahfud?span=1h")).text
        calm = (await browser.get("/en/names/x/anies/chart.svg?span=1h")).text
    told = [
        "is missing from Latest search on X. Missing in 30 of 31 checks",
        'class="shade"',
        "How strong the evidence was over time",
        "proven at 43 million to 1",
    ]
    places = [page.index(text) for text in told]
    assert places == sorted(places)
    assert 'class="shade"' not in calm


async def test_evidence_holds_until_the_next_round_says_otherwise() -> None:
    async with asking(room_with_events()) as browser:
        page = (await browser.get("/en/names/x/mahfud?span=1h")).text
    path = page.split('class="evidence" d="')[1].split('"')[0]
    assert path.startswith("M")
    assert path.count("H") == path.count("V") == 8
