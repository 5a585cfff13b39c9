"""What is drawn over and under a chart's strips: marks in their lane, planned events, when trouble began."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from siaga.web.charts.annotations import SHAPES, Mark
from siaga.web.charts.axis import TimeAxis
from siaga.web.charts.svg import LETTER, escape, shortened

LANE: Final = 20
"""The height of a level on which marks stand."""
LEVELS: Final = 3
APART: Final = 16
"""Between two marks of one level, at least."""


@dataclass(frozen=True, slots=True)
class EventBand:
    """A planned event, under the axis."""

    starts: datetime
    ends: datetime
    text: str


def levelled(marks: Sequence[tuple[Mark, float]]) -> list[tuple[Mark, float, int]]:
    """Marks that would lie on one another, under one another: each on the first level that has room."""
    ends = [-math.inf] * LEVELS
    found = []
    for mark, x in marks:
        free = [level for level in range(LEVELS) if x - ends[level] >= APART]
        level = free[0] if free else min(range(LEVELS), key=lambda number: ends[number])
        ends[level] = x
        found.append((mark, x, level))
    return found


def mark_words(
    marks: Sequence[tuple[Mark, float, int]], axis: TimeAxis, word: Callable[[Mark], str]
) -> list[str]:
    """What marks are, beside those that have room to their right: the others are told by their shapes."""
    parts = []
    for place, (mark, x, level) in enumerate(marks):
        text = word(mark)
        after = min((there for _, there, on in marks[place + 1 :] if on == level), default=axis.width)
        if text and x + 12 + LETTER * len(text) <= min(after - 8, axis.width):
            parts.append(f'<text class="tick" x="{x + 11:.1f}" y="{16 + LANE * level}">{escape(text)}</text>')
    return parts


def drawn_marks(bottom: int, marks: Sequence[tuple[Mark, float, int]]) -> list[str]:
    """Each mark on its level, with a line down to the plot and not over it."""
    return [
        f'<g class="mark {mark.kind}"><title>{escape(mark.text)}</title>'
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{12 + LANE * level + 9}" y2="{bottom}"/>'
        f'<path transform="translate({x:.1f} {12 + LANE * level})" d="{SHAPES[mark.kind]}"/></g>'
        for mark, x, level in marks
    ]


def drawn_bands(top: int, axis: TimeAxis, bands: Sequence[EventBand]) -> list[str]:
    """Planned events below the axis, as far as they lie on it."""
    if len(axis.buckets) < 2:
        return []
    start, end = axis.ends
    parts = []
    for band in bands:
        if band.ends <= start or band.starts >= end:
            continue
        left = axis.x_of(max(band.starts, start)) or 0.0
        right = axis.x_of(min(band.ends, end)) or 0.0
        wide = max(right - left, 3)
        room = int((axis.width - axis.right - left) / LETTER)
        parts.append(
            f'<g class="planned"><title>{escape(band.text)}</title><rect x="{left:.1f}" y="{top}" '
            f'width="{wide:.1f}" height="5"/><text class="tick" x="{left:.1f}" y="{top + 17}">'
            f"{escape(shortened(band.text, room))}</text></g>"
        )
    return parts
