"""The page of equal treatment: how each platform treats the contestants beside one another, and how we do."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isinf
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from siaga.detection.equal_treatment import PairComparison
from siaga.i18n.speech import Speech
from siaga.ports.watch import PlatformTreatment, WatchView
from siaga.web.charts.forest import ForestRow, forest
from siaga.web.charts.svg import NARROW, WIDE
from siaga.web.html.rendering import Renderer
from siaga.web.http.csv_table import csv_table
from siaga.web.summary import matrix

MOST_SHOWN: Final = 30
"""Contestants whose counts a platform's table has; of more, those that were measured least."""


@dataclass(frozen=True, slots=True)
class MeasuredCount:
    """How often one subject was measured on a platform."""

    subject: str
    name: str
    asked: int
    missing: int
    share: float
    """Of the one that was measured most."""


class EqualTreatmentPages:
    """The page and its numbers, for one room."""

    def __init__(self, watch: WatchView, renderer: Renderer) -> None:
        self._watch = watch
        self._renderer = renderer

    async def equal(self, request: Request) -> Response:
        """All contestants side by side, by platform."""
        speech = self._renderer.speech(request)
        names = {person.id: matrix.main_name(person) for person in self._watch.election.people()}
        labels = {platform.id: platform.label for platform in self._watch.election.platforms}
        parts = [
            {
                "platform": treatment.platform,
                "label": labels[treatment.platform],
                "pairs": treatment.pairs,
                "uneven": [pair for pair in treatment.pairs if not _row(speech, pair, names).even],
                "wide": _plot(speech, treatment, names, labels[treatment.platform], WIDE),
                "narrow": _plot(speech, treatment, names, labels[treatment.platform], NARROW),
                "measured": _measured(treatment, names),
                "more": max(0, len(treatment.measured) - MOST_SHOWN),
            }
            for treatment in self._watch.treatment()
        ]
        return self._renderer.page(
            request, "equal_treatment/equal.html", parts=parts, names=names, ratio=_ratio
        )

    async def equal_csv(self, request: Request) -> Response:
        """The exact numbers."""
        self._renderer.speech(request)
        header = ["platform", "first", "second", "first_only", "second_only", "low", "high"]
        rows = [
            [
                *(pair.platform, pair.first, pair.second, pair.first_only, pair.second_only),
                *(f"{pair.low:.6g}", f"{pair.high:.6g}"),
            ]
            for treatment in self._watch.treatment()
            for pair in treatment.pairs
        ]
        return Response(
            csv_table(header, rows),
            media_type="text/csv; charset=utf-8",
            headers={
                "Content-Disposition": 'attachment; filename="siaga-equal-treatment.csv"',
                "Cache-Control": "no-store",
            },
        )


def _measured(treatment: PlatformTreatment, names: Mapping[str, str]) -> list[MeasuredCount]:
    """In the order given; of more than can be shown, the least measured first."""
    counted = list(treatment.measured.items())
    most = max((asked for _, (asked, _) in counted), default=0)
    if len(counted) > MOST_SHOWN:
        counted = sorted(counted, key=lambda count: count[1][0])[:MOST_SHOWN]
    return [
        MeasuredCount(subject, names.get(subject, subject), asked, missing, asked / most if most else 0.0)
        for subject, (asked, missing) in counted
    ]


def _row(speech: Speech, pair: PairComparison, names: Mapping[str, str]) -> ForestRow:
    first, second = names.get(pair.first, pair.first), names.get(pair.second, pair.second)
    tip = speech.say(
        "only {first} missing: {a}; only {second} missing: {b}",
        first=first,
        second=second,
        a=speech.number(pair.first_only),
        b=speech.number(pair.second_only),
    )
    ratio = (pair.first_only + 0.5) / (pair.second_only + 0.5)
    return ForestRow(f"{first} / {second}", pair.low, ratio, pair.high, tip)


def _plot(
    speech: Speech, treatment: PlatformTreatment, names: Mapping[str, str], label: str, width: int
) -> str | None:
    if not treatment.pairs:
        return None
    return forest(
        [_row(speech, pair, names) for pair in treatment.pairs],
        speech.say("How {platform} treats contestants compared with each other", platform=label),
        f"equal-{treatment.platform}",
        speech.say("second missing more often"),
        speech.say("first missing more often"),
        width,
    )


def _ratio(speech: Speech, value: float) -> str:
    if isinf(value):
        return "∞"
    return str(speech.number(float(f"{value:.2g}")))
