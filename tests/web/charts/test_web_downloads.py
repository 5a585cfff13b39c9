"""What people take along: names of files, a drawing's look, exact numbers of nothing, one span, a gap."""

import csv
import io

from tests.web.charts.drawn import axis_over, span, spans, unmeasured

from siaga.web.charts.axis import drawing
from siaga.web.charts.downloads import TIMELINE_HEADER, csv_file, png_file, styled, svg_file, timeline_row

CHART = drawing(axis_over(spans(3)), 200, "Title", "Words", "found", [])


def table(*rows: list[object]) -> list[dict[str, str]]:
    text = bytes(csv_file(TIMELINE_HEADER, rows, "x").body).decode()
    return list(csv.DictReader(io.StringIO(text)))


def test_without_spans_a_table_is_its_header() -> None:
    assert table() == []
    assert bytes(csv_file(TIMELINE_HEADER, [], "x").body).decode().startswith("at,target_results,")


def test_a_row_has_each_answer_under_its_name() -> None:
    (row,) = table(timeline_row(span(0, found=3, asked=4, matching=12)))
    assert row["at"].startswith("2024-01-25T05:00:00")
    counts = {name: int(count) for name, count in row.items() if name != "at" and count != "0"}
    assert counts == {
        "target_results": 3,
        "target_empty": 1,
        "target_matching": 12,
        "controls_results": 10,
        "controls_matching": 120,
    }


def test_a_gap_is_a_row_of_zeros_and_what_was_not_measured_is_no_gap() -> None:
    gap, limited = table(timeline_row(span(0, found=0, asked=0)), timeline_row(unmeasured(1)))
    assert {count for name, count in gap.items() if name != "at"} == {"0"}
    assert (limited["target_limited"], limited["controls_limited"]) == ("4", "10")


def test_a_file_of_a_chart_has_its_look_inside_once() -> None:
    assert styled(CHART).count("<style>") == 1
    assert bytes(svg_file(CHART, "found").body).decode() == styled(CHART)


def test_a_picture_is_one_for_every_program() -> None:
    answer = png_file(CHART, "found")
    assert bytes(answer.body).startswith(b"\x89PNG")
    assert answer.media_type == "image/png"


def test_a_files_name_is_safe_everywhere() -> None:
    disposition = svg_file(CHART, 'a/../b"c\r\nd').headers["content-disposition"]
    assert disposition == 'attachment; filename="a-..-b-c-d.svg"'
