"""A forest plot as SVG text: one row a pair, its odds ratio with the interval, on a log scale around even."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from siaga.web.charts.svg import LETTER, WIDE, escape, shortened

ROW: Final = 26
TOP: Final = 34
LEAST: Final = 1 / 4
MOST: Final = 32.0
"""Odds ratios are drawn between these; what goes on beyond ends in an arrow."""
TICKS: Final = (1 / 4, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
RIGHT: Final = 16
LABELS: Final = 360
"""Drawing units for the labels, where they stand beside their rows."""


@dataclass(frozen=True, slots=True)
class ForestRow:
    """One pair."""

    label: str
    low: float
    ratio: float
    high: float
    tip: str

    @property
    def even(self) -> bool:
        """Whether equal treatment is within the interval."""
        return self.low <= 1 <= self.high


def forest(rows: Sequence[ForestRow], title: str, id: str, equal: str, width: int = WIDE) -> str:
    """The plot, right being more often missing. `equal` names the line of equal treatment."""
    narrow = width != WIDE
    left = RIGHT if narrow else LABELS
    letters = int((width - 2 * RIGHT if narrow else LABELS - RIGHT) / LETTER)
    height_of = ROW + 18 if narrow else ROW
    top = TOP
    bottom = top + height_of * len(rows)

    def x(value: float) -> float:
        shared = math.log(min(max(value, LEAST), MOST) / LEAST) / math.log(MOST / LEAST)
        return left + (width - left - RIGHT) * shared

    parts = []
    for tick in TICKS:
        text = equal if tick == 1 else (f"{tick:g}×" if tick > 1 else f"1/{1 / tick:g}")
        anchor = "start" if tick == LEAST else "end" if tick == MOST else "middle"
        kind = "threshold" if tick == 1 else "grid"
        parts.append(
            f'<line class="{kind}" x1="{x(tick):.1f}" x2="{x(tick):.1f}" '
            f'y1="{top - 10}" y2="{bottom}"/>'
            f'<text class="tick" x="{x(tick):.1f}" y="{top - 16}" text-anchor="{anchor}">'
            f"{escape(text)}</text>"
        )
    for place, row in enumerate(rows):
        y = top + height_of * place + (height_of - ROW) + ROW / 2
        begin, end = x(row.low), x(row.high)
        shown = escape(shortened(row.label, letters))
        label = (
            f'<text class="label" x="{left}" y="{y - ROW / 2 + 2:.1f}">{shown}</text>'
            if narrow
            else f'<text class="label" x="{left - 12}" y="{y + 4:.1f}" text-anchor="end">{shown}</text>'
        )
        shape = (
            f'<circle class="even" cx="{x(row.ratio):.1f}" cy="{y:.1f}" r="4"/>'
            if row.even
            else f'<rect class="uneven" x="{x(row.ratio) - 5:.1f}" y="{y - 5:.1f}" width="10" height="10"/>'
        )
        parts.append(
            f"<g><title>{escape(row.label)}: {escape(row.tip)}</title>{label}"
            f'<line class="interval" x1="{begin:.1f}" x2="{end:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f"{_end(row.low < LEAST, begin, y, -1)}{_end(row.high > MOST, end, y, 1)}{shape}</g>"
        )
    kind = "narrow" if narrow else "wide"
    return (
        f'<svg class="chart {kind}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {bottom + 8}" '
        f'role="img" aria-labelledby="{id}-{kind}"><title id="{id}-{kind}">{escape(title)}</title>'
        + "".join(parts)
        + "</svg>"
    )


def _end(beyond: bool, x: float, y: float, side: int) -> str:
    """An interval's end: a bar, or an arrow where it goes on."""
    if beyond:
        back = x - 6 * side
        return f'<path class="interval" d="M{back:.1f},{y - 4:.1f}L{x:.1f},{y:.1f}L{back:.1f},{y + 4:.1f}"/>'
    return f'<line class="interval" x1="{x:.1f}" x2="{x:.1f}" y1="{y - 4:.1f}" y2="{y + 4:.1f}"/>'
