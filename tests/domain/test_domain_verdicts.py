"""The sets of states, and what a finding is about."""

from datetime import UTC, datetime

import pytest

from siaga.domain.verdicts import (
    DOWN,
    FINDINGS,
    NAME_FINDINGS,
    NEEDS_A_PLATFORM,
    PROVEN,
    REFUTES_A_CLAIM,
    UNKNOWN,
    FindingKey,
    State,
    Verdict,
)

AT = datetime(2024, 1, 25, tzinfo=UTC)


def _verdict(subject: str | None, surface: str | None, vantage: str | None) -> Verdict:
    return Verdict(AT, "x", surface, vantage, subject, State.SUPPRESSED, AT, 1.0, "round-bet@1")


def test_every_state_is_a_finding_or_unknown_or_fine_and_only_one_of_them() -> None:
    for state in State:
        assert [state.is_finding, state in UNKNOWN, state.is_fine].count(True) == 1
    assert {state for state in State if state.is_finding} == FINDINGS


def test_what_cannot_be_measured_is_never_fine_and_refutes_no_claim() -> None:
    assert not UNKNOWN & REFUTES_A_CLAIM
    assert not any(state.is_fine for state in UNKNOWN)


def test_a_suspicion_proves_nothing_and_needs_no_platform() -> None:
    assert State.SUSPECTED in NAME_FINDINGS
    assert State.SUSPECTED not in PROVEN | NEEDS_A_PLATFORM
    assert State.SUSPECTED in REFUTES_A_CLAIM


def test_the_blocked_network_of_a_vantage_needs_somebody_but_no_platform() -> None:
    assert State.VANTAGE_BLOCKED.is_finding
    assert State.VANTAGE_BLOCKED not in NEEDS_A_PLATFORM | DOWN


@pytest.mark.parametrize("place", [(None, None), ("people", None), ("people", "jakarta")])
def test_a_names_finding_is_one_wherever_on_the_platform_it_is_seen(
    place: tuple[str | None, str | None],
) -> None:
    assert _verdict("mahfud", *place).key == FindingKey("x", "mahfud")


def test_a_places_finding_is_of_its_surface_and_vantage_and_its_case_of_the_surface_alone() -> None:
    key = _verdict(None, "people", "jakarta").key
    assert key == FindingKey("x", None, "people", "jakarta")
    assert key.of_case == FindingKey("x", None, "people")


@pytest.mark.parametrize(
    ("key", "written"),
    [
        (FindingKey("x", "mahfud"), "x/mahfud"),
        (FindingKey("x", None), "x///"),
        (FindingKey("x", None, "people"), "x//people/"),
        (FindingKey("x", None, "people", "jakarta"), "x//people/jakarta"),
    ],
)
def test_a_key_is_written_as_stored_journals_have_it(key: FindingKey, written: str) -> None:
    assert str(key) == written
