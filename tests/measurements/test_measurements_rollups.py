"""What pages ask: the same counts whether live or sealed, as a slow count of the records gives them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest
from tests.measurements.measurement_samples import START, plain_round

from siaga.domain.answers import Answer
from siaga.domain.records import Measurement
from siaga.domain.time import SimulatedClock
from siaga.measurements import rollups
from siaga.measurements.live_file import FILE
from siaga.measurements.measured_days import measured_days
from siaga.measurements.missing_counts import missing_counts
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


def test_missing_counts_are_of_whole_hours_in_which_the_controls_were_found(store: Store) -> None:
    found = missing_counts(store, START, START + 3 * HOUR)
    counted = {each.subject: (each.checks, each.missing) for each in found["x"]}
    rounds = 180
    others = [subject for subject in counted if subject != "mahfud"]
    assert counted["mahfud"][1] == sum(1 for one in watched() if one.subject == "mahfud"
                                       and one.platform == "x" and one.answer != Answer.RESULTS)  # fmt: skip
    assert counted["mahfud"][1] == rounds - WITHHELD_FROM
    assert all(counted[subject][1] == 0 for subject in others)
    assert {each.role for each in found["x"]} == {"target", "control"}
    before = {each.subject: each.missing for each in missing_counts(store, START, START + HOUR)["x"]}
    assert before["mahfud"] == 0, "the hours after are left out"


def test_an_outage_and_a_text_that_was_never_found_count_for_nobody(tmp_path: Path) -> None:
    with Store.open(tmp_path, SimulatedClock(START + 3 * HOUR)) as store:
        for minute in range(120):
            store.append(
                [
                    replace(one, answer=Answer.ERROR, count=None, matching=None)
                    if minute >= 60
                    else replace(one, answer=Answer.EMPTY, count=0, matching=0)
                    if one.subject == "mahfud"
                    else one
                    for one in plain_round(minute, 4, "x")
                ]
            )
        found = missing_counts(store, START, START + 3 * HOUR)["x"]
    assert "mahfud" not in {each.subject for each in found}, "never found here by that text"
    assert [each for each in found if each.missing] == [], "an outage is of all names alike"


def test_a_day_counts_as_measured_in_the_zone_that_is_asked_for(store: Store) -> None:
    jakarta = ZoneInfo("Asia/Jakarta")
    since = (START - timedelta(days=3)).astimezone(jakarta)
    days = measured_days(store, since, START + timedelta(days=1), ["mahfud"])
    assert days == {
        (platform, "mahfud"): frozenset(
            one.at.astimezone(jakarta).date()
            for one in watched()
            if (one.platform, one.subject) == (platform, "mahfud")
        )
        for platform in ("x", "bluesky")
    }


def test_counts_of_an_older_version_take_up_an_answer_that_it_did_not_know(tmp_path: Path) -> None:
    clock = SimulatedClock(START)
    with Store.open(tmp_path, clock) as store:
        store.append(plain_round(0))
        clock.advance_to(START + 2 * HOUR)
        store.maintain()
    with duckdb.connect(str(tmp_path / FILE)) as older:
        older.execute("ALTER TABLE hours DROP COLUMN withdrawn")
        older.execute("ALTER TABLE hours DROP COLUMN walled")
    gone = [replace(m, answer=Answer.WITHDRAWN, count=None, matching=None) for m in plain_round(130)]
    with Store.open(tmp_path, clock) as store:
        store.append(gone)
        clock.advance_to(START + 5 * HOUR)
        store.maintain()
        tally = rollups.counts(store, START, START + 4 * HOUR)["x"]
    assert tally.asked == 2 * len(gone)
    assert tally.answers["withdrawn"] == len(gone)
    assert sum(tally.answers.values()) == tally.asked
