"""The bet on recovery: fair for every finding that goes on, by its own difference; fast once it is over."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reference.recovery import Recovery
from tests.reference.recovery import delta_of as slow_delta

from siaga.detection.recovery_bet import RecoveryBets, recovery_delta, recovery_factors
from siaga.detection.settings import RECOVERY_VERIFIED, Settings

SETTINGS = Settings()
MINUTE = np.array([1 / 1440])
ROW = np.array([0])


def delta_of(asked: int, missing: int, controls_asked: int, controls_missing: int) -> float:
    counts = (np.array([count]) for count in (asked, missing, controls_asked, controls_missing))
    return float(recovery_delta(*counts)[0])


def opened(counts: tuple[int, int, int, int]) -> RecoveryBets:
    bets = RecoveryBets()
    bets.hold(1, SETTINGS)
    bets.open(ROW, np.array(counts)[:, None])
    return bets


def rounds_to_verified(bets: RecoveryBets, missing: list[int], controls: int = 12) -> int | None:
    for number, x in enumerate(missing, start=1):
        bets.step(ROW, np.array([float(x)]), (controls, 0), MINUTE, SETTINGS)
        if bets.evidence(ROW)[0] >= RECOVERY_VERIFIED:
            return number
    return None


@pytest.mark.parametrize(
    ("counts", "delta"),
    [
        ((9, 9, 108, 0), 0.1),
        ((60, 18, 720, 4), 0.1),
        ((160, 17, 1920, 40), 0.0427),
        ((120, 15, 1440, 7), 0.0601),
        ((400, 8, 4800, 96), 0.03),
    ],
)
def test_the_difference_comes_from_the_findings_own_rounds(
    counts: tuple[int, int, int, int], delta: float
) -> None:
    assert delta_of(*counts) == pytest.approx(delta, abs=1e-4)


def test_every_factor_is_fair_at_the_edge_of_its_null() -> None:
    for delta, m, stake in product((0.03, 0.1, 0.4), (3, 12), SETTINGS.recovery_stakes):
        for c in range((m + 1) // 3 + 1):
            chance = min(1.0, c / m + delta)
            missing, found = (
                float(recovery_factors((stake,), np.array([delta]), np.array([x]), np.array([c / m]))[0, 0])
                for x in (1.0, 0.0)
            )
            assert min(missing, found) >= 0
            assert chance * missing + (1 - chance) * found <= 1 + 1e-12


@given(
    share=st.floats(0.03, 1), shares=st.lists(st.floats(0, 1), min_size=2, max_size=6), m=st.integers(3, 12)
)
def test_a_name_asked_by_several_texts_is_bet_on_by_their_share(
    share: float, shares: list[float], m: int
) -> None:
    """A mean share in the null has a mean factor of at most 1, as the factor is a line in it."""
    delta = np.array([min(share, 0.1)])
    x = np.array(shares)
    if x.mean() < delta[0]:
        return
    factors = recovery_factors(SETTINGS.recovery_stakes, delta, x, np.zeros(len(x)))
    assert (factors.mean(axis=1) <= 1 + 1e-9).all()


def test_the_sums_mean_no_more_than_the_mass_that_was_given() -> None:
    """E[evidence] <= returns' mass / 2 + days / 2, by enumeration of eight rounds at the edge."""
    delta = delta_of(9, 9, 108, 0)
    mean, mass = 0.0, 0.0
    for outcome in product((0, 1), repeat=8):
        chance = float(np.prod([delta if x else 1 - delta for x in outcome]))
        bets = opened((9, 9, 108, 0))
        for x in outcome:
            bets.step(ROW, np.array([float(x)]), (12, 0), MINUTE, SETTINGS)
        mean += chance * float(bets.evidence(ROW)[0])
        given_mass = sum(1 / (k * (k + 1)) for k in range(1, int(bets.returns[0]) + 1))
        mass += chance * (0.5 * given_mass + 0.5 * 8 / 1440)
    assert mean <= mass + 1e-12


def test_a_name_wholly_back_is_verified_in_about_an_hour_of_rounds() -> None:
    assert rounds_to_verified(opened((9, 9, 108, 0)), [0] * 200) == 65


def test_a_withholding_of_one_round_in_eight_is_never_verified_while_it_goes_on() -> None:
    rng = np.random.default_rng(4)
    for _ in range(10):
        asked = 110
        missing = int(rng.binomial(asked, 0.12)) + 5  # chosen for being high
        outcome = (rng.random(1440) < 0.12).astype(int).tolist()
        assert rounds_to_verified(opened((asked, missing, 1320, 6)), outcome) is None


def test_the_difference_is_lowered_as_further_rounds_show_less_and_never_raised() -> None:
    bets = opened((30, 12, 360, 0))
    assert bets.delta[0] == pytest.approx(0.1)
    for number in range(300):
        bets.step(ROW, np.array([float(number % 10 == 0)]), (12, 0), MINUTE, SETTINGS)
    lowered = float(bets.delta[0])
    assert 0.05 < lowered < 0.08
    for _ in range(300):
        bets.step(ROW, np.array([1.0]), (12, 0), MINUTE, SETTINGS)
    assert bets.delta[0] == lowered


def test_the_recovery_itself_does_not_lower_the_difference() -> None:
    bets = opened((4, 4, 48, 0))
    for number in range(120):
        bets.step(ROW, np.array([float(number == 60)]), (12, 0), MINUTE, SETTINGS)
    assert bets.delta[0] == pytest.approx(0.1)


def test_rows_do_not_touch_each_other_and_a_row_can_be_used_again() -> None:
    both = RecoveryBets()
    both.hold(20, SETTINGS)
    rows = np.array([3, 17])
    both.open(rows, np.array([[9, 40], [9, 12], [108, 480], [0, 2]]))
    alone = opened((40, 12, 480, 2))
    rng = np.random.default_rng(5)
    for _ in range(80):
        x = (rng.random(2) < 0.2).astype(float)
        both.step(rows, x, (12, 1), np.full(2, 1 / 1440), SETTINGS)
        alone.step(ROW, x[1:], (12, 1), MINUTE, SETTINGS)
    assert both.evidence(np.array([17]))[0] == alone.evidence(ROW)[0]
    both.open(np.array([17]), np.array([[9], [9], [108], [0]]))
    assert both.evidence(np.array([17]))[0] == 0
    assert both.evidence(np.array([3]))[0] > 0


@given(
    asked=st.integers(1, 400), share=st.floats(0, 1), controls=st.integers(0, 5000), lost=st.floats(0, 0.2)
)
def test_the_difference_is_that_of_the_slow_program(
    asked: int, share: float, controls: int, lost: float
) -> None:
    counts = asked, int(share * asked), controls, int(lost * controls)
    assert delta_of(*counts) == pytest.approx(slow_delta(*counts), rel=1e-12)


@settings(max_examples=60, deadline=None)
@given(
    rounds=st.lists(st.tuples(st.integers(0, 1), st.integers(0, 12)), max_size=45),
    counts=st.sampled_from([(9, 9, 108, 0), (120, 15, 1440, 7)]),
)
def test_evidence_is_that_of_the_slow_program_in_every_round(
    rounds: list[tuple[int, int]], counts: tuple[int, int, int, int]
) -> None:
    bets = opened(counts)
    slow = Recovery(float(bets.delta[0]), 12)
    for x, c in rounds:
        slow.step(x, c)
        if 3 * c <= 13:
            bets.step(ROW, np.array([float(x)]), (12, c), MINUTE, SETTINGS)
        assert bets.evidence(ROW)[0] == pytest.approx(slow.evidence, rel=1e-12)
