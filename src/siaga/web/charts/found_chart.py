"""The charts of one name: how much was found of it beside its controls and what happened; and the evidence.

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
from siaga.web.charts.axis import RIGHT, TimeAxis, drawing, time_axis
from siaga.web.charts.evidence_strip import evidence_strip
from siaga.web.charts.found_share import FoundShare, amount, controls_share, target_share
from siaga.web.charts.marks import LANE, EventBand, drawn_bands, drawn_marks, levelled, mark_words
from siaga.web.charts.results_plot import PLOT, incident_shade, result_series, results_plot
from siaga.web.charts.strips import columns
from siaga.web.charts.svg import WIDE, escape

STRIP: Final = 12
EVIDENCE: Final = 90
BESIDE: Final = 160
"""Drawing units for the names beside their lines, where the drawing is wide."""


@dataclass(frozen=True, slots=True)
class ChartLabels:
    """The words in a chart, in the page's language."""

    target: str
    controls: str
    evidence: str
    threshold: str
    onset: str
    """For the shaded time of an incident."""
    title: str
    description: str
    graded: str
    """For how much was found: results that carry the name."""
    found: str
    """Such as `{found} of {asked} found`."""
    not_measured: str
    strips: str = ""
    """Beside the strips of found and missing."""


def found_chart(
    buckets: Sequence[TimelineBucket],
    evidence: Sequence[EvidencePoint],
    incidents: Sequence[tuple[datetime, datetime]],
    labels: ChartLabels,
    time: Callable[[datetime], str],
    width: int = WIDE,
    marks: Sequence[Mark] = (),
    bands: Sequence[EventBand] = (),
    odds: Callable[[float], str] = "{:.3g}".format,
    number: Callable[[float], str] = "{:.3g}".format,
    word: Callable[[Mark], str] = lambda mark: "",
) -> str:
    """The fact: how much was found of the name beside its controls, the `incidents` shaded from onset to end,
    and below it whether each check found anything. `marks` stand in a lane above, planned events (`bands`)
    below the axis; `evidence` shows under the pointer alone."""
    axis = TimeAxis(buckets, width, right=BESIDE if width == WIDE else RIGHT)
    seen = levelled([(mark, x) for mark in marks if (x := axis.x_of(mark.at)) is not None])
    top = 30 + LANE * (1 + max((level for _, _, level in seen), default=-1))
    series = result_series(buckets)
    strips = top + (PLOT + 10 if series.most > 0 else 0)
    bottom = strips + 2 * (STRIP + 4)
    planned = drawn_bands(bottom + 24, axis, bands)
    parts = [
        *(part for span in incidents for part in incident_shade(top, bottom - 4, axis, span, labels.onset)),
        *results_plot(top, axis, series, labels.target, labels.controls, number),
        *columns(strips, STRIP, "target", axis, target_share),
        *columns(strips + STRIP + 4, STRIP, "controls", axis, controls_share),
        *time_axis(bottom, axis, time),
        *drawn_marks(top, seen),
        *mark_words(seen, axis, word),
        *planned,
        *_numbers(top - 2, bottom, axis, evidence, labels, time, odds),
    ]
    if width == WIDE:
        x = width - axis.right + 8
        parts += [
            f'<text class="tick" x="{x}" y="{strips + 11}">{escape(labels.strips)}</text>' if buckets else ""
        ]
    height = bottom + 24 + (20 if planned else 0)
    return drawing(axis, height, labels.title, labels.description, "found", parts)


def evidence_chart(
    buckets: Sequence[TimelineBucket],
    evidence: Sequence[EvidencePoint],
    threshold: float,
    incidents: Sequence[tuple[datetime, datetime]],
    labels: ChartLabels,
    time: Callable[[datetime], str],
    width: int = WIDE,
) -> str:
    """How strong the evidence was, on a logarithmic scale with the promise's threshold."""
    axis, top = TimeAxis(buckets, width), 28
    bottom = top + EVIDENCE
    parts = [
        *(part for span in incidents for part in incident_shade(top, bottom, axis, span, labels.onset)),
        *evidence_strip(top, EVIDENCE, axis, evidence, threshold, labels.evidence, labels.threshold),
        *time_axis(bottom, axis, time),
    ]
    return drawing(axis, bottom + 24, labels.title, labels.evidence, "strength", parts)


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
