"""The chart of one name: before the first round, one span, a gap, and everything at once."""

from xml.etree import ElementTree

import pytest
from tests.web.charts.drawn import HOUR, NOON, clock, of_class, span, spans, unmeasured

from siaga.ports.watch import EvidencePoint, TimelineBucket
from siaga.web.charts.annotations import Mark, MarkKind
from siaga.web.charts.found_chart import ChartLabels, evidence_chart, found_chart
from siaga.web.charts.marks import EventBand
from siaga.web.charts.svg import NARROW, WIDE

LABELS = ChartLabels(
    target="Mahfud MD",
    controls="Controls",
    evidence="Evidence",
    threshold="proven",
    onset="It began here",
    title="Mahfud MD on X",
    description="Words",
    graded="Results",
    found="found in {found} of {asked}",
    not_measured="not measured",
)


def drawn(buckets: list[TimelineBucket], *evidence: float, width: int = WIDE) -> ElementTree.Element:
    points = [EvidencePoint(NOON + number * HOUR, value) for number, value in enumerate(evidence)]
    return ElementTree.fromstring(found_chart(buckets, points, [], LABELS, clock, width))


def tips(chart: ElementTree.Element) -> list[str]:
    """The exact numbers that show under the pointer."""
    return [hit.findtext("{*}title") or "" for hit in of_class(chart, "hit")]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_before_the_first_round_the_strips_are_empty_and_nothing_is_claimed(width: int) -> None:
    chart = drawn([], width=width)
    assert tips(chart) == []
    assert not any(of_class(chart, name) for name in ("found", "gap", "name", "comparison"))
    strength = ElementTree.fromstring(evidence_chart([], [], 1000.0, [], LABELS, clock, width))
    assert len(of_class(strength, "threshold")) == 1
    assert of_class(strength, "evidence") == []


def test_one_span_says_its_numbers() -> None:
    assert tips(drawn([span(0, found=3, asked=4)])) == [
        "05:00\nMahfud MD: found in 3 of 4\nControls: found in 10 of 10"
    ]


def test_a_gap_has_no_numbers_and_what_was_not_measured_says_so() -> None:
    assert tips(drawn([span(0), span(1, found=0, asked=0), unmeasured(2)]))[1:] == [
        "07:00\nMahfud MD: not measured\nControls: not measured"
    ]


def test_evidence_under_the_pointer_is_the_last_that_was_known_by_then() -> None:
    lines = [tip.splitlines()[-1] for tip in tips(drawn(spans(4), 1.0, 20.0))]
    assert lines == ["Evidence: 1", "Evidence: 20", "Evidence: 20", "Evidence: 20"]


def test_the_plot_is_of_results_where_they_are_counted_and_of_shares_where_not() -> None:
    known, unknown = drawn([span(0, matching=30), span(1, matching=15)]), drawn(spans(2))
    assert [text.text for text in of_class(known, "tick")][:3] == ["0", "15", "30"]
    assert [text.text for text in of_class(unknown, "tick")][:3] == ["0%", "50%", "100%"]
    assert "Results: 10 / 30" in tips(known)[0]


def test_what_is_missing_is_drawn_at_zero_and_what_is_not_measured_is_a_gap() -> None:
    chart = drawn([span(0), span(1, found=0), unmeasured(2), span(3)])
    (line,) = of_class(chart, "name")
    assert line.get("d", "").count("M") == 2, "the line breaks where nothing was measured"
    (base,) = of_class(chart, "base")
    assert f",{float(base.get('y1', '')):.1f}" in line.get("d", "")


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_marks_events_and_incidents_lie_on_one_axis(width: int) -> None:
    marks = [Mark(NOON + number * HOUR, MarkKind.NOTICE, "sent") for number in (-1, 1, 2)]
    incidents = [
        (NOON + HOUR, NOON + 2 * HOUR),
        (NOON - 2 * HOUR, NOON + HOUR),
        (NOON - 9 * HOUR, NOON - 8 * HOUR),
    ]
    chart = ElementTree.fromstring(
        found_chart(
            spans(4),
            [],
            incidents,
            LABELS,
            clock,
            width,
            marks=marks,
            bands=[EventBand(NOON, NOON + HOUR, "Debate")],
        )
    )
    assert len(of_class(chart, "mark")) == 2, "what lies before the axis is not drawn"
    assert len(of_class(chart, "planned")) == 1
    assert len(of_class(chart, "shade")) == 2, "and so with incidents"
    assert len(of_class(chart, "edge")) == 1, "only what began on the axis has its beginning marked"
