"""Equal treatment: plain counts first, pairs last, and no total from which a suspicion could be read."""

from datetime import timedelta

import httpx
from tests.web import sample_room as sample
from tests.web.browsing import asking

from siaga.domain.verdicts import State


async def test_the_page_begins_with_plain_counts_in_both_languages() -> None:
    async with asking(sample.calm()) as browser:
        page = (await browser.get("/en/equal")).text
        indonesian = (await browser.get("/id/equal")).text
    told = (
        "On X, Mahfud MD &lt;script&gt; was missing in 373 of 2,361 checks, Ganjar Pranowo in 119 of 2,361, "
        "and the other 2 in none"
    )
    assert f"<h1>{told}</h1>" in page
    assert "No contestant was missing on Bluesky." in page
    assert "Everyone was checked equally often." in page
    assert "hilang dalam 373 dari 2.361 pemeriksaan" in indonesian
    assert page.index("Bars begin at zero") < page.index("Pair by pair")
    assert '<rect width="100.0%"' in page
    assert '<rect width="0.0%"' in page, "who was never missing has no bar"


async def test_pairs_have_the_more_often_missing_first_and_are_folded() -> None:
    async with asking(sample.calm()) as browser:
        page = (await browser.get("/en/equal")).text
        numbers = (await browser.get("/en/equal.csv")).text.splitlines()
    assert "Ganjar Pranowo than Anies Baswedan" in page
    assert page.count('class="uneven"') == 2, "once wide, once narrow"
    assert numbers[0] == "platform,first,second,first_only,second_only,low,high"
    assert numbers[2].startswith("x,anies,ganjar,4,40,")


async def test_counts_can_be_taken_along() -> None:
    async with asking(sample.calm()) as browser:
        lines = (await browser.get("/en/equal-counts.csv?span=7d")).text.splitlines()
        assert (await browser.get("/en/equal?span=century")).status_code == 400
    assert lines[0] == "platform,subject,role,checks,missing,since,until"
    assert lines[4].startswith("x,mahfud,target,2361,373,2024-01-18T00:00:00")


async def test_before_the_first_hour_nothing_is_counted() -> None:
    async with asking(sample.SampleRoom(rounds=0)) as browser:
        assert "No full hour has been measured yet." in (await browser.get("/en/equal")).text


async def test_with_hundreds_of_contestants_the_page_of_equal_treatment_stays_light() -> None:
    async with asking(sample.many()) as browser:
        page = await browser.get("/en/equal")
    assert len(page.content) < 300_000


async def test_totals_stop_before_a_suspicion_on_all_platforms_alike_so_that_none_can_be_read_from_them() -> (
    None
):
    suspected = sample.verdict(
        "x", "mahfud", State.SUSPECTED, evidence=12.0, since=sample.NOW - timedelta(minutes=90)
    )
    room = sample.SampleRoom(said=[suspected])
    async with asking(room) as browser:
        page = (await browser.get("/en/equal")).text
        pairs = (await browser.get("/en/equal.csv")).text.splitlines()
        await browser.get("/en/equal-counts.csv")
    hour = sample.NOW.replace(minute=0)
    assert room.counted_until == [hour - timedelta(hours=2)] * 2, "the whole hours before it began"
    assert "The intervals are shown again once no result is being verified." in page
    assert len(pairs) == 1, "the head alone"
    calm = sample.calm()
    async with asking(calm) as browser:
        await browser.get("/en/equal")
    assert calm.counted_until == [hour], "whole hours also else, so that a stop is no sign"


async def test_a_year_asked_for_by_nobody_is_not_counted(calm: httpx.AsyncClient) -> None:
    assert (await calm.get("/en/equal?span=1y")).status_code == 400
