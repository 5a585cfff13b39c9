"""The axis of time, and the picture around it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from siaga.ports.watch import TimelineBucket
from siaga.web.charts.svg import LETTER, WIDE, escape, shortened

LEFT: Final = 40
RIGHT: Final = 8


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Time from left to right over equal spans."""

    buckets: Sequence[TimelineBucket]
    width: int
    left: int = LEFT
    right: int = RIGHT

    @property
    def ends(self) -> tuple[datetime, datetime]:
        """What the axis covers; its buckets must be at least two."""
        return self.buckets[0].at, self.buckets[-1].at + (self.buckets[1].at - self.buckets[0].at)

    def x(self, index: float) -> float:
        """Where a bucket begins."""
        return self.left + (self.width - self.left - self.right) * index / max(len(self.buckets), 1)

    def x_of(self, at: datetime) -> float | None:
        """Where a moment lies; None outside of the axis."""
        if len(self.buckets) < 2:
            return None
        start, end = self.ends
        return self.x((at - start) / (end - start) * len(self.buckets)) if start <= at <= end else None

    @property
    def column(self) -> float:
        """The width of a bucket."""
        return (self.width - self.left - self.right) / max(len(self.buckets), 1)


def time_axis(top: int, axis: TimeAxis, time: Callable[[datetime], str]) -> list[str]:
    """The moments below a chart."""
    if not axis.buckets:
        return []
    every = max(1, -(-len(axis.buckets) // (9 if axis.width == WIDE else 3)))
    return [
        f'<text class="tick" x="{axis.x(index):.1f}" y="{top + 16}">{escape(time(bucket.at))}</text>'
        for index, bucket in enumerate(axis.buckets)
        if index % every == 0 and index <= len(axis.buckets) - every / 2
    ]


def frame(top: int, height: int, name: str, axis: TimeAxis) -> list[str]:
    """The name above a strip and the line below it."""
    bottom = top + height
    shown = shortened(name, (axis.width - axis.left - axis.right) // LETTER)
    return [
        f'<text class="label" x="{axis.left}" y="{top - 9}">{escape(shown)}</text>',
        f'<line class="base" x1="{axis.left}" x2="{axis.width - axis.right}" y1="{bottom}" y2="{bottom}"/>',
    ]


def drawing(
    axis: TimeAxis, height: int, title: str, description: str, name: str, parts: Sequence[str]
) -> str:
    """The parts as one picture; a page's script reads from it what time its axis covers."""
    shape = "wide" if axis.width == WIDE else "narrow"
    id, covers = f"{name}-{shape}", ""
    if len(axis.buckets) >= 2:
        start, end = (int(at.timestamp() * 1000) for at in axis.ends)
        covers = f' data-from="{start}" data-to="{end}" data-left="{axis.left}" data-right="{axis.right}"'
    return (
        f'<svg class="chart {shape}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {axis.width} {height}" '
        f'role="img" aria-labelledby="{id}-title {id}-description"{covers}>'
        f'<title id="{id}-title">{escape(title)}</title>'
        f'<desc id="{id}-description">{escape(description)}</desc>' + "".join(parts) + "</svg>"
    )
