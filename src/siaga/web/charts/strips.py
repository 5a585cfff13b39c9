"""Strips of a chart: a column for each span, drawn over the axis of time."""

from collections.abc import Callable

from siaga.ports.watch import TimelineBucket
from siaga.web.charts.axis import TimeAxis
from siaga.web.charts.found_share import FoundShare


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
