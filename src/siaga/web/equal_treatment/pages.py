"""The page of equal treatment: how each platform treats the contestants beside one another, and how we do."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from siaga.cases.publication import is_public, totals_until
from siaga.detection.equal_treatment import PairComparison
from siaga.domain.time import rfc3339
from siaga.election.cadence import Cadence, cadences
from siaga.i18n.speech import Speech
from siaga.ports.watch import PlatformTreatment, WatchView
from siaga.web.charts.downloads import csv_file
from siaga.web.charts.forest import ForestRow, forest
from siaga.web.charts.svg import NARROW, WIDE
from siaga.web.equal_treatment.counts import PlatformCounts, counts_sentence, platform_counts
from siaga.web.html.rendering import Renderer
from siaga.web.http.page_cache import PageCache
from siaga.web.summary import matrix

SPANS: Final[Mapping[str, timedelta]] = MappingProxyType(
    {"24h": timedelta(days=1), "7d": timedelta(days=7), "30d": timedelta(days=30)}
)
USUAL: Final = "24h"


class EqualTreatmentPages:
    """The page and its numbers, for one room."""

    def __init__(self, watch: WatchView, renderer: Renderer, cache: PageCache) -> None:
        self._watch, self._renderer, self._cache = watch, renderer, cache

    async def equal(self, request: Request) -> Response:
        """All contestants side by side, by platform: plain counts first, intervals last."""
        speech = self._renderer.speech(request)
        names, labels = self._names(), self._labels()
        span, since, until = self._stretch(request)
        counts = await self._counts(since, until)
        missing = sorted((each for each in counts if each.is_missing), key=lambda each: -each.bars[0].missing)
        return self._renderer.page(
            request,
            "equal_treatment/equal.html",
            headline=[counts_sentence(speech, each) for each in missing],
            missing=missing,
            calm=[each for each in counts if not each.is_missing],
            counts=counts,
            uneven=[each for each in counts if not each.is_even],
            span=span,
            spans=SPANS,
            until=until,
            pairs=[
                {
                    "platform": treatment.platform,
                    "label": labels[treatment.platform],
                    "rows": [_more_first(pair) for pair in treatment.pairs],
                    "drawn": [
                        _plot(speech, treatment, names, labels[treatment.platform], width)
                        for width in (WIDE, NARROW)
                    ],
                }
                for treatment in self._treatment(request)
                if treatment.pairs
            ],
            are_withheld=self._cache.withheld_from(request) is not None,
            cases=[
                case
                for case in self._watch.cases()
                if is_public(case) and case.stage.is_open and case.subject
            ],
            names=names,
            times=_times,
            take_turns=any(surface.shape.takes_turns for surface in self._surfaces),
            asks_some_always=any(surface.asks_some_always for surface in self._surfaces),
        )

    @cached_property
    def _surfaces(self) -> Sequence[Cadence]:
        return [surface for surfaces in cadences(self._watch.election).values() for surface in surfaces]

    async def counts_csv(self, request: Request) -> Response:
        """The exact counts."""
        self._renderer.speech(request)
        _, since, until = self._stretch(request)
        header = ("platform", "subject", "role", "checks", "missing", "since", "until")
        found = await self._watch.missing_counts(since, until)
        rows = [
            (platform, each.subject, each.role, each.checks, each.missing, rfc3339(since), rfc3339(until))
            for platform, counted in found.items()
            for each in counted
        ]
        return csv_file(header, rows, "siaga-equal-counts")

    async def pairs_csv(self, request: Request) -> Response:
        """The exact numbers of the pairs; none while those of a suspicion are among them."""
        self._renderer.speech(request)
        header = ("platform", "first", "second", "first_only", "second_only", "low", "high")
        rows = [
            (
                *(pair.platform, pair.first, pair.second, pair.first_only, pair.second_only),
                *(f"{pair.low:.6g}", f"{pair.high:.6g}"),
            )
            for treatment in self._treatment(request)
            for pair in treatment.pairs
        ]
        return csv_file(header, rows, "siaga-equal-treatment")

    def _stretch(self, request: Request) -> tuple[str, datetime, datetime]:
        """What an address asks to see, until when whoever asks may see totals."""
        span = request.query_params.get("span", USUAL)
        if span not in SPANS:
            raise HTTPException(400)
        moment, viewer = self._cache.moment(), self._cache.viewer(request)
        until = totals_until(moment.verdicts, viewer, self._watch.now())
        return span, until - SPANS[span], until

    async def _counts(self, since: datetime, until: datetime) -> Sequence[PlatformCounts]:
        found, names = await self._watch.missing_counts(since, until), self._names()
        counted = [
            platform_counts(platform, label, found.get(platform, ()), names)
            for platform, label in self._labels().items()
        ]
        return [each for each in counted if each is not None]

    def _treatment(self, request: Request) -> Sequence[PlatformTreatment]:
        """Its totals go up to this moment, so a suspicion is among them."""
        return [] if self._cache.withheld_from(request) is not None else self._watch.treatment()

    def _names(self) -> Mapping[str, str]:
        return {person.id: matrix.main_name(person) for person in self._watch.election.people()}

    def _labels(self) -> Mapping[str, str]:
        return {platform.id: platform.label for platform in self._watch.election.platforms}


def _more_first(pair: PairComparison) -> PairComparison:
    """The pair with the one first that was more often the missing one."""
    if pair.first_only >= pair.second_only:
        return pair
    return PairComparison(
        pair.platform,
        pair.second,
        pair.first,
        pair.second_only,
        pair.first_only,
        1 / pair.high if pair.high else 0.0,
        1 / pair.low if pair.low else float("inf"),
    )


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
    label = speech.say("{first} than {second}", first=first, second=second)
    return ForestRow(label, pair.low, ratio, pair.high, tip)


def _plot(
    speech: Speech, treatment: PlatformTreatment, names: Mapping[str, str], label: str, width: int
) -> str:
    return forest(
        [_row(speech, _more_first(pair), names) for pair in treatment.pairs],
        speech.say("How many times more often one contestant was missing on {platform}", platform=label),
        f"equal-{treatment.platform}",
        speech.say("equal"),
        width,
    )


def _times(speech: Speech, value: float) -> str:
    if value == float("inf"):
        return "∞"
    return str(speech.number(float(f"{value:.2g}")))
