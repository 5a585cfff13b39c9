"""A table as CSV that a spreadsheet opens as data: no cell of it is a formula.

Source: RFC 4180; OWASP on CSV injection. A name, a handle or an id may begin as a formula does.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

_BEGINS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """The table in UTF-8. A text that would be a formula has an apostrophe before it; numbers stay."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([as_data(value) for value in row] for row in rows)
    return out.getvalue().encode()


def as_data(value: object) -> object:
    """The value as a cell that is no formula."""
    if isinstance(value, str) and value.lstrip(" \u00a0").startswith(_BEGINS_A_FORMULA):
        return f"'{value}"
    return value
