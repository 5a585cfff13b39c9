"""How long each part of a case took."""

from datetime import UTC, datetime, timedelta

from tests.cases.case_stories import said
from tests.cases.test_cases_publication import event, opened

from siaga.cases.durations import durations
from siaga.cases.events.case_acknowledged import CaseAcknowledged
from siaga.cases.events.case_closed import CaseClosed
from siaga.cases.events.case_restored import CaseRestored
from siaga.cases.events.case_verified import CaseVerified
from siaga.cases.fold import fold
from siaga.domain.time import EPOCH, rfc3339
from siaga.domain.verdicts import State

NOW = datetime(2024, 1, 25, tzinfo=UTC)


def test_durations_run_from_the_beginning_to_the_verified_restoration() -> None:
    proof, fine = said(State.SUPPRESSED, NOW), said(State.FINDABLE, NOW + timedelta(minutes=40))
    case = fold(
        [
            opened(),
            event(2, CaseVerified.kind, verdict=proof),
            event(12, CaseAcknowledged.kind, "person:ayu"),
            event(40, CaseRestored.kind, verdict=fine),
            event(40, CaseClosed.kind, reason="restored"),
        ]
    )
    assert case is not None
    took = durations(case)
    assert took.began == NOW
    assert took.undetected == timedelta(minutes=2)
    assert took.unacknowledged == timedelta(minutes=10)
    assert took.affected == timedelta(minutes=40)
    assert took.unverified == timedelta()


def test_it_was_affected_until_it_was_back_not_until_that_was_verified() -> None:
    back = NOW + timedelta(minutes=25)
    fine = {**said(State.FINDABLE, NOW + timedelta(minutes=40)), "since": rfc3339(back)}
    proven = event(2, CaseVerified.kind, verdict=said(State.SUPPRESSED, NOW))
    case = fold([opened(), proven, event(40, CaseRestored.kind, verdict=fine)])
    assert case is not None
    took = durations(case)
    assert took.back == back
    assert took.affected == timedelta(minutes=25)
    assert took.unverified == timedelta(minutes=15)


def test_the_moments_between_which_it_began_and_was_back_are_known() -> None:
    usual, missing, back = (NOW + timedelta(minutes=each) for each in (-4, 21, 25))
    proof = {**said(State.SUPPRESSED, NOW), "onset": [rfc3339(usual), rfc3339(NOW)]}
    fine = {
        **said(State.FINDABLE, NOW + timedelta(minutes=40)),
        "since": rfc3339(back),
        "detail": {"missing_until": rfc3339(missing)},
    }
    history = [
        opened(),
        event(2, CaseVerified.kind, verdict=proof),
        event(40, CaseRestored.kind, verdict=fine),
    ]
    case = fold(history)
    assert case is not None
    took = durations(case)
    assert (took.began_after, took.began) == (usual, NOW)
    assert (took.back_after, took.back) == (missing, back)


def test_what_had_begun_before_the_first_round_began_after_nothing_known() -> None:
    proof = {**said(State.SUPPRESSED, NOW), "onset": [rfc3339(EPOCH), rfc3339(NOW)]}
    case = fold([opened(), event(2, CaseVerified.kind, verdict=proof)])
    assert case is not None
    assert durations(case).began_after is None
