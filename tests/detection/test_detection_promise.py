"""The promise: how mass is split, what evidence says, and that it holds over a span."""

import numpy as np
import pytest

from siaga.detection.calm import FREE, line_factors
from siaga.detection.promise import WatchPromise
from siaga.detection.settings import PUBLIC_TIMES, Settings

SETTINGS = Settings()


def test_what_evidence_says_for_one_name_and_for_the_watch() -> None:
    promise = WatchPromise.of(100, SETTINGS)
    assert (promise.alarm, promise.public) == (100, 100 * PUBLIC_TIMES)
    assert promise.watches(4.4e8) == 4.4e6
    assert promise.watches(50) < 1  # of so many names one may show it by chance
    assert WatchPromise(100, 0.5).alarm == 200


def test_a_public_claim_rests_on_the_free_line_until_the_calm_one_is_shown_to_hold() -> None:
    promise = WatchPromise(100, 1.0)
    assert not promise.may_be_public(free=9_000, calm=1e9, calm_holds=False)
    assert promise.may_be_public(free=9_000, calm=1e9, calm_holds=True)
    assert promise.may_be_public(free=10_000, calm=0, calm_holds=False)
    assert promise.may_be_public(free=100, calm=0, calm_holds=False, parties=2)
    assert not promise.may_be_public(free=99, calm=1e9, calm_holds=False, parties=2)


@pytest.mark.parametrize("threshold", [3, 20])
def test_over_a_span_a_name_shows_so_much_evidence_at_most_as_often_as_promised(threshold: int) -> None:
    """At the hardest null: exactly one of thirteen is missing in each round, the name at the edge's odds."""
    rng, names, rounds, psi = np.random.default_rng(4), 3000, 400, 1.5
    tables = np.stack([line_factors(SETTINGS, psi, 12, c, None)[FREE] for c in (0, 1)])
    sums, ever = np.zeros((4, names)), np.zeros(names, bool)
    weights = np.array(SETTINGS.weights)[:, None] / rounds
    for _ in range(rounds):
        x = (rng.random(names) < psi / (psi + 12)).astype(int)
        sums = (sums + weights) * tables[1 - x, :, x].T
        ever |= sums.sum(axis=0) >= threshold
    assert 0.1 / threshold < ever.mean() <= 1 / threshold
