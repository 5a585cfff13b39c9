"""The plot: its scale begins at zero, its band is what is usual, and the incident is shaded where it was."""

from tests.web.charts.drawn import HOUR, NOON, axis_over, of_class, parsed, span, spans, texts, unmeasured

from siaga.web.charts.results_plot import incident_shade, result_series, results_plot


def test_a_missing_name_has_zero_results_and_an_unmeasured_one_none() -> None:
    series = result_series([span(0, matching=40), span(1, found=0), unmeasured(2)])
    assert series.are_counts
    assert series.target == [10.0, 0.0, None]
    assert series.controls == [40.0, 0.0, None]


def test_without_counts_it_is_the_percentage_of_checks_that_found_the_name() -> None:
    series = result_series([span(0, found=3, asked=4), span(1, found=0)])
    assert (series.are_counts, series.target, series.controls) == (False, [75.0, 0.0], [100.0, 100.0])
    assert series.most == 100.0


def test_usual_is_where_the_comparison_names_mostly_are() -> None:
    buckets = [span(number, matching=4 * (10 + number)) for number in range(10)]
    assert result_series(buckets).usual == (44.0, 76.0)
    assert result_series([]).usual is None


def test_nothing_measured_draws_no_plot() -> None:
    assert results_plot(20, axis_over([]), result_series([]), "a", "b", str) == []
    buckets = [unmeasured(0), unmeasured(1)]
    assert results_plot(20, axis_over(buckets), result_series(buckets), "a", "b", str) == []


def test_lines_that_end_in_one_place_are_named_apart() -> None:
    buckets = [span(0, found=4), span(1, found=4)]
    drawn = parsed(
        results_plot(20, axis_over(buckets), result_series(buckets), "ours", "theirs", "{:g}".format)
    )
    heights = {text.text: float(text.get("y", "")) for text in drawn.iter("text")}
    assert abs(heights["ours"] - heights["theirs"]) >= 18
    assert {"0%", "50%", "100%"} <= set(texts(drawn))


def test_an_incident_is_shaded_as_far_as_it_lies_on_the_axis() -> None:
    axis = axis_over(spans(4))
    assert incident_shade(20, 100, axis, None, "was") == []
    assert incident_shade(20, 100, axis_over(spans(1)), (NOON, NOON), "was") == []
    assert incident_shade(20, 100, axis, (NOON - 2 * HOUR, NOON - HOUR), "was") == []
    assert incident_shade(20, 100, axis, (NOON + 5 * HOUR, NOON + 6 * HOUR), "was") == []
    (shade,) = of_class(parsed(incident_shade(20, 100, axis, (NOON - HOUR, NOON + HOUR), "was")), "shade")
    assert (shade.get("x"), shade.get("width"), shade.get("height")) == ("40.0", "228.0", "80")
    assert shade.findtext("title") == "was"
