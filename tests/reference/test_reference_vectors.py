"""The slow programs hold the method's test vectors. Numbers agree to a relative 1e-9."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.reference.calm_bonus import o_tilde, table_calm
from tests.reference.canary import words
from tests.reference.change import change
from tests.reference.controls import Controls
from tests.reference.graded import e_flag, e_soft, usual
from tests.reference.liars import Exact, SumOfMinima
from tests.reference.not_measured import evidence, mean_place_z
from tests.reference.recall import e_round_items
from tests.reference.recovery import LAMBDAS, Recovery, delta_of, e_recover
from tests.reference.round_bet import STAKES, e_round, table
from tests.reference.watch import e_bh, evidence_by_round, masses, sentence

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "vectors.json").read_text(encoding="utf-8")
)


def same(got: object, right: object) -> bool:
    """Whether two results agree to a relative 1e-9, however nested."""
    if isinstance(right, Mapping):
        return (
            isinstance(got, Mapping)
            and got.keys() == right.keys()
            and all(same(got[k], right[k]) for k in right)
        )
    if isinstance(right, list):
        assert isinstance(got, list | tuple)
        return len(got) == len(right) and all(map(same, got, right))
    if isinstance(right, float) or isinstance(got, float):
        assert isinstance(got, int | float)
        assert isinstance(right, int | float)
        return got == right or abs(got - right) <= 1e-9 * max(abs(got), abs(right))
    return got == right


def _table_calm(psi: float, m: int, oh: float) -> dict[str, list[float]]:
    factors = table_calm(psi, m, oh)
    return {
        "f=0": factors[:, 0, 0].tolist(),
        "alone": factors[:, 0, 1].tolist(),
        "c=1,x=0": factors[:, 1, 0].tolist(),
    }


def _recovery(delta: float, m: int, per_day: float, x: list[int], c: list[int]) -> list[float]:
    recovery = Recovery(delta, m, per_day)
    return [recovery.step(missing, controls) for missing, controls in zip(x, c, strict=True)]


def _liars(
    parties: int,
    b: int,
    rounds_party_c_x: list[tuple[int, int, int]],
    m: int,
    psi: float,
    cut: float,
    mass: float,
) -> dict[str, float]:
    factors = table(psi, m, cut=cut)
    exact, minima = Exact(parties, b, mass), SumOfMinima(parties, lambda _: b, mass, 10**6)
    for party, c, x in rounds_party_c_x:
        exact.round(party, factors[:, c, x])
        minima.round(party, factors[:, c, x])
    return {"exact": exact.evidence, "sum_of_minima": minima.evidence}


def _controls(missing: list[list[int]]) -> list[list[object]]:
    controls, result = Controls(len(missing[0])), list[list[object]]()
    for answers in missing:
        result.append([controls.said(answers)[0], sorted(controls.out)])
        controls.after(answers)
    return result


def _masses(alive: list[tuple[str, str, int]], passed: float) -> dict[str, float]:
    found = masses({(channel, level, part) for channel, level, part in alive}, passed)
    return {"|".join(map(str, line)): mass for line, mass in found.items()}


PROGRAMS: dict[str, Callable[..., object]] = {
    "round_bet.e_round": lambda psi, n, f, missing: [e_round(psi, s, n, f, missing) for s in STAKES],
    "calm_bonus.o_tilde": o_tilde,
    "calm_bonus.table_calm": _table_calm,
    "graded.e_flag": lambda psi, m, flagged, x: [e_flag(psi, s, m, flagged, x) for s in STAKES],
    "graded.e_soft": e_soft,
    "graded.usual": usual,
    "recovery.delta_of": delta_of,
    "recovery.e_recover": lambda delta, x, c, m: [e_recover(s, delta, x, c, m) for s in LAMBDAS],
    "recovery.Recovery": _recovery,
    "vectors.watch": evidence_by_round,
    "change.change": change,
    "liars": _liars,
    "recall.e_round_items": lambda target, controls, psi: e_round_items(target, controls, psi).tolist(),
    "controls.Controls": _controls,
    "not_measured.evidence": lambda f, n, x, psi: evidence(f, n, x, psi).tolist(),
    "not_measured.mean_place_z": mean_place_z,
    "watch.masses": _masses,
    "watch.e_bh": e_bh,
    "watch.sentence": sentence,
    "canary.words": lambda key, platform, day: words(key.encode(), platform, day),
}
"""By what a vector is of; its inputs are given in their order."""


@pytest.mark.parametrize("of", sorted({vector["of"] for vector in VECTORS}))
def test_the_vectors_hold(of: str) -> None:
    vectors = [vector for vector in VECTORS if vector["of"] == of]
    differ = [
        vector["in"] for vector in vectors if not same(PROGRAMS[of](*vector["in"].values()), vector["out"])
    ]
    assert not differ


def test_all_vectors_are_here() -> None:
    assert len(VECTORS) == 179


def test_a_difference_is_seen() -> None:
    assert same([1.0, {"a": 2}], [1.0, {"a": 2}])
    for other in ([1.0, {"a": 2, "b": 1}], [1.0, {"a": 3}], [1.0 + 1e-8, {"a": 2}], [1.0]):
        assert not same([1.0, {"a": 2}], other)
