"""The sums over all beginnings: what is booked at once for usual names is the recurrence itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.detection.shiryaev_roberts import ShiryaevRoberts

CAP = 1e30
NAMES = 5


def in_full(
    rounds: list[tuple[float, dict[int, float]]], fades: list[float], mass: float
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Every name's sums in every round, one by one."""
    sums = np.zeros((len(fades), NAMES))
    for usual, others in rounds:
        for name in range(NAMES):
            for stake, fade in enumerate(fades):
                factor = others[name] * (stake + 1) if name in others else 1 - fade * usual
                sums[stake, name] = min((sums[stake, name] + mass) * factor, CAP)
    return sums


@settings(max_examples=60, deadline=None)
@given(
    rounds=st.lists(
        st.tuples(
            st.sampled_from([0.0, 0.3, 1.0]),
            st.dictionaries(st.integers(0, NAMES - 1), st.floats(0.01, 40), max_size=2),
        ),
        min_size=1,
        max_size=120,
    ),
    begun=st.integers(0, 200),
)
def test_booked_late_or_one_by_one_the_sums_are_the_same(
    rounds: list[tuple[float, dict[int, float]]], begun: int
) -> None:
    fades, mass = [0.03, 0.97], 1e-5
    quick = ShiryaevRoberts()
    quick.hold(2, 3, NAMES)
    parts = np.array([2])
    whole = np.full((2, 1), mass)
    for usual, others in rounds:
        fade = np.array([1 - f * usual for f in fades])
        if not others:
            quick.pass_over(parts, whole, fade)
            continue
        who = np.array(sorted(others))
        factors = np.array([[others[name] * (stake + 1) for name in who.tolist()] for stake in range(2)])
        quick.bet(parts, whole, fade, who, factors, CAP)
    everybody = np.arange(NAMES)
    slow = in_full(rounds, fades, mass)
    assert quick.sums(parts, everybody)[:, 0] == pytest.approx(slow, rel=1e-9)
    assert (quick.sums(np.array([0, 1]), everybody) == 0).all(), "other parts are not touched"


def test_a_long_quiet_time_leaves_what_the_mass_brings_and_no_overflow() -> None:
    sums = ShiryaevRoberts()
    sums.hold(1, 1, 2)
    part, mass, fade = np.array([0]), np.array([[1e-6]]), np.array([0.03])
    sums.bet(part, mass, fade, np.array([1]), np.array([[1e40]]), CAP)
    assert sums.sums(part, np.array([1]))[0, 0, 0] == CAP
    for _ in range(5000):
        sums.pass_over(part, mass, fade)
    both = sums.sums(part, np.array([0, 1]))[0, 0]
    assert both == pytest.approx([1e-6 * 0.03 / 0.97] * 2)
    assert np.isfinite(sums.excess).all()


def test_a_name_begun_anew_has_nothing_and_gains_as_others_do() -> None:
    sums = ShiryaevRoberts()
    sums.hold(1, 2, 3)
    parts, mass, usual = np.array([0, 1]), np.full((1, 2), 0.5), np.array([1.0])
    for _ in range(4):
        sums.bet(parts, mass, usual, np.array([2]), np.array([[3.0]]), CAP)
    sums.begin(parts, np.array([2]))
    assert sums.sums(parts, np.array([2])).tolist() == [[[0.0], [0.0]]]
    sums.pass_over(parts, mass, usual)
    assert sums.sums(parts, np.array([2])) == pytest.approx(np.full((1, 2, 1), 0.5))
    assert sums.sums(parts, np.array([0])) == pytest.approx(np.full((1, 2, 1), 2.5))


def test_growing_keeps_what_is_there() -> None:
    sums = ShiryaevRoberts()
    sums.hold(1, 1, 1)
    one = np.array([0])
    sums.bet(one, np.array([[1.0]]), np.array([0.5]), one, np.array([[4.0]]), CAP)
    sums.hold(1, 3, 9)
    assert sums.sums(one, np.array([0, 8])).tolist() == [[[4.0, 0.5]]]
