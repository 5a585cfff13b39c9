"""Columns of a strip: nothing, one span, a gap between spans, many that look alike."""

from tests.web.charts.drawn import axis_over, of_class, parsed, shapes, span, spans, unmeasured

from siaga.web.charts.found_share import target_share
from siaga.web.charts.strips import columns


def test_without_spans_there_are_no_columns() -> None:
    assert columns(0, 60, "target", axis_over([]), target_share) == []


def test_one_span_is_filled_as_far_as_the_name_was_found_and_outlined_above() -> None:
    drawn = parsed(columns(0, 60, "target", axis_over([span(0, found=3, asked=4)]), target_share))
    (found,), (gap,) = of_class(drawn, "found"), of_class(drawn, "gap")
    assert "M40.0,15.0" in found.get("d", ""), "45 of 60 units, from the bottom"
    assert "v15.0" in gap.get("d", "")


def test_found_whole_leaves_no_gap_and_not_at_all_no_filling() -> None:
    whole = parsed(columns(0, 60, "target", axis_over([span(0, found=4)]), target_share))
    assert (len(of_class(whole, "found")), len(of_class(whole, "gap"))) == (1, 0)
    missing = parsed(columns(0, 60, "target", axis_over([span(0, found=0)]), target_share))
    assert (len(of_class(missing, "found")), len(of_class(missing, "gap"))) == (0, 1)


def test_a_span_without_askings_is_left_out_and_one_that_was_not_measured_looks_its_own() -> None:
    drawn = parsed(
        columns(0, 60, "t", axis_over([span(0), span(1, asked=0, found=0), unmeasured(2)]), target_share)
    )
    assert [shapes(path) for path in of_class(drawn, "found")] == [1]
    assert [shapes(path) for path in of_class(drawn, "unmeasured")] == [1]


def test_many_spans_that_look_alike_are_one_shape() -> None:
    drawn = parsed(columns(0, 60, "target", axis_over(spans(72)), target_share))
    assert [shapes(path) for path in of_class(drawn, "found")] == [72]
