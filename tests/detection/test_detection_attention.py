"""What is usual for a name: both pasts, the ladder of flags, and that drifting attention is never called."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.detection.attention import Attention, KnownPast, Rung, freshness
from siaga.detection.flag_bet import flag_factors
from siaga.detection.settings import Settings

SETTINGS = Settings()
MINUTE = 60_000_000
NOBODY = [[False]] * 4
DAY = 1440
Floats = npt.NDArray[np.float64]


def past(
    values: Floats, every_us: int = MINUTE, start_us: int = 0, attention: Attention | None = None
) -> Attention:
    """The past after these rounds: a row a round, a column a name."""
    attention = attention or Attention()
    attention.hold(values.shape[1])
    who = np.arange(values.shape[1])
    for number, row in enumerate(values):
        attention.note(start_us + number * every_us, who, row)
    return attention


def flagged(attention: Attention, *values: float) -> list[list[bool]]:
    """By rung, which values of the first names are flagged."""
    flags: list[list[bool]] = attention.flags(np.arange(len(values)), np.array(values)).tolist()
    return flags


def known(attention: Attention) -> KnownPast:
    return KnownPast(int(attention.known(np.array([0]))[0]))


def test_nothing_is_usual_before_thirty_rounds() -> None:
    assert known(past(np.full((29, 1), 40.0))) is KnownPast.NONE
    assert flagged(past(np.full((29, 1), 40.0)), 0.0) == NOBODY
    assert known(past(np.full((30, 1), 40.0))) is KnownPast.LAST_HOUR


def test_the_last_hour_alone_judges_by_the_two_lower_levels() -> None:
    attention = past(np.full((60, 5), 40.0))
    assert flagged(attention, 40, 20, 19, 10, 9) == [
        [False] * 5,
        [False] * 5,
        [False, False, False, False, True],
        [False, False, True, True, True],
    ]


def test_its_newest_five_rounds_are_left_out() -> None:
    values = np.linspace(11, 80, 70)[:, None]
    assert past(values).last_hour[0] == pytest.approx(np.median(values[5:65]))


def test_a_name_with_fewer_than_eight_results_is_not_judged_by_them() -> None:
    attention = past(np.array([[7.0, 8.0]] * 60))
    assert flagged(attention, 0, 0)[2] == [False, True]
    assert attention.judged(np.arange(2)).tolist() == [
        [False, False],
        [False, False],
        [False, True],
        [False, True],
    ]


def rhythm(days: int, night: float = 20.0) -> Floats:
    """Forty results a round; fewer in the first six hours of each day."""
    values = np.full((days * DAY, 1), 40.0)
    hours = np.arange(len(values)) // 60 % 24
    values[hours < 6] = night
    return values


def test_the_same_hour_of_earlier_days_is_known_after_three_days() -> None:
    attention = past(rhythm(3)[: 3 * DAY - 120])
    assert known(attention) is KnownPast.LAST_HOUR
    night = past(rhythm(4)[: 3 * DAY + 180])
    assert (night.same_hour[0], night.lowest[0]) == (20, 20)
    assert known(night) is KnownPast.BOTH


def test_a_flag_needs_both_pasts() -> None:
    quiet_day = rhythm(4)[: 3 * DAY + 900]
    quiet_day[-120:] = 12.0
    attention = past(quiet_day)
    assert (attention.same_hour[0], attention.last_hour[0]) == (40, 12)
    assert flagged(attention, 9.0)[Rung.HALF] == [False], "usual in the last hour, though not at this hour"
    assert flagged(attention, 5.0)[Rung.HALF] == [True]
    assert flagged(attention, 5.0)[Rung.QUARTER] == [False]
    assert flagged(attention, 2.0)[Rung.QUARTER] == [True]
    busy_night = rhythm(4)[: 3 * DAY + 300]
    busy_night[-120:] = 100.0
    assert flagged(past(busy_night), 15.0)[Rung.HALF] == [False], "usual at this hour, though not in the last"


def evening(days: int, falls: float) -> Floats:
    """Forty results; from 20:00 to midnight so much of that."""
    values = np.full((days * DAY, 1), 40.0)
    hours = np.arange(len(values)) // 60 % 24
    values[hours >= 20] = 40 * falls
    return values


@pytest.mark.parametrize(("falls", "fall"), [(1.0, 1.0), (0.6, 0.6), (1.5, 1.0)])
def test_what_a_rhythm_takes_within_an_hour_is_taken_off_the_last_hour(falls: float, fall: float) -> None:
    attention = past(evening(4, falls)[: 3 * DAY + 20 * 60 + 1])
    assert attention.last_hour[0] == 40
    assert attention.fall[0] == pytest.approx(fall, rel=1e-3)
    attention.lowest[:] = attention.same_hour[:] = 40.0  # the other past would not hold it back
    attention._set_bars()
    assert attention.bars[Rung.HALF, 0] == pytest.approx(20 * fall, rel=1e-3)
    attention.keep(np.array([0]), impaired=True)
    attention._set_bars()
    assert attention.bars[Rung.HALF, 0] == pytest.approx(20, rel=1e-3), (
        "under a finding it is as at the alarm"
    )


def test_the_largest_fall_of_the_days_counts_and_midnight_looks_at_the_day_before() -> None:
    values = np.full((4 * DAY, 1), 40.0)
    values[2 * DAY : 2 * DAY + 60] = 16.0  # one midnight
    assert past(values[: 3 * DAY + 1]).fall[0] == pytest.approx(0.4, rel=1e-3)
    assert past(values[: 3 * DAY + 61]).fall[0] == 1.0


def test_full_pages_are_judged_at_four_fifths_and_wide_pasts_are_not() -> None:
    rng = np.random.default_rng(1)
    pages = (20 - rng.integers(0, 3, (3 * DAY + 60, 1))).astype(np.float64)
    assert flagged(past(pages), 15.0) == [[True], [False], [False], [False]]
    wide = rng.poisson(40, (3 * DAY + 60, 1)).astype(np.float64)
    assert flagged(past(wide), 30.0) == NOBODY


def test_ages_have_no_full_pages() -> None:
    steady = freshness(np.full((3 * DAY + 60, 1), 120.0))
    attention = past(steady, attention=Attention(least=0.0))
    assert flagged(attention, float(freshness(np.array([400.0]))[0])) == NOBODY
    assert flagged(attention, float(freshness(np.array([700.0]))[0]))[Rung.HALF] == [True]


def test_a_value_within_the_lowest_tenth_of_the_same_hour_is_usual() -> None:
    """A name that now and then has a third of its results, one round in eight."""
    rng = np.random.default_rng(2)
    values = np.where(rng.random((3 * DAY + 60, 1)) < 0.13, 15.0, 45.0)
    attention = past(values)
    assert attention.lowest[0] == 15
    assert flagged(attention, 15.0) == NOBODY
    assert flagged(attention, 14.0) == [[False], [True], [False], [False]]


def test_the_lowest_tenth_is_close_to_that_of_all_values() -> None:
    rng = np.random.default_rng(3)
    drift = np.exp(rng.normal(0, 0.5, (4, 13))).repeat(DAY, axis=0)
    values = rng.poisson(60 * drift).astype(float)
    lowest = past(values[: 3 * DAY + 60]).lowest
    hours = [values[day * DAY : day * DAY + 120] for day in range(3)]
    hours += [values[day * DAY + 1380 : day * DAY + 1440] for day in range(3)]
    true = np.quantile(np.concatenate(hours), 0.1, axis=0)
    assert lowest == pytest.approx(true, rel=0.2)


def test_of_an_impaired_name_the_last_hour_stays_and_the_same_hour_learns_nothing() -> None:
    attention = past(np.full((3 * DAY, 2), 40.0))
    attention.keep(np.array([0]), impaired=True)
    past(np.full((DAY, 2), 4.0), start_us=3 * DAY * MINUTE, attention=attention)
    assert attention.last_hour.tolist()[:2] == [40, 4]
    later = past(np.full((60, 2), 40.0), start_us=4 * DAY * MINUTE, attention=attention)
    assert later.lowest.tolist()[:2] == [40, 4]
    later.release(np.array([0]))
    past(np.full((70, 2), 20.0), start_us=(4 * DAY + 60) * MINUTE, attention=later)
    assert later.last_hour.tolist()[:2] == [20, 20]


def test_under_another_finding_the_last_hour_goes_on_and_nothing_goes_stale() -> None:
    attention = past(np.full((3 * DAY, 2), 40.0))
    attention.keep(np.array([0]), impaired=False)
    back = (3 * DAY + 14 * 60) * MINUTE
    past(np.full((20, 2), 4.0), start_us=back, attention=attention)
    assert attention.last_hour.tolist()[0] == 40, "fourteen hours without a value, then few: still known"
    assert np.isnan(attention.last_hour[1])
    past(np.full((60, 2), 4.0), start_us=back + 20 * MINUTE, attention=attention)
    assert attention.last_hour.tolist() == [4, 4]
    attention.release(np.array([0]))
    past(np.full((1, 2), 4.0), start_us=back + 2 * DAY * MINUTE, attention=attention)
    past(np.full((9, 2), 4.0), start_us=back + 3 * DAY * MINUTE, attention=attention)
    assert np.isnan(attention.last_hour[0])


def test_confirming_rounds_do_not_make_the_last_hour_minutes() -> None:
    attention = past(np.full((60, 1), 40.0))
    past(np.full((200, 1), 4.0), every_us=6_000_000, start_us=60 * MINUTE, attention=attention)
    assert attention.last_hour[0] == 40, "twenty minutes of askings, six seconds apart"


def test_long_waits_make_the_last_hour_stale() -> None:
    attention = past(np.full((65, 1), 40.0))
    past(np.full((10, 1), 40.0), start_us=(65 + 30) * MINUTE, attention=attention)
    assert known(attention) is KnownPast.LAST_HOUR, "half an hour without values"
    past(np.full((10, 1), 40.0), start_us=(65 + 400) * MINUTE, attention=attention)
    assert known(attention) is KnownPast.NONE
    assert known(past(np.full((200, 1), 40.0), every_us=10 * MINUTE)) is KnownPast.NONE


def test_names_asked_in_turn_have_pasts_of_their_own() -> None:
    attention = Attention()
    attention.hold(2)
    for number in range(200):
        who = np.array([number % 2])
        attention.note(number * MINUTE, who, np.array([40.0 - 20 * (number % 2)]))
    assert attention.last_hour.tolist() == [40, 20]


def test_a_clock_set_back_is_borne_and_one_far_ahead_forgotten() -> None:
    attention = past(np.full((300, 1), 40.0))
    past(np.full((120, 1), 40.0), start_us=180 * MINUTE, attention=attention)
    assert attention.last_hour[0] == 40
    assert attention.hour == 4, "late rounds belong to the present hour"
    ahead = past(np.full((1, 1), 40.0), start_us=400 * DAY * MINUTE)
    past(np.full((40, 1), 40.0), attention=ahead)
    assert (ahead.hour, ahead.last_hour[0]) == (0, 40)


def test_unknown_values_are_neither_noted_nor_flagged() -> None:
    values = np.full((80, 1), 40.0)
    values[::2] = np.nan
    attention = past(values)
    assert attention.last_hour[0] == 40
    assert flagged(attention, np.nan) == NOBODY
    assert np.isnan(attention.ratio(np.array([0]), np.array([np.nan]))[0])
    assert attention.ratio(np.array([0]), np.array([10.0]))[0] == 0.25


def test_older_is_less_fresh_and_young_is_never_old() -> None:
    fresh = freshness(np.array([1.0, 299.0, 300.0, 600.0]))
    assert fresh.tolist() == [200, 200, 200, 100]


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 1000), rounds=st.integers(1, 200), every_s=st.sampled_from([6, 50, 60, 200]))
def test_a_names_past_does_not_depend_on_who_else_is_asked(seed: int, rounds: int, every_s: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.poisson(30, (rounds, 4)).astype(float)
    values[rng.random(values.shape) < 0.2] = np.nan
    together = past(values, every_us=every_s * 1_000_000)
    alone = past(values[:, 2:3], every_us=every_s * 1_000_000)
    assert together.last_hour[2] == alone.last_hour[0] or np.isnan(alone.last_hour[0])
    assert together.bars[:, 2].tolist() == alone.bars[:, 0].tolist()
    assert together.held[2] == alone.held[0]


def drifting(rng: np.random.Generator, days: int, names: int) -> Floats:
    """Attention that drifts over days (its logarithm by 1), with a daily rhythm in most names."""
    steps = days * 48 + 1
    level = np.zeros((steps, names))
    noise = rng.normal(0, 0.175, level.shape)
    for step in range(1, steps):
        level[step] = 0.985 * level[step - 1] + noise[step]
    time = np.arange(days * DAY)
    day = np.exp(np.sin(2 * np.pi * (time / DAY - 0.33)))[:, None]
    local = rng.random(names) < 0.7
    mean = 40 * np.exp(level.repeat(30, axis=0)[: len(time)]) * np.where(local, day, 1)
    return rng.poisson(mean).astype(float)


def most_evidence(values: Floats) -> Floats:
    """The most evidence of each name, a tenth of the mass on flags; the others are its controls."""
    names = values.shape[1]
    who, controls = np.arange(names), names - 1
    attention = Attention()
    attention.hold(names)
    table = flag_factors(SETTINGS, controls)
    mass = np.array(SETTINGS.weights)[:, None, None] * 0.1 / 2 / 43200
    sums = np.zeros((4, len(Rung), names))
    most = np.zeros(names)
    for number, row in enumerate(values):
        x = attention.flags(who, row).astype(np.intp)
        judged = attention.judged(who)
        c = x.sum(axis=1, keepdims=True) - x
        sums = np.where(judged, (sums + mass) * table[:, 2 * c + x], sums)
        most = np.maximum(most, sums[:, : Rung.HALF_OF_LAST_HOUR].sum(axis=(0, 1)))
        attention.note(number * MINUTE, who, row)
    return most


@pytest.mark.parametrize("seed", [4, 5])
def test_drifting_attention_and_nights_are_never_an_alarm(seed: int) -> None:
    rng = np.random.default_rng(seed)
    assert most_evidence(drifting(rng, 6, 13)).max() < 100


def test_a_page_that_shrinks_is_proven_within_a_quarter_of_an_hour() -> None:
    rng = np.random.default_rng(5)
    pages = (20 - rng.integers(0, 3, (3 * DAY + 120, 13))).astype(np.float64)
    pages[-15:, 0] = 9
    assert most_evidence(pages)[0] >= 100
    assert most_evidence(pages)[1:].max() < 100
