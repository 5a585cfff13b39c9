"""Charts as SVG text, made on the server: one look on pages, in downloads and in print.

Colours come from classes (`chart.css`), shapes from attributes, so that no inline style is needed and
every mark can be told apart without colour.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from xml.sax import saxutils

from siaga.domain.answers import NOT_MEASURED, Answer
from siaga.ports.watch import EvidencePoint, TimelineBucket
from siaga.web.charts.annotations import SHAPES, Mark

WIDE = 960
NARROW = 360
"""Drawing units; a page shows one of the two by the screen's width, so that text stays readable."""
LEFT = 40
RIGHT = 8
LETTER = 8
"""The width of a bold letter, about."""
STRIP = 60
GAP = 36
GRADED = 40
"""The height of the strip that shows how much was found."""
LANE = 20
"""The height of a level on which marks stand."""
LEVELS = 3
APART = 16
"""Between two marks of one level, at least."""
NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
DECADES: Final = 6
"""Powers of ten above the threshold that are drawn; evidence beyond them runs along the top."""
TICKS: Final = 4
"""Labels of the evidence's axis, at most."""


def escape(text: str) -> str:
    """`text` as XML can hold it: without the characters that no XML may have."""
    return saxutils.escape(NOT_IN_XML.sub("", text), {'"': "&quot;"})


@dataclass(frozen=True, slots=True)
class ChartLabels:
    """The words in a chart, in the page's language."""

    target: str
    controls: str
    evidence: str
    threshold: str
    onset: str
    """For the shaded span in which the trouble began."""
    title: str
    description: str
    graded: str
    """For how much was found: results that carry the name."""
    found: str
    """Such as `{found} of {asked} found`."""
    not_measured: str


@dataclass(frozen=True, slots=True)
class FoundShare:
    """How many of the measured askings of one span found the name."""

    found: int
    measured: int
    asked: int


@dataclass(frozen=True, slots=True)
class EventBand:
    """A planned event, under the axis."""

    starts: datetime
    ends: datetime
    text: str


def share(answers: Mapping[Answer, int], unmatched: int) -> FoundShare:
    """The share found among what was measured; results of which none match are not found."""
    asked = sum(answers.values())
    measured = asked - sum(answers.get(answer, 0) for answer in NOT_MEASURED)
    return FoundShare(max(0, answers.get(Answer.RESULTS, 0) - unmatched), measured, asked)


def amount(answers: Mapping[Answer, int], matching: int) -> float | None:
    """How many results of an answer carry the name; None where no answer had any results."""
    results = answers.get(Answer.RESULTS, 0)
    return matching / results if results else None


def target_share(bucket: TimelineBucket) -> FoundShare:
    """What was found of the target."""
    return share(bucket.target, bucket.target_unmatched)


def controls_share(bucket: TimelineBucket) -> FoundShare:
    """What was found of the controls."""
    return share(bucket.controls, bucket.controls_unmatched)


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Time from left to right over equal spans."""

    buckets: Sequence[TimelineBucket]
    width: int
    left: int = LEFT

    @property
    def ends(self) -> tuple[datetime, datetime]:
        """What the axis covers; its buckets must be at least two."""
        return self.buckets[0].at, self.buckets[-1].at + (self.buckets[1].at - self.buckets[0].at)

    def x(self, index: float) -> float:
        """Where a bucket begins."""
        return self.left + (self.width - self.left - RIGHT) * index / max(len(self.buckets), 1)

    def x_of(self, at: datetime) -> float | None:
        """Where a moment lies; None outside of the axis."""
        if len(self.buckets) < 2:
            return None
        start, end = self.ends
        return self.x((at - start) / (end - start) * len(self.buckets)) if start <= at <= end else None

    @property
    def column(self) -> float:
        """The width of a bucket."""
        return (self.width - self.left - RIGHT) / max(len(self.buckets), 1)


def found_chart(
    buckets: Sequence[TimelineBucket],
    evidence: Sequence[EvidencePoint],
    threshold: float,
    onset: tuple[datetime, datetime] | None,
    labels: ChartLabels,
    time: Callable[[datetime], str],
    width: int = WIDE,
    marks: Sequence[Mark] = (),
    bands: Sequence[EventBand] = (),
    odds: Callable[[float], str] = "{:.3g}".format,
) -> str:
    """Target against controls, and the evidence below on a log scale with the promise's threshold.

    `onset` is the span in which the trouble began: shaded over all strips. `marks` stand in a lane above,
    planned events (`bands`) below the axis.
    """
    axis = TimeAxis(buckets, width)
    seen = _levelled([(mark, x) for mark in marks if (x := axis.x_of(mark.at)) is not None])
    top = 28 + LANE * (1 + max((level for _, _, level in seen), default=-1))
    below = top + 2 * (STRIP + GAP)
    graded = _graded(below, axis, labels)
    if graded:
        below += GRADED + GAP
    bottom = below + STRIP
    planned = _bands(bottom + 24, axis, bands)
    parts = [
        *strip(top, STRIP, labels.target, "target", axis, target_share),
        *strip(top + STRIP + GAP, STRIP, labels.controls, "controls", axis, controls_share),
        *graded,
        *_evidence(below, axis, evidence, threshold, labels, odds),
        *time_axis(bottom, axis, time),
        *_onset(top - 2, bottom, axis, onset, labels),
        *_marks(bottom, seen),
        *planned,
        *_numbers(top - 2, bottom, axis, evidence, labels, time, odds),
    ]
    height = bottom + 24 + (20 if planned else 0)
    return drawing(axis, height, labels.title, labels.description, "found", parts)


def drawing(
    axis: TimeAxis, height: int, title: str, description: str, name: str, parts: Sequence[str]
) -> str:
    """The parts as one picture; a page's script reads from it what time its axis covers."""
    shape = "wide" if axis.width == WIDE else "narrow"
    id, covers = f"{name}-{shape}", ""
    if len(axis.buckets) >= 2:
        start, end = (int(at.timestamp() * 1000) for at in axis.ends)
        covers = f' data-from="{start}" data-to="{end}" data-left="{axis.left}" data-right="{RIGHT}"'
    return (
        f'<svg class="chart {shape}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {axis.width} {height}" '
        f'role="img" aria-labelledby="{id}-title {id}-description"{covers}>'
        f'<title id="{id}-title">{escape(title)}</title>'
        f'<desc id="{id}-description">{escape(description)}</desc>' + "".join(parts) + "</svg>"
    )


def shortened(text: str, letters: int) -> str:
    """As much of a text as has room, and whether there was more."""
    return text if len(text) <= letters else text[: max(letters - 1, 1)] + "\u2026"


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
        *_frame(top, height, name, axis),
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


def _graded(top: int, axis: TimeAxis, labels: ChartLabels) -> list[str]:
    """How much was found: columns for the target, a line for its controls, on one scale. A name may be found
    and yet with far less than before."""
    ours = [amount(bucket.target, bucket.target_matching) for bucket in axis.buckets]
    theirs = [amount(bucket.controls, bucket.controls_matching) for bucket in axis.buckets]
    most = max((value for value in (*ours, *theirs) if value is not None), default=0.0)
    if most <= 0:
        return []
    bottom, wide = top + GRADED, max(axis.column * 0.6, axis.column - 1)
    bars, line, pen = list[str](), list[str](), "M"
    for index, (own, other) in enumerate(zip(ours, theirs, strict=True)):
        x = axis.x(index)
        if own:
            high = GRADED * own / most
            bars.append(f"M{x:.1f},{bottom - high:.1f}h{wide:.1f}V{bottom}h{-wide:.1f}z")
        if other is None:
            pen = "M"
            continue
        y = bottom - GRADED * other / most
        line.append(f"{pen}{x:.1f},{y:.1f}h{axis.column:.1f}")
        pen = "L"
    parts = [
        *_frame(top, GRADED, labels.graded, axis),
        f'<text class="tick" x="{axis.left - 5}" y="{top + 8}" text-anchor="end">{most:.3g}</text>',
        f'<text class="tick" x="{axis.left - 5}" y="{bottom}" text-anchor="end">0</text>',
    ]
    if bars:
        parts.append(f'<path class="amount" d="{"".join(bars)}"/>')
    if line:
        parts.append(f'<path class="beside" d="{"".join(line)}"/>')
    return parts


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


def _onset(
    top: int, bottom: int, axis: TimeAxis, onset: tuple[datetime, datetime] | None, labels: ChartLabels
) -> list[str]:
    if onset is None or len(axis.buckets) < 2:
        return []
    start, end = axis.ends
    if onset[1] < start or onset[0] > end:
        return []
    left, right = (axis.x_of(min(max(at, start), end)) or 0.0 for at in onset)
    return [
        f'<rect class="onset" x="{left:.1f}" y="{top}" width="{max(right - left, 3):.1f}" '
        f'height="{bottom - top}"><title>{escape(labels.onset)}</title></rect>'
    ]


def _levelled(marks: Sequence[tuple[Mark, float]]) -> list[tuple[Mark, float, int]]:
    """Marks that would lie on one another, under one another: each on the first level that has room."""
    ends = [-math.inf] * LEVELS
    found = []
    for mark, x in marks:
        free = [level for level in range(LEVELS) if x - ends[level] >= APART]
        level = free[0] if free else min(range(LEVELS), key=lambda number: ends[number])
        ends[level] = x
        found.append((mark, x, level))
    return found


def _marks(bottom: int, marks: Sequence[tuple[Mark, float, int]]) -> list[str]:
    return [
        f'<g class="mark {mark.kind}"><title>{escape(mark.text)}</title>'
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{12 + LANE * level + 9}" y2="{bottom}"/>'
        f'<path transform="translate({x:.1f} {12 + LANE * level})" d="{SHAPES[mark.kind]}"/></g>'
        for mark, x, level in marks
    ]


def _bands(top: int, axis: TimeAxis, bands: Sequence[EventBand]) -> list[str]:
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
        room = int((axis.width - RIGHT - left) / LETTER)
        parts.append(
            f'<g class="planned"><title>{escape(band.text)}</title><rect x="{left:.1f}" y="{top}" '
            f'width="{wide:.1f}" height="5"/><text class="tick" x="{left:.1f}" y="{top + 17}">'
            f"{escape(shortened(band.text, room))}</text></g>"
        )
    return parts


def _frame(top: int, height: int, name: str, axis: TimeAxis) -> list[str]:
    bottom = top + height
    shown = shortened(name, (axis.width - axis.left - RIGHT) // LETTER)
    return [
        f'<text class="label" x="{axis.left}" y="{top - 9}">{escape(shown)}</text>',
        f'<line class="base" x1="{axis.left}" x2="{axis.width - RIGHT}" y1="{bottom}" y2="{bottom}"/>',
    ]


def _evidence(
    top: int,
    axis: TimeAxis,
    evidence: Sequence[EvidencePoint],
    threshold: float,
    labels: ChartLabels,
    odds: Callable[[float], str],
) -> list[str]:
    bottom = top + STRIP
    highest = math.log10(max([1.0, *(min(point.evidence, 1e30) for point in evidence)]))
    line = math.log10(max(threshold, 2.0))
    most = max(1.3 * line, min(highest, line + DECADES))

    def y(value: float) -> float:
        return bottom - STRIP * min(1.0, max(0.0, math.log10(max(value, 1.0))) / most)

    right = axis.width - RIGHT
    parts = [
        *_frame(top, STRIP, labels.evidence, axis),
        *(
            f'<line class="grid" x1="{axis.left}" x2="{right}" y1="{y(10.0**power):.1f}" '
            f'y2="{y(10.0**power):.1f}"/><text class="tick" x="{axis.left - 5}" '
            f'y="{y(10.0**power) + 4:.1f}" text-anchor="end">{_power(power)}</text>'
            for power in _powers(most)
            if y(10.0**power) > top + 12
        ),
        f'<line class="threshold" x1="{axis.left}" x2="{right}" '
        f'y1="{y(threshold):.1f}" y2="{y(threshold):.1f}"/>',
        f'<text class="tick" x="{axis.left + 4}" y="{y(threshold) - 5:.1f}">'
        f"{escape(labels.threshold)}</text>",
        f'<text class="tick" x="{axis.left - 5}" y="{bottom}" text-anchor="end">1</text>',
    ]
    if highest > most:
        parts.append(
            f'<text class="tick" x="{axis.left - 5}" y="{top + 4}" text-anchor="end">'
            f"&gt;{_power(int(most))}</text>"
        )
    points = [(x, y(point.evidence)) for point in evidence if (x := axis.x_of(point.at)) is not None]
    if points:
        steps = [f"M{points[0][0]:.1f},{points[0][1]:.1f}"]
        steps += [f"H{x:.1f}V{height:.1f}" for x, height in points[1:]]
        parts.append(f'<path class="evidence" d="{"".join(steps)}"/>')
        parts.append(f'<circle class="newest" cx="{points[-1][0]:.1f}" cy="{points[-1][1]:.1f}" r="3"/>')
    return parts


def _powers(most: float) -> list[int]:
    """The powers of ten that the evidence's axis names, above 1."""
    step = max(1, math.ceil(most / TICKS))
    return list(range(step, int(most) + 1, step))


def _power(power: int) -> str:
    """`10`, `1000`, `10⁶`."""
    if power <= 3:
        return str(10**power)
    return "10" + "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(digit)] for digit in str(power))


def _numbers(
    top: int,
    bottom: int,
    axis: TimeAxis,
    evidence: Sequence[EvidencePoint],
    labels: ChartLabels,
    time: Callable[[datetime], str],
    odds: Callable[[float], str],
) -> list[str]:
    """Over each span, unseen, its exact numbers: where the pointer rests, they are told."""
    parts = []
    steps = list(evidence)
    last: EvidencePoint | None = None
    for index, bucket in enumerate(axis.buckets):
        end = axis.buckets[index + 1].at if index + 1 < len(axis.buckets) else None
        while steps and (end is None or steps[0].at < end):
            last = steps.pop(0)
        told = [
            f"{name}: {_told(share_of(bucket), labels)}"
            for name, share_of in ((labels.target, target_share), (labels.controls, controls_share))
            if share_of(bucket).asked
        ]
        if not told:
            continue
        much = [
            f"{value:.3g}"
            for value in (
                amount(bucket.target, bucket.target_matching),
                amount(bucket.controls, bucket.controls_matching),
            )
            if value is not None
        ]
        if len(much) == 2 and any(
            bucket.target_matching or bucket.controls_matching for bucket in axis.buckets
        ):
            told.append(f"{labels.graded}: {much[0]} / {much[1]}")
        if last is not None:
            told.append(f"{labels.evidence}: {odds(last.evidence)}")
        parts.append(
            f'<rect class="hit" x="{axis.x(index):.1f}" y="{top}" width="{axis.column:.1f}" '
            f'height="{bottom - top}"><title>{escape(time(bucket.at))}\n{escape(chr(10).join(told))}</title>'
            "</rect>"
        )
    return parts


def _told(seen: FoundShare, labels: ChartLabels) -> str:
    if seen.measured == 0:
        return labels.not_measured
    return labels.found.format(found=seen.found, asked=seen.measured)
