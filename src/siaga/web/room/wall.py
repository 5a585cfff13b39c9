"""What the wall display has room for: the gravest rows first, and how many there are besides."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from siaga.web.summary.matrix import GRAVITY, MatrixRow

MOST_ROWS: Final = 10
"""Rows that can be read from the other end of a room."""
MOST_CASES: Final = 4


@dataclass(frozen=True, slots=True)
class WallRows:
    """The rows of the wall's matrix."""

    rows: Sequence[MatrixRow]
    """In the election file's order where all have room, else the gravest first."""
    fine: int
    """Rows not shown that are fine on every platform."""
    others: int
    """Rows not shown of which some cell is not fine."""


def wall_rows(rows: Sequence[MatrixRow]) -> WallRows:
    """All rows, or as many as have room: none that is worse than one of those shown is left out."""
    if len(rows) <= MOST_ROWS:
        return WallRows(rows, 0, 0)
    shown = sorted(rows, key=_gravity)[:MOST_ROWS]
    left = sorted(rows, key=_gravity)[MOST_ROWS:]
    fine = sum(row.gravest.is_fine for row in left)
    return WallRows(shown, fine, len(left) - fine)


def _gravity(row: MatrixRow) -> int:
    return GRAVITY.index(row.gravest)
