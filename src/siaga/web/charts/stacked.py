"""Many timelines under one another as one chart: a row for each contestant, platform, surface or vantage."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from siaga.ports.watch import TimelineBucket
from siaga.web.charts.axis import RIGHT, TimeAxis, drawing, time_axis
from siaga.web.charts.found_share import controls_share, target_share
from siaga.web.charts.strips import columns
from siaga.web.charts.svg import LETTER, NARROW, escape

ROW: Final = 26
LABELS: Final = 240
"""Drawing units for the names, where they stand beside their rows."""


@dataclass(frozen=True, slots=True)
class TimelineStrip:
    """One row: what was found in each span."""

    label: str
    buckets: Sequence[TimelineBucket]


def strips_chart(
    rows: Sequence[TimelineStrip],
    controls: TimelineStrip | None,
    title: str,
    description: str,
    time: Callable[[datetime], str],
    width: int,
    name: str,
) -> str:
    """The rows, oldest at the left; the controls that they are compared with last. Rows share one axis.
    `name` tells the drawings of one page apart."""
    narrow = width == NARROW
    left, high = (8, ROW + 18) if narrow else (LABELS, ROW)
    shared = TimeAxis(max((row.buckets for row in rows), key=len, default=()), width, left)
    parts, top = list[str](), 8
    for row in (*rows, *([controls] if controls else ())):
        axis = TimeAxis(row.buckets, width, left)
        strip = top + (high - ROW)
        letters = int(((width if narrow else LABELS) - RIGHT - 12) / (LETTER + 1))
        label = escape(_shortened(row.label, letters))
        place = (
            f'x="{left}" y="{top + 13}"' if narrow else f'x="{left - 10}" y="{strip + 17}" text-anchor="end"'
        )
        share_of, kind = (controls_share, "controls") if row is controls else (target_share, "target")
        parts += [
            f'<text class="label" {place}>{label}</text>',
            f'<line class="base" x1="{left}" x2="{width - RIGHT}" y1="{strip + ROW - 4}" '
            f'y2="{strip + ROW - 4}"/>',
            *columns(strip + 2, ROW - 6, kind, axis, share_of),
        ]
        top += high
    parts += time_axis(top - 2, shared, time)
    return drawing(shared, top + 22, title, description, name, parts)


def _shortened(text: str, letters: int) -> str:
    """As much of a name as has room, from both its ends: many contestants differ in the last word alone."""
    if len(text) <= letters:
        return text
    end = (letters - 1) // 2
    return f"{text[: letters - 1 - end].rstrip()}\u2026{text[-end:].lstrip()}"
