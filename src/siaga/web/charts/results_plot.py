"""The plot of how much was found: a name beside its controls, their band of usual, the incident shaded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from siaga.ports.watch import TimelineBucket
from siaga.web.charts.axis import TimeAxis
from siaga.web.charts.found_share import FoundShare, controls_share, target_share
from siaga.web.charts.svg import WIDE, escape, shortened

PLOT: Final = 150
"""The height of the plot."""
BAND: Final = (0.1, 0.9)
"""Between these shares of the controls' spans lies what is called usual."""
LETTERS: Final = 18
"""Of a name that stands beside its line."""


@dataclass(frozen=True, slots=True)
class ResultSeries:
    """How much each span found: matching results a check, or the percentage of checks that found anything."""

    target: Sequence[float | None]
    controls: Sequence[float | None]
    are_counts: bool
    """Whether the platform says how many results match."""

    @property
    def most(self) -> float:
        """The top of the scale; 0 where nothing was measured."""
        found = [value for value in (*self.target, *self.controls) if value is not None]
        return 100.0 if found and not self.are_counts else max(found, default=0.0)

    @property
    def usual(self) -> tuple[float, float] | None:
        """Between which amounts the controls mostly are."""
        known = sorted(value for value in self.controls if value is not None)
        if not known:
            return None
        low, high = (known[min(int(share * len(known)), len(known) - 1)] for share in BAND)
        return low, high


def result_series(buckets: Sequence[TimelineBucket]) -> ResultSeries:
    """The series of a stretch: by counts where there are any, else by shares."""
    are_counts = any(bucket.target_matching or bucket.controls_matching for bucket in buckets)

    def amount(seen: FoundShare, matching: int) -> float | None:
        if seen.measured == 0:
            return None
        return matching / seen.measured if are_counts else 100 * seen.found / seen.measured

    return ResultSeries(
        [amount(target_share(bucket), bucket.target_matching) for bucket in buckets],
        [amount(controls_share(bucket), bucket.controls_matching) for bucket in buckets],
        are_counts,
    )


def incident_shade(
    top: int, bottom: int, axis: TimeAxis, incident: tuple[datetime, datetime] | None, label: str
) -> list[str]:
    """The time from its onset to its end, shaded, with a dashed edge where it began."""
    if incident is None or len(axis.buckets) < 2:
        return []
    start, end = axis.ends
    if incident[1] < start or incident[0] > end:
        return []
    left, right = (axis.x_of(min(max(at, start), end)) or 0.0 for at in incident)
    parts = [
        f'<rect class="shade" x="{left:.1f}" y="{top}" width="{max(right - left, 2):.1f}" '
        f'height="{bottom - top}"><title>{escape(label)}</title></rect>'
    ]
    if incident[0] >= start:
        parts.append(f'<path class="edge" d="M{left:.1f},{top}V{bottom}"/>')
    return parts


def results_plot(
    top: int, axis: TimeAxis, series: ResultSeries, target: str, controls: str, number: Callable[[float], str]
) -> list[str]:
    """The lines over their grid, each named at its end; without a script, from attributes alone."""
    if series.most <= 0:
        return []
    bottom, right = top + PLOT, axis.width - axis.right

    def y(value: float) -> float:
        return bottom - PLOT * 0.94 * value / series.most

    parts = [
        f'<line class="{"base" if share == 0 else "grid"}" x1="{axis.left}" x2="{right}" '
        f'y1="{y(share * series.most):.1f}" y2="{y(share * series.most):.1f}"/>'
        f'<text class="tick" x="{axis.left - 6}" y="{y(share * series.most) + 4:.1f}" text-anchor="end">'
        f"{escape(number(share * series.most))}{'' if series.are_counts else '%'}</text>"
        for share in (0.0, 0.5, 1.0)
    ]
    if series.usual is not None:
        low, high = series.usual
        parts.append(
            f'<rect class="band" x="{axis.left}" y="{y(high):.1f}" width="{right - axis.left}" '
            f'height="{max(y(low) - y(high), 3):.1f}"/>'
        )
    parts += [_line("comparison", axis, series.controls, y), _line("name", axis, series.target, y)]
    return parts + _names(top, axis, series, y, target, controls)


def _line(kind: str, axis: TimeAxis, values: Sequence[float | None], y: Callable[[float], float]) -> str:
    """One line; it breaks where nothing was measured."""
    pen, path = "M", list[str]()
    for index, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        path.append(f"{pen}{axis.x(index + 0.5):.1f},{y(value):.1f}")
        if pen == "M":
            path.append("h.1")  # a single span between two gaps is a point
        pen = "L"
    return f'<path class="{kind}" d="{"".join(path)}"/>'


def _names(
    top: int,
    axis: TimeAxis,
    series: ResultSeries,
    y: Callable[[float], float],
    target: str,
    controls: str,
) -> list[str]:
    """What each line is, at its end where the drawing is wide, above the plot where it is narrow."""
    if axis.width != WIDE:
        return [
            f'<text class="line-name" x="{axis.left}" y="{top - 6}">'
            f"{escape(shortened(target, LETTERS))}</text>"
            f'<text class="line-beside" x="{axis.width - axis.right}" y="{top - 6}" text-anchor="end">'
            f"{escape(shortened(controls, LETTERS))}</text>"
        ]
    last = [
        next((v for v in reversed(line) if v is not None), None) for line in (series.target, series.controls)
    ]
    places = [None if value is None else y(value) + 4 for value in last]
    if places[0] is not None and places[1] is not None and abs(places[0] - places[1]) < 18:
        apart = places[1] - 18 if places[1] <= places[0] else places[1] + 18
        places[1] = apart if apart > top else places[1]
        if places[1] == last[1] or abs(places[0] - places[1]) < 18:
            places[0] = places[1] + 18
    x = axis.width - axis.right + 8
    return [
        f'<text class="{kind}" x="{x}" y="{place:.1f}">{escape(shortened(name, LETTERS))}</text>'
        for kind, name, place in (
            ("line-name", target, places[0]),
            ("line-beside", controls, places[1]),
        )
        if place is not None
    ]
