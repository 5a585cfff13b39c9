"""Charts as SVG text, made on the server: one look on pages, in downloads and in print.

Colours come from classes (`chart.css`), shapes from attributes, so that no inline style is needed and
every mark can be told apart without colour.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape

from siaga.web.view import Bucket, EvidencePoint
from siaga.words.answers import Answer

WIDE = 720
NARROW = 340
"""Drawing units; a page shows one of the two by the screen's width, so that text stays readable."""
LEFT = 34
RIGHT = 8
STRIP = 60
GAP = 36
NOT_MEASURED = frozenset(
    {Answer.LIMITED, Answer.CHALLENGED, Answer.WALLED, Answer.UNREACHABLE, Answer.UNREADABLE}
)


@dataclass(frozen=True, slots=True)
class Labels:
    """The words in a chart, in the page's language."""

    target: str
    controls: str
    evidence: str
    threshold: str
    title: str
    description: str
    found: str
    """Such as `{found} of {asked} found`, for a mark's tooltip."""
    not_measured: str


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the measured askings of one span found the name."""

    found: int
    measured: int
    asked: int


def share(answers: Mapping[Answer, int], unmatched: int) -> Share:
    """The share found among what was measured; results of which none match are not found."""
    asked = sum(answers.values())
    measured = asked - sum(answers.get(answer, 0) for answer in NOT_MEASURED)
    return Share(max(0, answers.get(Answer.RESULTS, 0) - unmatched), measured, asked)


def found_chart(
    buckets: Sequence[Bucket],
    evidence: Sequence[EvidencePoint],
    threshold: float,
    labels: Labels,
    time: Callable[[datetime], str],
    width: int = WIDE,
) -> str:
    """Target against controls, and the evidence below on a log scale with the promise's threshold."""
    top = 24
    parts = [
        *_strip(top, labels.target, "target", buckets, _target, labels, time, width),
        *_strip(top + STRIP + GAP, labels.controls, "controls", buckets, _controls, labels, time, width),
        *_evidence(top + 2 * (STRIP + GAP), buckets, evidence, threshold, labels, width),
        *_axis(top + 3 * STRIP + 2 * GAP, buckets, time, width),
    ]
    height = top + 3 * STRIP + 2 * GAP + 24
    shape = "wide" if width == WIDE else "narrow"
    return (
        f'<svg class="chart {shape}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'role="img" aria-labelledby="{shape}-title {shape}-description">'
        f'<title id="{shape}-title">{escape(labels.title)}</title>'
        f'<desc id="{shape}-description">{escape(labels.description)}</desc>' + "".join(parts) + "</svg>"
    )


def _target(bucket: Bucket) -> Share:
    return share(bucket.target, bucket.target_unmatched)


def _controls(bucket: Bucket) -> Share:
    return share(bucket.controls, bucket.controls_unmatched)


def _x(index: float, count: int, width: int) -> float:
    return LEFT + (width - LEFT - RIGHT) * index / max(count, 1)


def _frame(top: int, name: str, width: int) -> list[str]:
    bottom = top + STRIP
    return [
        f'<text class="label" x="{LEFT}" y="{top - 8}">{escape(name)}</text>',
        f'<line class="base" x1="{LEFT}" x2="{width - RIGHT}" y1="{bottom}" y2="{bottom}"/>',
    ]


def _strip(
    top: int,
    name: str,
    kind: str,
    buckets: Sequence[Bucket],
    share_of: Callable[[Bucket], Share],
    labels: Labels,
    time: Callable[[datetime], str],
    width: int,
) -> list[str]:
    """A row of columns: filled as far as the name was found, outlined to full height where measured."""
    bottom = top + STRIP
    parts = [
        *_frame(top, name, width),
        f'<text class="tick" x="{LEFT - 5}" y="{top + 8}" text-anchor="end">100%</text>',
        f'<text class="tick" x="{LEFT - 5}" y="{bottom}" text-anchor="end">0%</text>',
    ]
    column = (width - LEFT - RIGHT) / max(len(buckets), 1)
    wide = f"{max(column * 0.6, column - 1):.2f}"
    for index, bucket in enumerate(buckets):
        seen = share_of(bucket)
        x = _x(index, len(buckets), width)
        if seen.asked == 0:
            continue
        if seen.measured == 0:
            parts.append(
                f'<rect class="unmeasured" x="{x:.1f}" y="{bottom - 6}" width="{wide}" height="6">'
                f"<title>{escape(time(bucket.at))}: {escape(labels.not_measured)}</title></rect>"
            )
            continue
        height = STRIP * seen.found / seen.measured
        tip = labels.found.format(found=seen.found, asked=seen.measured)
        parts.append(
            f'<g class="{kind}"><title>{escape(time(bucket.at))}: {escape(tip)}</title>'
            f'<rect class="gap" x="{x:.1f}" y="{top}" width="{wide}" height="{STRIP - height:.1f}"/>'
            f'<rect class="found" x="{x:.1f}" y="{bottom - height:.1f}" width="{wide}" '
            f'height="{height:.1f}"/></g>'
        )
    return parts


def _evidence(
    top: int,
    buckets: Sequence[Bucket],
    evidence: Sequence[EvidencePoint],
    threshold: float,
    labels: Labels,
    width: int,
) -> list[str]:
    bottom = top + STRIP
    most = math.log10(max([threshold * 10, *(min(point.evidence, 1e30) for point in evidence)]))

    def y(value: float) -> float:
        return bottom - STRIP * max(0.0, math.log10(max(value, 1.0))) / most

    parts = [
        *_frame(top, labels.evidence, width),
        f'<line class="threshold" x1="{LEFT}" x2="{width - RIGHT}" '
        f'y1="{y(threshold):.1f}" y2="{y(threshold):.1f}"/>',
        f'<text class="tick" x="{width - RIGHT}" y="{y(threshold) - 4:.1f}" text-anchor="end">'
        f"{escape(labels.threshold)}</text>",
    ]
    if len(buckets) < 2 or not evidence:
        return parts
    start, end = buckets[0].at, buckets[-1].at + (buckets[1].at - buckets[0].at)
    span = (end - start).total_seconds()
    points = [
        f"{_x((point.at - start).total_seconds() / span, 1, width):.1f},{y(point.evidence):.1f}"
        for point in evidence
        if start <= point.at <= end
    ]
    if points:
        parts.append(f'<polyline class="evidence" points="{" ".join(points)}"/>')
    return parts


def _axis(top: int, buckets: Sequence[Bucket], time: Callable[[datetime], str], width: int) -> list[str]:
    if not buckets:
        return []
    every = max(1, len(buckets) // (6 if width == WIDE else 3))
    return [
        f'<text class="tick" x="{_x(index, len(buckets), width):.1f}" y="{top + 16}">'
        f"{escape(time(bucket.at))}</text>"
        for index, bucket in enumerate(buckets)
        if index % every == 0 and index <= len(buckets) - every / 2
    ]
