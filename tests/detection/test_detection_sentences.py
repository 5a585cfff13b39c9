"""A finding as one sentence for operators."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.detection.detection_rounds import watched

from siaga.detection.sentences import sentence
from siaga.domain.verdicts import Counts, State, Verdict
from siaga.simulation.streams import Streams

AT = datetime(2024, 1, 25, 3, 20, tzinfo=UTC)
FINDING = Verdict(
    AT, "x", None, None, "mahfud", State.IMPAIRED, AT, 900.0, "graded@1", Counts(40, 9, 480, 3),
    detail={"kind": "fewer"},
)  # fmt: skip


def test_a_finding_is_said_in_words() -> None:
    streams = Streams(
        6,
        300,
        surfaces=("search-latest", "people"),
        vantages=("jakarta", "medan"),
        texts={"mahfud": ["mahfud", "mahfud md"]},
    )
    streams.withhold("mahfud", 200, 300, surfaces=("search-latest",))
    _, changes = watched(streams)
    proof = next(change for change in changes if change.state is State.SUPPRESSED)
    said = sentence(proof)
    for part in (
        "x: mahfud, mahfud md is found less",
        "on search-latest from jakarta, medan",
        "surfaces not affected: people",
        "since between 03:19",
    ):
        assert part in said, said
    assert sentence(changes[0]) == ""


def test_what_is_not_known_is_left_out_and_the_counts_are_said() -> None:
    assert sentence(FINDING) == (
        "x: mahfud is found, but not as before (fewer); on all surfaces from all vantages; "
        "asked 40 times, missing 9; controls asked 480 times, missing 3."
    )


def test_a_beginning_before_the_first_round_is_said_as_such() -> None:
    began = replace(FINDING, onset=(datetime(1970, 1, 1, tzinfo=UTC), AT))
    assert "since 03:20:00 UTC on 2024-01-25 or before;" in sentence(began)


@pytest.mark.parametrize("state", sorted(set(State) - {State.SUPPRESSED, State.SUSPECTED, State.IMPAIRED}))
def test_only_findings_about_names_are_said(state: State) -> None:
    assert sentence(replace(FINDING, state=state)) == ""
