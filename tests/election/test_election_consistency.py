"""Vantages, kinds of controls and events agree with each other across the file."""

import pytest
from tests.election.election_faults import FaultCase, assert_only_fault, changed, only
from tests.election.election_samples import small

CASES: dict[str, FaultCase] = {
    "a kind of control missing": (
        "kind: everyday-word",
        "kind: public-figure",
        "controls",
        "no control of the kind everyday-word",
        "Add one",
    ),
    "a platform asked from nowhere that is known": (
        "    reader: nostr",
        "    vantages: [atlantis]\n    reader: nostr",
        "platforms[1].vantages[0]",
        "'atlantis' is no vantage",
        "here",
    ),
    "voting on another day": (
        "starts: 2029-02-14T07:00\n    ends: 2029-02-14",
        "starts: 2029-02-12T07:00\n    ends: 2029-02-12",
        "events[0].starts",
        "outside voting day (2029-02-14)",
        "votes",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_one_fault_is_said_with_its_line_field_and_remedy(case: str) -> None:
    assert_only_fault(CASES[case])


def test_a_surface_that_some_contestants_cannot_be_asked_on_is_said() -> None:
    fault = only(changed("surface: people, every: 10m", "surface: profile, every: 10m"))
    assert "profile on bluesky is asked by handle, and bima, tari have none there" in fault.what
    assert "same watching" in fault.do


def test_only_controls_with_a_fitting_name_count() -> None:
    text = small().replace("{surface: people, every: 10m}", "{surface: hashtag, every: 10m}")
    fault = only(text)
    assert "only 2 of 3 controls have one there; `least-controls` is 3" in fault.what


def test_an_event_in_another_year_is_said() -> None:
    text = small().replace("kind: voting", "kind: debate").replace("2029-02-14T", "2019-02-14T")
    assert "more than 730 days from the vote" in only(text).what


@pytest.mark.parametrize(
    ("kind", "day", "field", "what"),
    [
        ("quiet-period", "2029-02-15", "starts", "begins after the vote"),
        ("count", "2029-02-13", "ends", "ends before the vote"),
        ("voting", "2029-02-15", "starts", "outside voting day"),
    ],
)
def test_an_event_lies_where_its_kind_belongs(kind: str, day: str, field: str, what: str) -> None:
    head, events = small().split("events:\n")
    text = events.replace("kind: voting", f"kind: {kind}").replace("2029-02-14", day)
    fault = only(f"{head}events:\n{text}")
    assert (fault.field, what in fault.what) == (f"events[0].{field}", True)
