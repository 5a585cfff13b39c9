"""The one evidence object: what it takes from which verdict."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from siaga.domain.finding_evidence import Onset, evidence_of, strength_of
from siaga.domain.time import EPOCH
from siaga.domain.verdicts import Counts, State, Verdict

NOW = datetime(2024, 1, 25, tzinfo=UTC)
PROOF = Verdict(
    NOW, "x", "search-latest", None, "mahfud", State.IMPAIRED, NOW, 146.0, "graded@2",
    Counts(28, 23, 280, 5), (NOW - timedelta(minutes=9), NOW - timedelta(minutes=6)),
    {"kind": "fewer, older", "psi": "2"},
)  # fmt: skip
LATER = replace(
    PROOF, at=NOW + timedelta(hours=1), state=State.SUPPRESSED, evidence=1e6, rule="round-bet@2",
    onset=(NOW, NOW), detail={
        "kind": "missing", "names": "mahfud, Mahfud MD", "surfaces": "search-latest",
        "surfaces_found": "profile", "surfaces_unmeasured": "people", "answers": "empty",
        "relapse_of": "2024-01-24T22:00:00+00:00",
    },
)  # fmt: skip


def test_what_is_wrong_is_the_newest_and_when_it_began_the_proofs() -> None:
    evidence = evidence_of(LATER, PROOF, strength_of(LATER))
    assert (evidence.state, evidence.kinds, evidence.rule) == (State.SUPPRESSED, ("missing",), "round-bet@2")
    assert evidence.began == Onset(NOW - timedelta(minutes=9), NOW - timedelta(minutes=6))
    assert evidence.proven == strength_of(PROOF)
    assert evidence.strength == evidence.present == strength_of(LATER)
    assert (evidence.names, evidence.surfaces) == (("mahfud", "Mahfud MD"), ("search-latest",))
    assert (evidence.surfaces_as_usual, evidence.surfaces_unmeasured) == (("profile",), ("people",))
    assert evidence.back_since == datetime(2024, 1, 24, 22, tzinfo=UTC)


def test_without_a_present_its_strength_is_that_of_the_proof_and_without_both_there_is_none() -> None:
    assert evidence_of(PROOF, PROOF).strength == strength_of(PROOF)
    assert evidence_of(PROOF).strength is None


def test_a_beginning_before_the_watch_is_unknown_and_no_moment() -> None:
    assert evidence_of(replace(PROOF, onset=(EPOCH, NOW))).began == Onset(None, NOW)
    assert evidence_of(replace(PROOF, onset=None)).began == Onset(NOW, NOW)
    assert evidence_of(replace(PROOF, detail={"relapse_of": "1970-01-01T00:00:00+00:00"})).back_since is None


@pytest.mark.parametrize(
    ("text", "psi"), [("2", 2.0), ("x", None), ("", None), ("nan", None), ("1e30", None)]
)
def test_what_was_allowed_is_a_number_that_a_sentence_can_hold(text: str, psi: float | None) -> None:
    assert evidence_of(replace(PROOF, detail={"psi": text})).psi == psi


@pytest.mark.parametrize(("text", "free"), [("1856.64", 1856.64), ("1e+30", 1e30), ("", None), ("nan", None)])
def test_what_the_line_without_assumptions_says_stands_beside(text: str, free: float | None) -> None:
    assert strength_of(replace(PROOF, detail={"free": text})).free == free
