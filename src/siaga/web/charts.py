"""Charts as SVG text, made on the server: one look on pages, in downloads and in print.

Colours come from classes (`chart.css`), shapes from attributes, so that no inline style is needed and
every mark can be told apart without colour.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.sax import saxutils

from siaga.web.view import Bucket, EvidencePoint
from siaga.words.answers import Answer

WIDE = 960
NARROW = 360
"""Drawing units; a page shows one of the two by the screen's width, so that text stays readable."""
LEFT = 40
RIGHT = 8
LETTER = 8
"""The width of a bold letter, about."""
STRIP = 60
GAP = 36
NOT_MEASURED = frozenset(
    {Answer.LIMITED, Answer.CHALLENGED, Answer.WALLED, Answer.UNREACHABLE, Answer.UNREADABLE}
)


NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escape(text: str) -> str:
    """`text` as XML can hold it: without the characters that no XML may have."""
    return saxutils.escape(NOT_IN_XML.sub("", text))


@dataclass(frozen=True, slots=True)
class Labels:
    """The words in a chart, in the page's language."""

    target: str
    controls: str
    evidence: str
    threshold: str
    onset: str
    """For the shaded span in which the trouble began."""
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
    onset: tuple[datetime, datetime] | None,
    labels: Labels,
    time: Callable[[datetime], str],
    width: int = WIDE,
) -> str:
    """Target against controls, and the evidence below on a log scale with the promise's threshold.

    `onset` is the span in which the trouble began: shaded over all strips.
    """
    top = 28
    parts = [
        *_strip(top, labels.target, "target", buckets, _target, labels, time, width),
        *_strip(top + STRIP + GAP, labels.controls, "controls", buckets, _controls, labels, time, width),
        *_evidence(top + 2 * (STRIP + GAP), buckets, evidence, threshold, labels, width),
        *_axis(top + 3 * STRIP + 2 * GAP, buckets, time, width),
        *_onset(top - 2, top + 3 * STRIP + 2 * GAP, buckets, onset, labels, width),
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


def _ends(buckets: Sequence[Bucket]) -> tuple[datetime, datetime]:
    """The span that a chart of at least two buckets covers."""
    return buckets[0].at, buckets[-1].at + (buckets[1].at - buckets[0].at)


def _onset(
    top: int,
    bottom: int,
    buckets: Sequence[Bucket],
    onset: tuple[datetime, datetime] | None,
    labels: Labels,
    width: int,
) -> list[str]:
    if onset is None or len(buckets) < 2:
        return []
    start, end = _ends(buckets)
    if onset[1] < start or onset[0] > end:
        return []
    left, right = (
        _x((min(max(at, start), end) - start) / (end - start), 1, width) for at in (onset[0], onset[1])
    )
    return [
        f'<rect class="onset" x="{left:.1f}" y="{top}" width="{max(right - left, 3):.1f}" '
        f'height="{bottom - top}"><title>{escape(labels.onset)}</title></rect>'
    ]


def _frame(top: int, name: str, width: int) -> list[str]:
    bottom = top + STRIP
    most = (width - LEFT - RIGHT) // LETTER
    shown = name if len(name) <= most else name[: most - 1] + "\u2026"
    return [
        f'<text class="label" x="{LEFT}" y="{top - 9}">{escape(shown)}</text>',
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
    highest = math.log10(max([1.0, *(min(point.evidence, 1e30) for point in evidence)]))
    most = max(highest, 1.3 * math.log10(max(threshold, 2.0)))

    def y(value: float) -> float:
        return bottom - STRIP * max(0.0, math.log10(max(value, 1.0))) / most

    parts = [
        *_frame(top, labels.evidence, width),
        f'<line class="threshold" x1="{LEFT}" x2="{width - RIGHT}" '
        f'y1="{y(threshold):.1f}" y2="{y(threshold):.1f}"/>',
        f'<text class="tick" x="{LEFT + 4}" y="{y(threshold) - 5:.1f}">{escape(labels.threshold)}</text>',
        f'<text class="tick" x="{LEFT - 5}" y="{bottom}" text-anchor="end">1</text>',
    ]
    if len(buckets) < 2 or not evidence:
        return parts
    start, end = _ends(buckets)
    points = [
        (_x((point.at - start) / (end - start), 1, width), y(point.evidence))
        for point in evidence
        if start <= point.at <= end
    ]
    if points:
        steps = [f"M{points[0][0]:.1f},{points[0][1]:.1f}"]
        steps += [f"H{x:.1f}V{height:.1f}" for x, height in points[1:]]
        parts.append(f'<path class="evidence" d="{"".join(steps)}"/>')
        parts.append(f'<circle class="newest" cx="{points[-1][0]:.1f}" cy="{points[-1][1]:.1f}" r="3"/>')
    return parts


def _axis(top: int, buckets: Sequence[Bucket], time: Callable[[datetime], str], width: int) -> list[str]:
    if not buckets:
        return []
    every = max(1, -(-len(buckets) // (9 if width == WIDE else 3)))
    return [
        f'<text class="tick" x="{_x(index, len(buckets), width):.1f}" y="{top + 16}">'
        f"{escape(time(bucket.at))}</text>"
        for index, bucket in enumerate(buckets)
        if index % every == 0 and index <= len(buckets) - every / 2
    ]
