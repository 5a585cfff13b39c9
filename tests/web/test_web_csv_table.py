"""No cell of a table is a formula, whoever chose its text."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.web.http.csv_table import as_data, csv_table

FORMULAS = (
    "=1+1",
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =cmd|' /C calc'!A0",
    "＝1",
    '=HYPERLINK("http://evil.example","x")',
)


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_a_text(text: str) -> None:
    assert as_data(text) == f"'{text}"


@pytest.mark.parametrize("value", [-0.5, 0, 12, None, "", "mahfud", "Ma'ruf", "a=b", "2024-01-25T00:00:00Z"])
def test_what_is_no_formula_stays_as_it_is(value: object) -> None:
    assert as_data(value) == value


@given(
    st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2), max_size=5)
)
def test_every_cell_comes_back_and_none_begins_a_formula(rows: list[list[str]]) -> None:
    table = csv_table(["a", "b"], rows).decode()
    header, *back = csv.reader(io.StringIO(table, newline=""))
    assert header == ["a", "b"]
    assert [[cell.removeprefix("'") for cell in row] for row in back] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
    assert not [cell for row in back for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
