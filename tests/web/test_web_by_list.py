"""Large elections by list: the gravest first, everybody counted once, pages begin with what is wrong."""

import gzip

import pytest
from benchmarks.many_names import legislative
from tests.web import sample_room as sample
from tests.web.browsing import asking

from siaga.domain.verdicts import State, Verdict
from siaga.web.summary import by_list, matrix

ELECTION = legislative(names=300, lists=12, platforms=3)
FOUND = [
    sample.verdict(platform.id, person.id, State.FINDABLE)
    for platform in ELECTION.platforms
    for person in ELECTION.people()
]


def said(*wrong: Verdict) -> list[Verdict]:
    keys = {(verdict.platform, verdict.subject) for verdict in wrong}
    return [*wrong, *(verdict for verdict in FOUND if (verdict.platform, verdict.subject) not in keys)]


MISSING = sample.verdict("p1", "c-00017", State.SUPPRESSED, evidence=4.3e7)


def room(*wrong: Verdict) -> sample.SampleRoom:
    return sample.SampleRoom(election=ELECTION, said=said(*wrong))


def test_lists_come_gravest_first_and_count_everybody_on_them_once() -> None:
    rows = matrix.matrix(ELECTION, said(MISSING))
    groups = by_list.groups(ELECTION, rows)
    assert groups[0].contestant.id == "list-05"
    assert groups[0].states == [(State.SUPPRESSED, 1), (State.FINDABLE, 24)]
    assert sum(group.names for group in groups) == 300
    assert by_list.groups(sample.ELECTION, matrix.matrix(sample.ELECTION, [])) == []


async def test_a_large_election_begins_with_what_is_wrong_and_with_its_lists() -> None:
    async with asking(room(MISSING)) as browser:
        page = (await browser.get("/en/")).text
        assert 'href="/en/contestants/c-00017"' in page
        assert 'href="/en/contestants/c-00018"' not in page
        assert "12 lists" in page
        assert page.index("?list=list-05") < page.index("?list=list-00")
        assert len(gzip.compress(page.encode())) < 100_000


async def test_all_rows_are_a_click_away_and_a_list_shows_its_own() -> None:
    async with asking(room(MISSING)) as browser:
        assert 'href="/en/contestants/c-00018"' in (await browser.get("/en/?show=all")).text
        own = (await browser.get("/en/?list=list-05")).text
        assert own.count('<th scope="row">') == 25
        assert "c-00018" not in own
        assert (await browser.get("/en/?list=no-such-list")).status_code == 400


async def test_pages_say_how_often_a_name_is_checked_where_names_take_turns() -> None:
    async with asking(room()) as browser:
        other = (await browser.get("/en/names/p1/c-00017")).text
        head = (await browser.get("/en/names/p1/list-05")).text
        indonesian = (await browser.get("/id/names/p1/c-00017")).text
        method = (await browser.get("/en/method")).text
        equal = (await browser.get("/en/equal")).text
    assert "at intervals of 24 hours" in other
    assert "so names take turns" in other
    assert "setiap 24 jam" in indonesian
    assert "at intervals of 30 minutes" in head
    assert "take turns" not in head, "a list is in every round"
    assert "<td>30 minutes</td><td>24 hours</td>" in method
    for page in (method, equal):
        assert "equally often and with" not in page
        assert "checked in every round, together" not in page


async def test_where_all_fit_into_one_round_nobody_takes_turns() -> None:
    async with asking(sample.SampleRoom()) as browser:
        name = (await browser.get("/en/names/x/mahfud")).text
        method = (await browser.get("/en/method")).text
    assert "Checked here at intervals of" in name
    assert "take turns" not in name + method
    assert "equally often and with the same threshold" in method


@pytest.mark.parametrize("language", ["en", "id"])
async def test_search_finds_a_name_wherever_it_stands(language: str) -> None:
    async with asking(room(MISSING)) as browser:
        page = (await browser.get(f"/{language}/?name=candidate 00200")).text
        assert page.count('<th scope="row">') == 1
        assert f'href="/{language}/contestants/c-00200"' in page


def test_cells_are_made_for_the_columns_that_are_shown_and_states_for_the_same() -> None:
    (column,) = [platform for platform in ELECTION.platforms if platform.id == "p1"]
    rows = matrix.matrix(ELECTION, said(MISSING), [column])
    assert [[cell.state for cell in row.cells] for row in rows] == [list(row.states) for row in rows]
    assert matrix.tally(rows) == [(State.SUPPRESSED, 1), (State.FINDABLE, 299)]
    assert [row.person.id for row in rows if row.gravest is State.SUPPRESSED] == ["c-00017"]
    elsewhere = matrix.matrix(ELECTION, said(MISSING), ELECTION.platforms[:1])
    assert {row.gravest for row in elsewhere} == {State.FINDABLE}
    unknown = matrix.matrix(ELECTION, [])
    assert {row.gravest for row in unknown} == {State.INSUFFICIENT}
