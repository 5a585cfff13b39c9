"""Names that come back: wholly, in part, or not at all; and clocks and records that are not in order."""

from datetime import timedelta

import pytest
from tests.detection.stories.story_rounds import NAME, Told, in_order, usual

from siaga.detection.watch import Detection
from siaga.domain.verdicts import PROVEN, State, Verdict
from siaga.simulation.streams import PAGE

BEGIN, BACK = 200, 320


@pytest.mark.parametrize("share", [1.0, 0.6, 0.3])
def test_wholly_back_is_verified_and_stays_so(share: float) -> None:
    streams = usual(41, BACK + 600)
    streams.withhold(NAME, BEGIN, BACK, share)
    told = Told(streams)
    assert told.findings() == 1
    assert told.states()[-1] is State.FINDABLE
    assert told.of()[-1].rule.startswith("recovery@")
    assert 40 <= told.minutes_after(told.of()[-1], BACK) <= 250


@pytest.mark.parametrize("volume", [0.75, 0.9])
def test_back_with_most_of_its_volume_is_recovered_from_missing(volume: float) -> None:
    streams = usual(42, BACK + 1200)
    streams.withhold(NAME, BEGIN, BACK)
    streams.thin(NAME, BACK, BACK + 1200, round(volume * PAGE))
    told = Told(streams)
    assert told.findings() == 1
    assert State.SUPPRESSED not in {told.at(round_) for round_ in range(BACK + 250, BACK + 1199, 50)}
    assert told.states()[-1] in {State.FINDABLE, State.IMPAIRED}


@pytest.mark.parametrize("results", [1, 3])
def test_back_with_a_handful_is_found_and_called_thin_not_restored(results: int) -> None:
    streams = usual(43, BACK + 300)
    streams.withhold(NAME, BEGIN, BACK)
    streams.thin(NAME, BACK, BACK + 300, results)
    told = Told(streams)
    assert told.findings() == 1
    assert told.at(BACK + 299) is State.IMPAIRED
    assert "fewer" in told.verdict_at(BACK + 299).detail["kind"]


def test_a_handful_after_hours_without_is_not_restored_at_a_slow_pace_either() -> None:
    """As in January 2024: every four minutes, gone for hours, then three posts where there were thousands."""
    streams = usual(45, 700, cadence=timedelta(minutes=4))
    streams.withhold(NAME, 100, 500)
    streams.thin(NAME, 500, 700, 3)
    told = Told(streams)
    assert told.findings() == 1
    assert State.FINDABLE not in {told.at(round_) for round_ in range(120, 700)}
    assert told.at(699) is State.IMPAIRED


@pytest.mark.parametrize("still", [0.6, 0.3])
def test_back_in_part_only_is_not_verified(still: float) -> None:
    streams = usual(44, BACK + 700)
    streams.withhold(NAME, BEGIN, BACK)
    streams.withhold(NAME, BACK, BACK + 700, still)
    told = Told(streams)
    assert told.findings() == 1
    assert told.states()[-1] is State.SUPPRESSED


def test_a_name_found_again_everywhere_but_at_one_vantage_is_not_restored() -> None:
    streams = usual(45, BACK + 400, vantages=("a", "b", "c"))
    streams.withhold(NAME, BEGIN, BACK)
    streams.withhold(NAME, BACK, BACK + 400, vantages=("c",))
    told = Told(streams)
    assert told.findings() == 1
    assert told.states()[-1] is State.SUPPRESSED


def test_with_the_clock_set_back_two_hours_for_half_an_hour_one_cause_is_one_finding() -> None:
    streams = usual(46, BEGIN + 400)
    streams.withhold(NAME, BEGIN, BEGIN + 400)
    streams.clock_jump(BEGIN + 60, BEGIN + 90, -timedelta(hours=2))
    detection, changes = Detection(), list[Verdict]()
    for asked in sorted(streams.rounds(), key=lambda round_: round_[0].id.int & (1 << 62) - 1):
        changes += detection.take(asked)
    mine = [change.state for change in changes if change.subject == NAME]
    assert [state for state in mine if state in PROVEN] == [State.SUPPRESSED]
    assert mine[-1] is State.SUPPRESSED


def test_late_and_repeated_rounds_make_no_second_finding_and_no_end() -> None:
    streams = usual(47, BEGIN + 300)
    streams.withhold(NAME, BEGIN, BEGIN + 300)
    rounds = in_order([streams])
    late = rounds[: BEGIN + 80] + rounds[BEGIN + 120 :] + rounds[BEGIN + 80 : BEGIN + 120] + rounds[-50:]
    detection, changes = Detection(), list[Verdict]()
    for facts in late:
        changes += detection.take_facts(facts)
    mine = [change.state for change in changes if change.subject == NAME]
    assert [state for state in mine if state in PROVEN] == [State.SUPPRESSED]
    assert mine[-1] is State.SUPPRESSED


def test_days_that_arrive_late_from_before_raise_nothing() -> None:
    """A point that was offline delivers what it had spooled: the name was missing then, and is found now."""
    before, now = usual(48, 120), usual(49, 200)
    now.start = before.start + timedelta(days=2)
    before.withhold(NAME, 60, 64)
    detection, changes = Detection(), list[Verdict]()
    for facts in [*in_order([now]), *in_order([before])]:
        changes += detection.take_facts(facts)
    assert not [change for change in changes if change.subject == NAME and change.state in PROVEN]
