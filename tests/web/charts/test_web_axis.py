"""The axis of time: no span, one, several, and as many as there is room for."""

from xml.etree import ElementTree

import pytest
from tests.web.charts.drawn import HOUR, NOON, WIDTH, axis_over, clock, parsed, spans, texts

from siaga.web.charts.axis import LEFT, RIGHT, TimeAxis, drawing, frame, time_axis
from siaga.web.charts.svg import NARROW


@pytest.mark.parametrize("count", [0, 1])
def test_without_two_spans_no_moment_has_a_place(count: int) -> None:
    axis = axis_over(spans(count))
    assert axis.x_of(NOON) is None
    assert axis.column == WIDTH - LEFT - RIGHT
    assert time_axis(100, axis, clock) == time_axis(100, axis, clock)[:count]


def test_the_axis_goes_from_the_first_span_to_the_end_of_the_last() -> None:
    axis = axis_over(spans(4))
    assert axis.ends == (NOON, NOON + 4 * HOUR)
    assert axis.x_of(NOON) == LEFT
    assert axis.x_of(NOON + 4 * HOUR) == WIDTH - RIGHT
    assert axis.x_of(NOON + 2 * HOUR) == (LEFT + WIDTH - RIGHT) / 2
    assert axis.x_of(NOON - HOUR) is None
    assert axis.x_of(NOON + 5 * HOUR) is None


def test_a_moment_is_written_below_each_span_while_there_is_room() -> None:
    assert texts(parsed(time_axis(100, axis_over(spans(3)), clock))) == ["05:00", "06:00", "07:00"]


def test_of_many_spans_every_so_many_has_its_moment() -> None:
    assert len(time_axis(100, axis_over(spans(72)), clock)) == 9
    assert len(time_axis(100, TimeAxis(spans(72), NARROW), clock)) == 3


def test_a_name_without_room_is_cut_and_marks_cannot_break_out() -> None:
    label, _ = parsed(frame(40, 60, "<b>" + "a" * 200, axis_over(spans(2))))
    assert label.text is not None
    assert label.text.startswith("<b>aaa")
    assert label.text.endswith("\u2026")
    assert len(label.text) < 120


def test_the_picture_says_what_time_it_covers_where_it_covers_any() -> None:
    whole = ElementTree.fromstring(drawing(axis_over(spans(2)), 200, "Title", "Words", "found", []))
    assert (whole.get("data-from"), whole.get("data-to")) == (
        str(int(NOON.timestamp() * 1000)),
        str(int((NOON + 2 * HOUR).timestamp() * 1000)),
    )
    assert whole.get("aria-labelledby") == "found-wide-title found-wide-description"
    nothing = ElementTree.fromstring(drawing(TimeAxis([], NARROW), 200, "Title", "Words", "found", []))
    assert nothing.get("data-from") is None
    assert nothing.get("class") == "chart narrow"
