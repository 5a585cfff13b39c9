"""Strips of a chart: a column for each span, drawn over the axis of time."""

from collections.abc import Callable
from typing import Final

from siaga.ports.watch import TimelineBucket
from siaga.web.charts.axis import TimeAxis, frame
from siaga.web.charts.found_share import FoundShare, amount

AMOUNT_HEIGHT: Final = 40
"""The height of the strip that shows how much was found."""


def strip(
    top: int,
    height: int,
    name: str,
    kind: str,
    axis: TimeAxis,
    share_of: Callable[[TimelineBucket], FoundShare],
) -> list[str]:
    """A row of columns under its name: filled as far as the name was found, outlined where measured."""
    return [
        *frame(top, height, name, axis),
        f'<text class="tick" x="{axis.left - 5}" y="{top + 8}" text-anchor="end">100%</text>',
        f'<text class="tick" x="{axis.left - 5}" y="{top + height}" text-anchor="end">0%</text>',
        *columns(top, height, kind, axis, share_of),
    ]


def columns(
    top: int, height: int, kind: str, axis: TimeAxis, share_of: Callable[[TimelineBucket], FoundShare]
) -> list[str]:
    """The columns alone. Neighbours that look alike are drawn as one shape: a calm chart is a light one."""
    bottom = top + height
    gaps, found, unmeasured = list[str](), list[str](), list[str]()
    wide = max(axis.column * 0.6, axis.column - 1)
    for index, bucket in enumerate(axis.buckets):
        seen = share_of(bucket)
        if seen.asked == 0:
            continue
        x = axis.x(index)
        if seen.measured == 0:
            unmeasured.append(f"M{x:.1f},{bottom - 6}h{wide:.1f}v6h{-wide:.1f}z")
            continue
        full = height * seen.found / seen.measured
        if full < height:
            gaps.append(f"M{x:.1f},{top}h{wide:.1f}v{height - full:.1f}h{-wide:.1f}z")
        if full > 0:
            found.append(f"M{x:.1f},{bottom - full:.1f}h{wide:.1f}V{bottom}h{-wide:.1f}z")
    shapes = (("gap", gaps), ("found", found), ("unmeasured", unmeasured))
    inside = "".join(f'<path class="{name}" d="{"".join(paths)}"/>' for name, paths in shapes if paths)
    return [f'<g class="{kind}">{inside}</g>'] if inside else []


def amount_strip(top: int, axis: TimeAxis, label: str) -> list[str]:
    """How much was found: columns for the target, a line for its controls, on one scale. A name may be found
    and yet with far less than before."""
    ours = [amount(bucket.target, bucket.target_matching) for bucket in axis.buckets]
    theirs = [amount(bucket.controls, bucket.controls_matching) for bucket in axis.buckets]
    most = max((value for value in (*ours, *theirs) if value is not None), default=0.0)
    if most <= 0:
        return []
    bottom, wide = top + AMOUNT_HEIGHT, max(axis.column * 0.6, axis.column - 1)
    bars, line, pen = list[str](), list[str](), "M"
    for index, (own, other) in enumerate(zip(ours, theirs, strict=True)):
        x = axis.x(index)
        if own:
            high = AMOUNT_HEIGHT * own / most
            bars.append(f"M{x:.1f},{bottom - high:.1f}h{wide:.1f}V{bottom}h{-wide:.1f}z")
        if other is None:
            pen = "M"
            continue
        y = bottom - AMOUNT_HEIGHT * other / most
        line.append(f"{pen}{x:.1f},{y:.1f}h{axis.column:.1f}")
        pen = "L"
    parts = [
        *frame(top, AMOUNT_HEIGHT, label, axis),
        f'<text class="tick" x="{axis.left - 5}" y="{top + 8}" text-anchor="end">{most:.3g}</text>',
        f'<text class="tick" x="{axis.left - 5}" y="{bottom}" text-anchor="end">0</text>',
    ]
    if bars:
        parts.append(f'<path class="amount" d="{"".join(bars)}"/>')
    if line:
        parts.append(f'<path class="beside" d="{"".join(line)}"/>')
    return parts
