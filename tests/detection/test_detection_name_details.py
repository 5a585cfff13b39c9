"""What is said of a name beyond its state."""

import pytest
from tests.detection.detection_rounds import watched

from siaga.domain.answers import Answer
from siaga.domain.time import EPOCH
from siaga.domain.verdicts import State
from siaga.simulation.streams import Streams


def test_a_finding_says_where_and_under_what_and_what_came_back() -> None:
    streams = Streams(3, 400, surfaces=("people", "suggest"), vantages=("x", "y"), missing=0.0)
    streams.withhold("mahfud", 300, 400, surfaces=("people",), answer=Answer.HIDDEN)
    detection, _ = watched(streams)
    (said,) = [v for v in detection.verdicts(streams=False) if v.state is State.SUPPRESSED]
    assert (said.surface, said.vantage) == ("people", None)
    detail = dict(said.detail)
    assert detail.pop("free")
    assert float(detail.pop("change")) >= 6
    assert (detail.pop("line"), detail.pop("claim")) == ("free", "public")
    assert detail == {
        "psi": "1.5",
        "kind": "own account missing",
        "names": "mahfud",
        "surfaces": "people",
        "vantages": "x, y",
        "surfaces_found": "suggest",
        "answers": "hidden",
    }


@pytest.mark.parametrize(
    ("answer", "state"),
    [(Answer.EMPTY, State.SUPPRESSED), (Answer.LIMITED, State.UNMEASURABLE)],
)
def test_each_stream_that_asks_a_name_has_a_state_of_its_own(answer: Answer, state: State) -> None:
    rounds = 400 if state is State.SUPPRESSED else 306
    streams = Streams(3, rounds, surfaces=("people", "suggest"), missing=0.0)
    streams.withhold("mahfud", 300, rounds, surfaces=("people",), answer=answer)
    detection, _ = watched(streams)
    here = {v.surface: v for v in detection.verdicts() if v.subject == "mahfud" and v.is_of_one_stream}
    assert (here["people"].state, here["suggest"].state) == (state, State.FINDABLE)
    assert here["suggest"].since == EPOCH, "it has no trouble there"
    assert (here["people"].since > EPOCH) is (state is State.SUPPRESSED)
    assert here["people"].counts.asked == (400 if state is State.SUPPRESSED else 300)
