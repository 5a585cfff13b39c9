"""Controls judged in every round: dropped and back at their boundaries, good ones kept, who went together."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reference.controls import Controls as SlowControls

from siaga.detection.judged_controls import Comparison, JudgedControls, common_tags, comparison

LEAST = 3


def judged(rounds: list[list[int]]) -> JudgedControls:
    """After these rounds: one entry a control, 1 missing, -1 not measured."""
    controls = JudgedControls()
    controls.hold(len(rounds[0]))
    for outcome in rounds:
        who = np.flatnonzero(np.array(outcome) >= 0)
        controls.judge(who, np.array(outcome)[who] == 1, LEAST)
    return controls


def out_after(rounds: list[list[int]]) -> list[int]:
    return np.flatnonzero(judged(rounds).out).tolist()


FOUND = [0] * 12


def lone(marks: str) -> list[list[int]]:
    """Control 4 of twelve by these marks (`x` missing), the others found."""
    return [[*FOUND[:4], int(mark == "x"), *FOUND[5:]] for mark in marks]


def test_ten_misses_in_a_row_drop_a_control_and_nine_do_not() -> None:
    assert out_after(lone("x" * 9)) == []
    assert out_after(lone("x" * 10)) == [4]
    assert out_after(lone("x" * 9 + "." + "x" * 5)) == [], (
        "fourteen of fifteen, but too few rounds for a share"
    )


@pytest.mark.parametrize(("marks", "out"), [("xx." * 5, []), ("xx." * 5 + "x", [4]), ("x." * 29, [])])
def test_six_misses_in_ten_of_at_least_sixteen_rounds_drop_a_control(marks: str, out: list[int]) -> None:
    assert out_after(lone(marks)) == out


def test_a_control_is_back_when_it_was_found_twenty_times_in_a_row() -> None:
    assert out_after(lone("x" * 10 + "." * 19)) == [4]
    assert out_after(lone("x" * 10 + "." * 20)) == []
    assert out_after(lone("x" * 10 + "." * 19 + "x" + "." * 19)) == [4]


@pytest.mark.parametrize("quiet", [1, 3, 19, 63, 64, 200])
def test_rounds_in_which_all_were_found_count_when_they_are_put_in_late(quiet: int) -> None:
    before = [[int(k == 4 and (n % 3 == 0)) for k in range(12)] for n in range(30)]
    now, late = judged(before), judged(before)
    who, found = np.arange(12), np.zeros(12, np.bool_)
    for _ in range(quiet):
        now.judge(who, found, LEAST)
        late.all_found()
    assert late.missed_lately(64, 1).tolist() == now.missed_lately(64, 1).tolist()
    assert late.judged.tolist() == now.judged.tolist()
    assert late.seen == pytest.approx(now.seen)
    assert late.rounds == now.rounds


@pytest.mark.parametrize("share", [0.3, 0.15, 0.1])
def test_controls_withheld_in_a_part_of_rounds_each_by_itself_are_dropped_and_stay_out(
    share: float,
) -> None:
    random, controls, dropped = np.random.default_rng(4), JudgedControls(), []
    controls.hold(12)
    withheld = np.arange(12) < 6
    for number in range(1500):
        chance = np.where(withheld & (number >= 300), share, 0.005)
        controls.judge(np.arange(12), random.random(12) < chance, LEAST)
        dropped.append(controls.out.copy())
    first = int(np.argmax([out.sum() == 6 for out in dropped])) - 300
    assert 0 < first < {0.3: 120, 0.15: 300, 0.1: 600}[share]
    assert not np.any(np.array(dropped)[:, 6:]), "those that are found stay"
    assert np.mean(np.array(dropped)[300 + first :, :6]) > 0.95


def test_a_control_dropped_for_being_worse_is_back_after_sixty_finds_in_a_row() -> None:
    bad = "..x" * 40
    assert out_after(lone("." * 100 + bad + "." * 59)) == [4]
    assert out_after(lone("." * 100 + bad + "." * 61)) == []


def test_names_twice_as_hard_to_find_stay_controls() -> None:
    random = np.random.default_rng(7)
    for usual in (0.01, 0.05, 0.1):
        chance = np.where(np.arange(12) < 4, 2.0, 1.0) * usual
        assert out_after((random.random((2000, 12)) < chance).astype(int).tolist()) == []


def test_rounds_in_which_it_was_not_measured_say_nothing_of_it() -> None:
    rounds = lone("x" * 9) + [[*FOUND[:4], -1, *FOUND[5:]]] * 40
    assert out_after(rounds) == []
    assert out_after(rounds + lone("x")) == [4]


def test_controls_are_judged_while_half_of_the_others_are_found() -> None:
    assert out_after([[1] * 6 + [0] * 6] * 10) == [0, 1, 2, 3, 4, 5]
    assert out_after([[1] * 7 + [0] * 5] * 50) == []


def test_an_outage_drops_nobody() -> None:
    assert out_after([[1] * 12] * 200) == []


def test_at_least_half_and_three_are_kept() -> None:
    four = [[1, 0, 0, 0]] * 10 + [[1, 1, 0, 0]] * 10 + [[1, 1, 0, 0]] * 20
    assert out_after(four) == [0], "of four, three are kept"
    rounds: list[list[int]] = []
    for gone in range(1, 9):
        rounds += [[1] * gone + [0] * (12 - gone)] * 40
    assert len(out_after(rounds)) == 6


def test_too_few_controls_judge_nobody() -> None:
    assert out_after([[1, 0, 0]] * 50) == []


def test_good_controls_stay_where_a_fifth_of_the_askings_fails() -> None:
    rng = np.random.default_rng(9)
    for _ in range(4):
        assert out_after((rng.random((500, 12)) < 0.2).astype(int).tolist()) == []


def test_those_that_went_with_a_name_are_named_and_a_single_one_is_not() -> None:
    three = judged([FOUND] * 50 + [[1, 1, 1, *FOUND[3:]]] * 12)
    assert three.gone_with(51) == [0, 1, 2]
    assert three.gone_with(90) == []
    assert judged([FOUND] * 50 + lone("x" * 12)).gone_with(51) == []


def test_the_tags_in_common_tell_the_category() -> None:
    tags = {
        "a": frozenset({"person", "party x"}),
        "b": frozenset({"person", "party x", "minister"}),
        "c": frozenset({"person"}),
    }
    assert common_tags(["a", "b"], tags) == {"party x"}
    assert common_tags(["a", "c"], tags) == frozenset(), "what every name carries tells nothing"
    assert common_tags(["a", "unknown"], tags) == frozenset()
    assert common_tags([], tags) == frozenset()


@pytest.mark.parametrize(
    ("measured", "missing", "meant"),
    [
        (2, 0, Comparison.INSUFFICIENT),
        (3, 0, Comparison.COMPARES),
        (12, 4, Comparison.COMPARES),
        (12, 5, Comparison.INSUFFICIENT),
        (12, 6, Comparison.TROUBLE),
        (3, 1, Comparison.COMPARES),
        (3, 2, Comparison.TROUBLE),
    ],
)
def test_what_a_round_may_say_by_its_missing_controls(measured: int, missing: int, meant: Comparison) -> None:
    assert comparison(measured, missing, LEAST) is meant


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 100_000), m=st.integers(3, 14))
def test_they_are_those_of_the_slow_program_in_every_round(seed: int, m: int) -> None:
    rng = np.random.default_rng(seed)
    slow, controls = SlowControls(m), JudgedControls()
    controls.hold(m)
    for number in range(240):
        if number % 45 == 0:
            share = rng.random(m) ** 2
        outcome = np.where(rng.random(m) < 0.1, -1, rng.random(m) < share)
        slow_outcome = [None if mark < 0 else int(mark) for mark in outcome.tolist()]
        used = outcome[~controls.out]
        meant = comparison(int((used >= 0).sum()), int((used == 1).sum()), LEAST)
        assert slow.said(slow_outcome)[0] == {Comparison.COMPARES: "compare"}.get(meant, str(meant))
        slow.after(slow_outcome)
        who = np.flatnonzero(outcome >= 0)
        controls.judge(who, outcome[who] == 1, LEAST)
        assert np.flatnonzero(controls.out).tolist() == sorted(slow.out)
