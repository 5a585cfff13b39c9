"""What the method promises of whole streams, on the slow programs: seeded, small versions of the tables."""

import numpy as np
import pytest
from tests.reference.canary import GOOD, SOON, Canaries, words
from tests.reference.controls import Controls, rounds_to_alarm
from tests.reference.graded import LAST_HOUR, LEVELS, SAME_HOUR, levels, usual
from tests.reference.liars import Exact, SumOfMinima, sheets
from tests.reference.own_odds import odds_interval, psi_of
from tests.reference.persistence import called_after, lengths_of_faults, share_called
from tests.reference.recall import rounds_to_alarm as recall_rounds
from tests.reference.recovery import recovery_of
from tests.reference.round_bet import exact_mean, table
from tests.reference.watch import share_ever_over


@pytest.mark.parametrize(("edge", "odds"), [(True, 2.0), (False, 2.0), (False, 1.0)])
def test_the_promise_holds_over_a_horizon(edge: bool, odds: float) -> None:
    threshold, names = 10, 2000
    share = share_ever_over(threshold, 500, names, seed=2, edge=edge, odds=odds)
    assert share <= 1 / threshold + 3 * (1 / threshold / names) ** 0.5


def test_a_name_that_vanishes_with_up_to_half_of_its_controls_is_found() -> None:
    rng = np.random.default_rng(9)
    for gone in range(7):
        delays = [rounds_to_alarm(gone, 1.0, rng)[0] or 999 for _ in range(3)]
        assert np.median(delays) < 40


def test_good_controls_are_kept_in_bursts_and_noise() -> None:
    rng = np.random.default_rng(9)
    for noise in (0.005, 0.2):
        controls, dropped = Controls(12), 0
        chances = np.full(800, noise)
        for begin in rng.integers(0, 800, 4).tolist():
            chances[begin : begin + 20] = rng.uniform(0.05, 1)
        for q in chances:
            controls.after((rng.random(12) < q).astype(int).tolist())
            dropped += bool(controls.out)
        assert dropped < 8


def test_both_robust_evidences_survive_liars_and_the_sum_of_minima_is_the_smaller() -> None:
    rng, factors = np.random.default_rng(6), table(2.0, 10)
    exact, minima = Exact(7, 2, 1e-3), SumOfMinima(7, lambda _: 2, 1e-3, 10**6)
    for _ in range(60):
        party, c, x = int(rng.integers(7)), int(rng.binomial(10, 0.05)), int(rng.random() < 0.5)
        exact.round(party, factors[:, c, x])
        minima.round(party, factors[:, c, x])
        assert minima.evidence <= exact.evidence * (1 + 1e-9)
    for liars in (1, 6):
        unprotected, protected = sheets(0, 0.03, rng, liars=liars, in_turn=False)
        assert protected is None
    assert unprotected is not None  # six of thirty turn the unprotected number round


def test_a_withheld_name_is_proven_by_sheets_though_a_fifth_is_taken_off() -> None:
    rng = np.random.default_rng(7)
    unprotected, protected = sheets(1, 0.03, rng)
    assert unprotected is not None
    assert protected is not None
    assert unprotected <= protected <= 30


def test_recall_is_fair_without_a_cut_and_proves_where_half_is_hidden_anyway() -> None:
    rng = np.random.default_rng(8)
    for m in (3, 5):
        odds = np.exp(rng.normal(0, 1.5, m))
        assert exact_mean(odds.tolist(), 1.5 / float(np.mean(1 / odds)), 1.5, 30.0, cut=1.0).max() <= 1 + 1e-9
    assert np.median(recall_rounds(1, 0.5, 40, 300, rng)) <= 12
    assert np.median(recall_rounds(1, 0.5, 40, 300, rng, cut=1 / 3)) > 25
    assert np.isinf(recall_rounds(0, 0.2, 100, 300, rng, odds=1.5)).all()


@pytest.mark.parametrize("share", [1.0, 0.12])
def test_nothing_is_verified_while_it_is_still_withheld(share: float) -> None:
    rng = np.random.default_rng(3)
    for _ in range(4):
        delta, verified = recovery_of(share, 0.0, rng, withheld=300)
        assert verified is not None
        assert verified > 0
        assert 0.03 <= delta <= 0.1


def test_a_name_that_is_only_partly_back_is_not_verified() -> None:
    rng = np.random.default_rng(3)
    for back in (0.25, 0.15, 0.11):
        assert recovery_of(1.0, back, rng, withheld=60)[1] is None


def test_the_past_is_the_same_hour_of_three_days_else_the_last_hour() -> None:
    past = [(d, h, 100.0 if h > 6 else 20.0) for d in range(4) for h in range(24) for _ in range(6)]
    assert usual(past, 3, 4) == (20, 20, SAME_HOUR)
    assert usual(past, 15, 4) == (100, 100, SAME_HOUR)
    assert (usual(past[:30], 15, 0) or ())[2:] == (LAST_HOUR,)
    assert usual(past[:10], 15, 0) is None
    assert levels((20, 18, SAME_HOUR)) == LEVELS
    assert levels((40, 32, SAME_HOUR)) == levels((20, 18, LAST_HOUR)) == LEVELS[1:]
    assert levels((7, 7, SAME_HOUR)) == ()


def test_canaries_hide_no_missing_name() -> None:
    assert words(b"a", "x", "2027-03-01") != words(b"b", "x", "2027-03-01")
    canaries = Canaries()
    for _ in range(100):
        canaries.round(["bakiludo"])  # one word, posted by somebody
    assert canaries.state("findable") == "findable"
    canaries.round(["bakiludo", "remoputa"])  # an echo
    assert canaries.state("findable") == "unmeasurable"
    assert [canaries.state(state) for state in ("suspected", "suppressed")] == ["suspected", "suppressed"]
    for _ in range(GOOD + SOON):
        canaries.round([])
    assert canaries.state("findable") == "findable"


def test_a_name_is_called_after_five_minutes_until_there_is_a_record() -> None:
    assert called_after(None, 0, 2, 3, True, 1) == 5
    assert called_after([], 0, 2, 3, True, 1) == 2
    assert called_after([], 0, 2, 3, False, 1) == called_after([], 0, 1, 3, True, 1) == 5
    assert called_after([(10, 7, True)], 20, 2, 3, True, 1) == 8
    assert called_after([(10, 7, False)], 20, 2, 3, True, 1) == 2  # of another breadth
    assert called_after([(10, 70, True)], 20, 2, 3, True, 1) == 15
    assert called_after([(10, 7, True)], 20 + 30 * 1440, 2, 3, True, 1) == 2  # long ago
    lengths = lengths_of_faults("uniform 1-4 min", 2000, np.random.default_rng(11))
    assert share_called(lengths, 5) == 0
    assert share_called(lengths, 1) > 0.9


def test_own_odds_far_above_the_controls_keep_their_own_psi() -> None:
    rng = np.random.default_rng(12)
    q = 0.05
    for ratio, keeps in ((1.0, True), (8.0, False)):
        odds = ratio * q / (1 - q)
        rounds = [(12, int(rng.binomial(12, q)), int(rng.random() < odds / (1 + odds))) for _ in range(2000)]
        interval = odds_interval(rounds)
        assert interval is not None
        assert interval[1] < ratio < interval[2]
        assert (psi_of(rounds, 1.5) == 1.5) is keeps
    assert odds_interval([(12, 0, 1)]) is None
