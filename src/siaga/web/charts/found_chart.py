"""The chart of one name: target against controls, how much was found, the evidence, and what happened.

Charts are SVG text, made on the server: one look on pages, in downloads and in print. Colours come from
classes (`chart.css`), shapes from attributes, so that no inline style is needed and every mark can be told
apart without colour.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from siaga.ports.watch import EvidencePoint, TimelineBucket
from siaga.web.charts.annotations import Mark
from siaga.web.charts.axis import TimeAxis, drawing, time_axis
from siaga.web.charts.evidence_strip import evidence_strip
from siaga.web.charts.found_share import FoundShare, amount, controls_share, target_share
from siaga.web.charts.marks import LANE, EventBand, drawn_bands, drawn_marks, drawn_onset, levelled
from siaga.web.charts.strips import AMOUNT_HEIGHT, amount_strip, strip
from siaga.web.charts.svg import WIDE, escape

STRIP: Final = 60
GAP: Final = 36


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
    seen = levelled([(mark, x) for mark in marks if (x := axis.x_of(mark.at)) is not None])
    top = 28 + LANE * (1 + max((level for _, _, level in seen), default=-1))
    below = top + 2 * (STRIP + GAP)
    amounts = amount_strip(below, axis, labels.graded)
    if amounts:
        below += AMOUNT_HEIGHT + GAP
    bottom = below + STRIP
    planned = drawn_bands(bottom + 24, axis, bands)
    parts = [
        *strip(top, STRIP, labels.target, "target", axis, target_share),
        *strip(top + STRIP + GAP, STRIP, labels.controls, "controls", axis, controls_share),
        *amounts,
        *evidence_strip(below, STRIP, axis, evidence, threshold, labels.evidence, labels.threshold),
        *time_axis(bottom, axis, time),
        *drawn_onset(top - 2, bottom, axis, onset, labels.onset),
        *drawn_marks(bottom, seen),
        *planned,
        *_numbers(top - 2, bottom, axis, evidence, labels, time, odds),
    ]
    height = bottom + 24 + (20 if planned else 0)
    return drawing(axis, height, labels.title, labels.description, "found", parts)


def _numbers(
    top: int,
    bottom: int,
    axis: TimeAxis,
    evidence: Sequence[EvidencePoint],
    labels: ChartLabels,
    time: Callable[[datetime], str],
    odds: Callable[[float], str],
) -> list[str]:
    """Over each span, unseen, its exact numbers: shown where the pointer rests."""
    parts = []
    steps = list(evidence)
    last: EvidencePoint | None = None
    for index, bucket in enumerate(axis.buckets):
        end = axis.buckets[index + 1].at if index + 1 < len(axis.buckets) else None
        while steps and (end is None or steps[0].at < end):
            last = steps.pop(0)
        lines = [
            f"{name}: {_found_text(share_of(bucket), labels)}"
            for name, share_of in ((labels.target, target_share), (labels.controls, controls_share))
            if share_of(bucket).asked
        ]
        if not lines:
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
            lines.append(f"{labels.graded}: {much[0]} / {much[1]}")
        if last is not None:
            lines.append(f"{labels.evidence}: {odds(last.evidence)}")
        parts.append(
            f'<rect class="hit" x="{axis.x(index):.1f}" y="{top}" width="{axis.column:.1f}" '
            f'height="{bottom - top}"><title>{escape(time(bucket.at))}\n{escape(chr(10).join(lines))}</title>'
            "</rect>"
        )
    return parts


def _found_text(seen: FoundShare, labels: ChartLabels) -> str:
    if seen.measured == 0:
        return labels.not_measured
    return labels.found.format(found=seen.found, asked=seen.measured)
