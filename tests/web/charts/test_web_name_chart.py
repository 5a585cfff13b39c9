"""A name's chart: which stretch is a case's, and the drawing before the first round and after many."""

from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from tests.web import sample_room as sample
from tests.web.charts.drawn import of_class

from siaga.cases.case import Case
from siaga.cases.publication import ROOM as ROOM_VIEWER
from siaga.i18n.speech import Speech
from siaga.web.charts.name_chart import AFTER, NameCharts
from siaga.web.charts.svg import NARROW, WIDE
from siaga.web.charts.window import LONGEST, SHORTEST, TimeWindow

SPEECH = Speech("en", "Asia/Jakarta")
ROOM = sample.room_with_events()


def case_of(id: str) -> Case:
    return next(case for case in ROOM.cases() if case.id == id)


@pytest.mark.parametrize(
    "case",
    [
        replace(case_of("C-2"), proof=None),
        replace(case_of("C-2"), subject=None),
        replace(case_of("C-2"), subject="nobody"),
        replace(case_of("C-2"), platform="nowhere"),
    ],
)
async def test_what_is_not_proven_of_a_name_of_the_election_has_no_chart(case: Case) -> None:
    charts = NameCharts(ROOM)
    assert charts.of_case(case, sample.NOW) is None
    assert await charts.case_chart(SPEECH, case, sample.NOW) is None


def test_an_open_case_is_shown_up_to_now_and_a_closed_one_until_after_its_end() -> None:
    charts = NameCharts(ROOM)
    being, closed = (charts.of_case(case_of(id), sample.NOW) for id in ("C-2", "C-1"))
    assert being is not None
    assert closed is not None
    assert being.window.until == sample.NOW
    assert closed.window.until == sample.NOW - timedelta(minutes=90) + AFTER
    for stretch in (being, closed):
        assert stretch.onset is not None
        assert stretch.window.since <= stretch.onset[0]


def test_a_case_of_a_moment_and_one_of_months_have_a_stretch_that_can_be_drawn() -> None:
    charts, opened = NameCharts(ROOM), case_of("C-2").opened_at
    short = charts.of_case(case_of("C-2"), opened)
    assert short is not None
    assert short.window.until - short.window.since >= SHORTEST
    long = charts.of_case(case_of("C-2"), opened + 3 * LONGEST)
    assert long is not None
    assert long.window.until - long.window.since == LONGEST


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("rounds", [0, 120])
async def test_the_drawing_is_whole_before_the_first_round_and_after_many(rounds: int, width: int) -> None:
    room = replace(ROOM, rounds=rounds)
    charts, platform, person = (
        NameCharts(room),
        room.election.platforms[0],
        next(iter(room.election.people())),
    )
    window = TimeWindow("6h", sample.NOW - timedelta(hours=6), sample.NOW, sample.NOW)
    buckets = await charts.buckets(platform, person, None, window)
    evidence = charts.evidence(platform, person, window, ROOM_VIEWER)
    drawing = charts.chart(SPEECH, platform, person, None, evidence, buckets, [], width)
    chart = ElementTree.fromstring(drawing)
    assert f"on {platform.label}, all features" in (chart.findtext("{*}title") or "")
    assert bool(of_class(chart, "name")) is bool(of_class(chart, "hit")) is bool(rounds)
    strength = ElementTree.fromstring(charts.strength(SPEECH, platform, person, evidence, buckets, [], width))
    assert bool(of_class(strength, "evidence")) is bool(rounds)
    assert bool(of_class(chart, "planned")) is bool(rounds)


def test_an_incident_lasts_from_its_onset_to_its_return_and_now_where_it_goes_on() -> None:
    charts, platform = NameCharts(ROOM), ROOM.election.platforms[0]
    people = {person.id: person for person in ROOM.election.people()}
    ((_, ended),) = charts.incidents(platform, people["ganjar"], None)
    assert ended < sample.NOW, "verified restored"
    ((began, ended),) = charts.incidents(platform, people["mahfud"], None)
    assert (began, ended) == (sample.NOW - timedelta(minutes=3), sample.NOW)
    assert charts.incidents(platform, people["anies"], None) == []
    onset = (sample.NOW - timedelta(minutes=9), sample.NOW - timedelta(minutes=8))
    assert charts.incidents(platform, people["anies"], onset) == [(onset[1], sample.NOW)]
