"""Many timelines under one another: none, one, one without spans, many with long names."""

from xml.etree import ElementTree

import pytest
from tests.web.charts.drawn import clock, of_class, spans, texts

from siaga.web.charts.stacked import TimelineStrip, strips_chart
from siaga.web.charts.svg import NARROW, WIDE


def drawn(
    rows: list[TimelineStrip], controls: TimelineStrip | None = None, width: int = WIDE
) -> ElementTree.Element:
    return ElementTree.fromstring(strips_chart(rows, controls, "Title", "Words", clock, width, "part-0"))


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_without_rows_it_is_an_empty_picture_with_its_title(width: int) -> None:
    nothing = drawn([], width=width)
    assert texts(nothing) == []
    assert nothing.findtext("{*}title") == "Title"


def test_one_row_has_its_name_and_shares_the_axis() -> None:
    one = drawn([TimelineStrip("Anies", spans(3))])
    assert texts(one) == ["Anies", "05:00", "06:00", "07:00"]
    assert len(of_class(one, "target")) == 1


def test_a_row_without_spans_keeps_its_place_beside_others() -> None:
    two = drawn([TimelineStrip("Anies", []), TimelineStrip("Ganjar", spans(3))])
    assert len(of_class(two, "base")) == 2
    assert len(of_class(two, "target")) == 1


def test_the_controls_come_last_and_look_their_own() -> None:
    chart = drawn([TimelineStrip("Anies", spans(3))], TimelineStrip("Controls", spans(3)))
    assert [text for text in texts(chart) if ":" not in text] == ["Anies", "Controls"]
    assert len(of_class(chart, "controls")) == 1


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_many_rows_grow_the_picture_and_long_names_keep_both_their_ends(width: int) -> None:
    rows = [TimelineStrip(f"Constituency {'x' * 80} number {number}", spans(72)) for number in range(40)]
    chart = drawn(rows, width=width)
    labels = [text for text in texts(chart) if text.startswith("Constituency")]
    assert len(labels) == 40
    assert labels[7].endswith("number 7")
    assert "\u2026" in labels[7]
    assert int(chart.get("viewBox", "").split()[3]) > 40 * 26
