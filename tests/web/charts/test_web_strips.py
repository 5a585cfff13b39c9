"""Columns of a strip: nothing, one span, a gap between spans, many that look alike."""

from tests.web.charts.drawn import axis_over, of_class, parsed, shapes, span, spans, texts, unmeasured

from siaga.web.charts.found_share import target_share
from siaga.web.charts.strips import amount_strip, columns, strip


def test_without_spans_there_are_no_columns_but_the_strip_has_its_name() -> None:
    assert columns(0, 60, "target", axis_over([]), target_share) == []
    assert texts(parsed(strip(40, 60, "Mahfud MD", "target", axis_over([]), target_share))) == [
        "Mahfud MD", "100%", "0%",
    ]  # fmt: skip


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


def test_how_much_was_found_is_drawn_only_where_counts_are_known() -> None:
    assert amount_strip(0, axis_over([]), "Results") == []
    assert amount_strip(0, axis_over(spans(4)), "Results") == []
    one = parsed(amount_strip(0, axis_over([span(0, matching=30)]), "Results"))
    assert texts(one) == ["Results", "30", "0"], "the controls had more: 300 results in 10 answers"
    assert [shapes(path) for path in of_class(one, "amount")] == [1]


def test_the_controls_line_stops_at_a_gap_and_begins_anew() -> None:
    buckets = [span(0, matching=9), span(1, matching=9), unmeasured(2), span(3, matching=9)]
    (line,) = of_class(parsed(amount_strip(0, axis_over(buckets), "Results")), "beside")
    assert (shapes(line), line.get("d", "").count("L")) == (2, 1)
