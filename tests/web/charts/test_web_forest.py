"""The forest plot: what is even, what is not, what goes on beyond the edge, and long names."""

import re
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from siaga.web.charts.forest import ForestRow, forest
from siaga.web.charts.svg import NARROW, WIDE

numbers = st.floats(0, 1e6) | st.just(float("inf"))
rows = st.builds(
    lambda label, ends, ratio: ForestRow(label, min(ends), ratio, max(ends), label),
    st.text(max_size=200),
    st.tuples(numbers, numbers),
    st.floats(1e-6, 1e6),
)


@given(st.lists(rows, max_size=8), st.sampled_from([WIDE, NARROW]))
def test_whatever_the_names_and_intervals_it_is_well_formed_and_nothing_leaves_the_drawing(
    drawn: list[ForestRow], width: int
) -> None:
    svg = forest(drawn, "t", "id", "equal", width)
    ElementTree.fromstring(svg)
    across = [float(x) for x in re.findall(r' (?:x|x1|x2|cx)="(-?[0-9.]+)"', svg)]
    assert all(0 <= x <= width for x in across)


def test_an_interval_that_does_not_touch_even_is_a_square_and_one_without_end_an_arrow() -> None:
    even = forest([ForestRow("a / b", 0.5, 1.0, 2.0, "tip")], "t", "id", "equal")
    uneven = forest([ForestRow("a / b", 2.0, 9.0, float("inf"), "tip")], "t", "id", "equal")
    assert 'class="even"' in even
    assert "<path" not in even
    assert 'class="uneven"' in uneven
    assert uneven.count("<path") == 1


def test_a_long_pair_is_cut_and_whole_in_its_tooltip() -> None:
    label = "Sosrokartonoadiningratkusumo " * 3 + "/ b"
    svg = forest([ForestRow(label, 0.5, 1.0, 2.0, "tip")], "t", "id", "equal")
    assert f"<title>{label}: tip</title>" in svg
    assert f">{label}</text>" not in svg
    assert "\u2026</text>" in svg
