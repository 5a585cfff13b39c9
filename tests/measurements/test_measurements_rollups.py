"""What pages ask: the same counts whether live or sealed, as a slow count of the records gives them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from tests.measurements.measurement_samples import START, plain_round

from siaga.domain.answers import Answer
from siaga.domain.records import Measurement
from siaga.domain.time import SimulatedClock
from siaga.measurements import rollups
from siaga.measurements.rollups import NOTHING, GroupBy, Tally, TimelineFilter, timelines
from siaga.measurements.store import Store

HOUR = timedelta(hours=1)
WITHHELD_FROM = 90


@cache
def watched() -> list[Measurement]:
    """Three hours, a round a minute on `x`, every ten minutes on `bluesky`; `mahfud` withheld from 01:30."""
    return [
        one
        for minute in range(180)
        for platform in (("x", "bluesky") if minute % 10 == 0 else ("x",))
        for one in plain_round(
            minute, 4, platform, withheld="mahfud" if platform == "x" and minute >= WITHHELD_FROM else ""
        )
    ]


@pytest.fixture(params=["live", "sealed", "half sealed", "merged"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    clock = SimulatedClock(START + 3 * HOUR)
    measured = watched()
    with Store.open(tmp_path, clock) as opened:
        opened.append(measured[:400])
        if request.param != "live":
            opened.seal()
        opened.append(measured[400:])
        if request.param in ("sealed", "merged"):
            opened.seal()
        if request.param == "merged":
            clock.advance(timedelta(days=1))
            opened.merge()
        yield opened


def slow_tally(measured: list[Measurement]) -> Tally:
    return Tally(
        asked=len(measured),
        answers={answer: sum(one.answer == answer for one in measured) for answer in Answer},
        unmatched=sum(one.answer == "results" and one.matching == 0 for one in measured),
        matching=sum(one.matching or 0 for one in measured),
        timed=sum(one.total_ms is not None for one in measured),
        total_ms=sum(one.total_ms or 0 for one in measured),
    )


def same(tally: Tally, measured: list[Measurement]) -> bool:
    slow = slow_tally(measured)
    assert tally.total_ms == pytest.approx(slow.total_ms)
    return (tally.asked, tally.answers, tally.unmatched, tally.matching, tally.timed) == (
        slow.asked,
        slow.answers,
        slow.unmatched,
        slow.matching,
        slow.timed,
    )


@pytest.mark.parametrize(
    ("since", "until", "buckets", "width"),
    [
        (START, START + 3 * HOUR, 200, timedelta(minutes=1)),
        (START + timedelta(minutes=61), START + timedelta(minutes=119), 20, timedelta(minutes=5)),
        (START, START + 3 * HOUR, 5, HOUR),
        (START - 24 * HOUR, START + 3 * HOUR, 1000, HOUR),
        (START, START + 3 * HOUR, 1, timedelta(hours=3)),
    ],
)
def test_a_timeline_shows_a_target_beside_its_controls(
    store: Store, since: datetime, until: datetime, buckets: int, width: timedelta
) -> None:
    line = rollups.timeline(store, "x", "mahfud", since, until, buckets=buckets)
    assert line.width == width
    assert len(line.buckets) <= buckets + 1
    assert line.buckets[0].start <= since
    assert line.buckets[-1].start < until <= line.buckets[-1].start + width
    for bucket in line.buckets:
        here = [
            one
            for one in watched()
            if one.platform == "x" and bucket.start <= one.at < bucket.start + line.width
        ]
        assert same(bucket.target, [one for one in here if one.subject == "mahfud"])
        assert same(bucket.controls, [one for one in here if one.role == "control"])


def test_a_timeline_may_be_of_one_surface_and_vantage(store: Store) -> None:
    until = START + 3 * HOUR
    here = rollups.timeline(store, "x", "mahfud", START, until, "search-latest", "jakarta")
    assert here == rollups.timeline(store, "x", "mahfud", START, until)
    for surface, vantage in (("people", None), (None, "medan")):
        line = rollups.timeline(store, "x", "mahfud", START, until, surface, vantage)
        assert all(bucket.target == bucket.controls == NOTHING for bucket in line.buckets)


def test_the_matrix_counts_every_name_in_every_stream(store: Store) -> None:
    cells = rollups.matrix(store, START + HOUR)
    assert len(cells) == 2 * 4
    for cell in cells:
        here = [
            one
            for one in watched()
            if (one.platform, one.name) == (cell.platform, cell.name) and one.at >= START + HOUR
        ]
        assert same(cell.tally, here)
        assert (cell.last_at, cell.last_answer) == (here[-1].at, here[-1].answer)
        assert (cell.subject, cell.role, cell.session) == (here[0].subject, here[0].role, "public")


def test_the_latest_answer_of_one_subject_is_the_newest(store: Store) -> None:
    (cell,) = rollups.latest(store, "x", "mahfud", START)
    assert cell.last_answer == "empty"
    assert START + timedelta(minutes=179) <= cell.last_at
    (cell,) = rollups.latest(store, "bluesky", "mahfud", START)
    assert cell.last_answer == "results"
    assert rollups.latest(store, "x", "nobody", START) == []


def test_counts_are_by_platform(store: Store) -> None:
    counted = rollups.counts(store, START, START + 3 * HOUR)
    assert list(counted) == ["bluesky", "x"]
    for platform, tally in counted.items():
        assert same(tally, [one for one in watched() if one.platform == platform])


def test_results_of_which_none_matches_are_counted_apart(tmp_path: Path) -> None:
    wrong = [replace(one, matching=0) for one in plain_round(0)]
    with Store.open(tmp_path, SimulatedClock(START)) as store:
        store.append(wrong)
        tally = rollups.counts(store, START, START + HOUR)["x"]
    assert (tally.asked, tally.answers["results"], tally.unmatched) == (13, 13, 13)


def test_an_end_while_sealing_counts_nothing_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimulatedClock(START)
    measured = plain_round(0)
    store = Store.open(tmp_path, clock)
    store.append(measured)
    monkeypatch.setattr(Store, "_forget_sealed", lambda self: None)
    store.seal()
    assert rollups.counts(store, START, START + HOUR)["x"].asked == 13
    store.close()
    monkeypatch.undo()
    with Store.open(tmp_path, clock) as again:
        assert rollups.counts(again, START, START + HOUR)["x"].asked == 13
        fine = rollups.timeline(again, "x", "mahfud", START, START + HOUR)
        assert sum(bucket.target.asked for bucket in fine.buckets) == 1


@pytest.mark.parametrize("span", [HOUR, 30 * HOUR])
@pytest.mark.parametrize("by", list(GroupBy))
def test_timelines_side_by_side_count_what_each_of_them_alone_would(
    store: Store, by: GroupBy, span: timedelta
) -> None:
    since, until = START + 2 * HOUR - span, START + 2 * HOUR
    found = timelines(store, by, since, until, TimelineFilter(platform="x"), 24)
    inside = [
        one
        for one in watched()
        if found_span(found)[0] <= one.at < found_span(found)[1] and one.platform == "x"
    ]
    keys = {getattr(one, by.value) for one in inside if by is not GroupBy.SUBJECT or one.role == "target"}
    assert set(found) == keys
    for key, line in found.items():
        ours = [one for one in inside if one.role == "target" and getattr(one, by.value) == key]
        controls = [
            one
            for one in inside
            if one.role == "control" and (by is GroupBy.SUBJECT or getattr(one, by.value) == key)
        ]
        assert sum(bucket.target.asked for bucket in line.buckets) == len(ours)
        assert sum(bucket.controls.asked for bucket in line.buckets) == len(controls)
        assert {bucket.start for bucket in line.buckets} == {
            bucket.start for bucket in next(iter(found.values())).buckets
        }


def found_span(found: dict[str, rollups.Timeline]) -> tuple[datetime, datetime]:
    line = next(iter(found.values()))
    return line.buckets[0].start, line.buckets[-1].start + line.width


def test_timelines_of_nothing_are_none(store: Store) -> None:
    assert timelines(store, GroupBy.SUBJECT, START, START + HOUR, TimelineFilter(platform="nowhere")) == {}
