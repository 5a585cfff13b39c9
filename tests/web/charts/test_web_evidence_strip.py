"""The strip of the evidence: none, one point, a step to the next, and far above the threshold."""

from xml.etree import ElementTree

from tests.web.charts.drawn import HOUR, NOON, axis_over, of_class, parsed, spans, texts

from siaga.ports.watch import EvidencePoint
from siaga.web.charts.evidence_strip import TICKS, evidence_strip


def drawn(*evidence: float, threshold: float = 1000.0, since: int = 0) -> ElementTree.Element:
    points = [EvidencePoint(NOON + (since + number) * HOUR, value) for number, value in enumerate(evidence)]
    return parsed(evidence_strip(40, 60, axis_over(spans(8)), points, threshold, "Evidence", "proven"))


def test_without_evidence_the_threshold_stands_alone() -> None:
    nothing = drawn()
    assert len(of_class(nothing, "threshold")) == 1
    assert of_class(nothing, "evidence") == of_class(nothing, "newest") == []
    assert {"Evidence", "proven", "1"} <= set(texts(nothing))


def test_one_point_is_a_dot_at_its_place() -> None:
    (dot,) = of_class(drawn(1.0), "newest")
    assert (dot.get("cx"), dot.get("cy")) == ("40.0", "100.0"), "no evidence lies on the base line"


def test_what_lies_outside_of_the_axis_is_not_drawn() -> None:
    assert of_class(drawn(5.0, 50.0, since=-3), "evidence") == []


def test_evidence_holds_until_the_next_point_and_steps_there() -> None:
    (line,) = of_class(drawn(1.0, 10.0, 1000.0), "evidence")
    assert line.get("d", "").count("H") == line.get("d", "").count("V") == 2
    assert line.get("d", "").count("M") == 1


def test_evidence_at_the_threshold_touches_its_line() -> None:
    strip = drawn(1000.0)
    (dot,), (line,) = of_class(strip, "newest"), of_class(strip, "threshold")
    assert dot.get("cy") == line.get("y1")


def test_evidence_beyond_the_scale_runs_along_the_top_and_says_so() -> None:
    strip = drawn(1e30)
    (dot,) = of_class(strip, "newest")
    assert dot.get("cy") == "40.0"
    assert any(text.startswith(">10") for text in texts(strip))


def test_the_axis_names_few_powers_of_ten_however_strong_it_is() -> None:
    for value in (1.0, 1e5, 1e9, 1e30):
        assert len(of_class(drawn(value), "grid")) <= TICKS
