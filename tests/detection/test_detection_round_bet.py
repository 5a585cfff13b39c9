"""A name against its controls in the same rounds."""

import pytest
from tests.detection.detection_rounds import watched

from siaga.detection.open_run import OpenRun
from siaga.detection.rules.round_bet import RULE
from siaga.domain.answers import Answer, Surface
from siaga.domain.verdicts import State
from siaga.simulation.streams import Streams


@pytest.mark.parametrize(
    ("surfaces", "kind"),
    [
        ({Surface.SUGGEST}, "suggestion missing"),
        ({Surface.PEOPLE}, "own account missing"),
        ({Surface.PROFILE}, "profile missing"),
        ({Surface.SEARCH_LATEST}, "missing"),
        ({Surface.SUGGEST, Surface.PEOPLE}, "missing"),
    ],
)
def test_what_is_missing_is_named_by_the_one_surface_that_is_hit(surfaces: set[Surface], kind: str) -> None:
    assert RULE.kind_of(OpenRun(State.SUPPRESSED, (0, 1), 0), {str(surface) for surface in surfaces}) == kind


def test_a_name_withheld_under_one_of_two_texts_is_found_and_only_that_text_is_named() -> None:
    streams = Streams(4, 600, texts={"mahfud": ["mahfud", "mahfud md"]}, missing=0.0)
    streams.withhold("mahfud", 100, 600, text="mahfud md")
    _, changes = watched(streams)
    proof = next(change for change in changes if change.state is State.SUPPRESSED)
    assert (proof.subject, proof.rule) == ("mahfud", "round-bet@3")
    assert proof.detail["names"] == "mahfud md"
    assert proof.detail["names_found"] == "mahfud"


def test_what_was_not_measured_is_no_evidence_either_way() -> None:
    streams = Streams(4, 400, missing=0.0)
    streams.outage(100, 400, 0.2, Answer.UNREADABLE)
    detection, _ = watched(streams)
    assert detection.evidence("x", "mahfud") < 0.1
    asked, missing = detection.measured()["x"]["mahfud"]
    assert 300 < asked < 370
    assert missing == 0


def test_a_control_that_is_withheld_now_and_then_shows_in_the_audit() -> None:
    streams = Streams(4, 1000, missing=0.0)
    streams.withhold("control-3", 300, 1000, share=0.4)
    detection, changes = watched(streams)
    assert set(detection.audit()) == {("x", "control-3")}
    assert not [change for change in changes if change.state.is_finding]
