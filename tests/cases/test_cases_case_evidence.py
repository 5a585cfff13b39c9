"""The evidence of a case: at proof and now, as far as a viewer may see it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.cases.case_stories import NOW, Book, verdict

from siaga.cases.case import Case
from siaga.cases.case_evidence import case_evidence, known_evidence, present_verdict
from siaga.cases.publication import EVERYBODY, ROOM
from siaga.domain.finding_evidence import strength_of
from siaga.domain.verdicts import Counts, State

LATER = NOW + timedelta(hours=20)
GROWN = replace(verdict(State.SUPPRESSED, LATER), evidence=1e9, counts=Counts(900, 700, 9000, 4))


def proven() -> Case:
    return Book().proven()


def test_the_proofs_figures_stand_beside_those_of_now() -> None:
    evidence = case_evidence(proven(), EVERYBODY, [GROWN])
    assert evidence is not None
    assert evidence.proven == strength_of(verdict(State.SUPPRESSED))
    assert evidence.present == strength_of(GROWN)


def test_now_is_the_newest_round_that_the_counts_hold_not_the_change_of_state() -> None:
    changed = replace(
        GROWN, at=NOW, vantage=None, detail={"surfaces": "search-latest", "vantages": "jakarta, surabaya"}
    )
    stream = replace(GROWN, surface="search-latest", detail={"session": "public"})
    said = [
        changed,
        replace(stream, vantage="jakarta", at=LATER - timedelta(minutes=1)),
        replace(stream, vantage="surabaya", at=LATER),
        replace(stream, vantage="jakarta", surface="people", at=LATER + timedelta(minutes=1)),
        replace(stream, vantage="jakarta", subject="ganjar", at=LATER + timedelta(minutes=2)),
    ]
    now = replace(strength_of(changed), at=LATER)
    for evidence in (
        case_evidence(proven(), EVERYBODY, said),
        known_evidence(changed, [proven()], said),
        known_evidence(changed, [], said),
    ):
        assert evidence is not None
        assert evidence.present == now


@pytest.mark.parametrize("state", [State.FINDABLE, State.SUSPECTED, State.UNMEASURABLE, State.INSUFFICIENT])
def test_what_is_not_proven_now_leaves_the_proofs_figures_alone(state: State) -> None:
    evidence = case_evidence(proven(), EVERYBODY, [replace(GROWN, state=state)])
    assert evidence is not None
    assert (evidence.state, evidence.present) == (State.SUPPRESSED, None)


def test_other_names_streams_and_closed_cases_say_nothing_of_now() -> None:
    others = [
        replace(GROWN, subject="ganjar"),
        replace(GROWN, platform="bluesky"),
        replace(GROWN, detail={"session": "public"}),
    ]
    assert present_verdict(proven(), ROOM, others) is None
    book = Book()
    book.proven()
    assert present_verdict(book.restored(), ROOM, [GROWN]) is None


def test_what_reports_alone_say_has_no_evidence() -> None:
    assert case_evidence(replace(proven(), proof=None), ROOM, [GROWN]) is None
