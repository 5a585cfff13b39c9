"""Trouble that meets all names alike, on both sides of each boundary of `common-mode@1`."""

import pytest

from siaga.detection.round_facts import facts_of
from siaga.detection.round_plan import plan_of
from siaga.detection.rules.common_mode import CANARY, DOWN, FEW, LIMITED, Site, TroubleRun, trouble_of
from siaga.detection.settings import Settings
from siaga.domain.answers import Answer
from siaga.simulation.streams import Streams

SETTINGS = Settings()
MINUTE = 60_000_000


def _run(kinds: str) -> TroubleRun:
    """A stream's rounds, five minutes apart: `x` in trouble, `.` good."""
    trouble = TroubleRun(rounds=1000, last_good=0)
    for number, mark in enumerate(kinds, start=1):
        trouble.take(DOWN if mark == "x" else None, "", (10, 10), number * 5 * MINUTE, 5 * MINUTE, SETTINGS)
    return trouble


@pytest.mark.parametrize(
    ("kinds", "tripped"), [("xx", False), ("xxx", True), ("xxx..", True), ("xxx...", False)]
)
def test_three_rounds_in_trouble_trip_a_stream_and_three_good_ones_end_it(kinds: str, tripped: bool) -> None:
    assert _run(kinds).tripped is tripped


@pytest.mark.parametrize(("good", "shares"), [(2, True), (3, False)])
def test_a_stream_shares_a_trouble_that_it_met_in_its_last_three_rounds(good: int, shares: bool) -> None:
    assert _run("x" + "." * good).shares(DOWN) is shares
    assert not _run("x").shares(LIMITED)


@pytest.mark.parametrize(("late", "current"), [(0, True), (1, False)])
def test_a_stream_is_asked_until_five_intervals_and_the_longest_gap_after_its_last_round(
    late: int, current: bool
) -> None:
    site = Site(0, "people", "jakarta", TroubleRun(), last=0, interval=MINUTE)
    assert site.current(5 * MINUTE + SETTINGS.longest_gap_us + late, SETTINGS) is current


def _trouble(missing: int, limited: int = 0, canaries: int = 0, controls: int = 6) -> str | None:
    """The trouble of a round of two targets and some controls of which so many are missing or limited."""
    streams = Streams(1, 1, ("anies", "ganjar"), controls, canaries=1, missing=0.0)
    names = [f"control-{number}" for number in range(controls)]
    for name in names[:missing]:
        streams.withhold(name, 0, 1)
    for name in names[missing : missing + limited]:
        streams.withhold(name, 0, 1, answer=Answer.LIMITED)
    if canaries:
        streams.found("canary-0", 0, 1)
    (measurements,) = streams.rounds()
    facts = facts_of(measurements, lambda _, role: role)
    known = {subject: number for number, subject in enumerate(dict.fromkeys(facts.layout.subjects))}
    plan = plan_of(facts.layout, [known[subject] for subject in facts.layout.subjects])
    kind, _ = trouble_of(plan, facts, canaries, (controls - limited, missing), SETTINGS)
    return kind


def test_half_of_the_controls_missing_is_trouble_and_less_is_not() -> None:
    assert _trouble(3) == DOWN
    assert _trouble(2) is None


def test_half_of_the_askings_not_measured_is_trouble_of_ours_and_less_is_not() -> None:
    assert _trouble(0, limited=4) == LIMITED
    assert _trouble(0, limited=3) is None


def test_the_second_canary_found_in_a_row_is_trouble_and_the_first_is_not() -> None:
    assert _trouble(0, canaries=1) is None
    assert _trouble(0, canaries=2) == CANARY


def test_too_few_controls_are_trouble() -> None:
    assert _trouble(0, controls=3) is None
    assert _trouble(0, controls=2) == FEW
