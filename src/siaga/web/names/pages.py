"""The pages of one subject on one platform: the verdict, the chart, the evidence under it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from siaga.cases.case_evidence import known_evidence
from siaga.domain.errors import Sentence
from siaga.domain.records import Measurement
from siaga.domain.verdicts import Verdict
from siaga.election.cadence import Cadence, cadences
from siaga.election.model import Contestant, Person, PlatformWatch
from siaga.election.naming import names_for
from siaga.i18n.evidence_phrases import chart_caption
from siaga.ports.watch import TimelineBucket, WatchView
from siaga.web.charts import annotations as marks
from siaga.web.charts.downloads import TIMELINE_HEADER, csv_file, png_file, svg_file, timeline_row
from siaga.web.charts.found_share import controls_share, target_share
from siaga.web.charts.name_chart import NameCharts
from siaga.web.charts.svg import NARROW, WIDE
from siaga.web.charts.window import SPANS, TimeWindow, window_of
from siaga.web.charts.withheld import without_target
from siaga.web.html.rendering import Renderer
from siaga.web.http.page_cache import PageCache
from siaga.web.summary import matrix

MEASUREMENTS_SHOWN: Final = 20
ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class AskedEvery:
    """How often one name is asked on a platform, from each vantage at the base rate."""

    least: timedelta
    """Between two askings, on the surface that asks it most often ..."""
    most: timedelta
    """... and on the one that asks it least often."""
    takes_turns: bool


class NamePages:
    """The pages of one room's subjects."""

    def __init__(self, watch: WatchView, renderer: Renderer, page_cache: PageCache) -> None:
        self._watch = watch
        self._renderer = renderer
        self._page_cache = page_cache
        self._charts = NameCharts(watch)

    async def subject(self, request: Request) -> Response:
        """One subject on one platform: the verdict, the chart, the cells, the evidence under it."""
        speech = self._renderer.speech(request)
        platform, person = self._place(request)
        window = window_of(request, self._watch.now(), self._renderer.zone)
        verdicts = self._page_cache.verdicts_of(request, person.id)
        verdict = matrix.subject_verdicts(verdicts).get((platform.id, person.id))
        surface = self._surface(request, platform, verdict)
        buckets = await self._buckets(request, platform, person, surface, window)
        evidence = self._charts.evidence(platform, person, window, self._page_cache.viewer(request))
        marked = marks.marks_of(self._watch, speech, platform.id, person.id)
        incidents = self._charts.incidents(platform, person, _onset(verdict))
        known = None if verdict is None else known_evidence(verdict, self._watch.cases(), verdicts)
        seen = {mark.kind for mark in marked if window.since <= mark.at <= window.until}
        contestant = self._watch.election.contestant_of(person.id)
        return self._renderer.page(
            request,
            "names/name.html",
            evidence=known,
            spans=SPANS,
            window=window,
            platform=platform,
            person=person,
            contestant=contestant,
            asked=self._asked_every(platform, person, contestant),
            verdict=verdict,
            surface=surface,
            cells=matrix.cells_of(verdicts, platform.id, person.id),
            drawn=[
                self._charts.chart(speech, platform, person, surface, evidence, buckets, incidents, width)
                for width in (WIDE, NARROW)
            ],
            strength=[
                self._charts.strength(speech, platform, person, evidence, buckets, incidents, width)
                for width in (WIDE, NARROW)
            ]
            if evidence and buckets
            else [],
            caption=None
            if known is None
            else chart_caption(speech, known, matrix.main_name(person), platform.label),
            threshold=self._watch.threshold(),
            marks_seen=[kind for kind in marks.MarkKind if kind in seen],
            MARKS=marks.WORDS,
            SHAPES=marks.SHAPES,
            cases=[
                case
                for case in reversed(self._watch.cases())
                if (case.platform, case.subject) == (platform.id, person.id) and case.proof is not None
            ],
            buckets=[(b, target_share(b), controls_share(b)) for b in buckets],
            measurements=await self._measurements(request, platform, person),
        )

    def _asked_every(
        self, platform: PlatformWatch, person: Person, contestant: Contestant | None
    ) -> AskedEvery | None:
        """None where the person has no name that the platform can be asked for."""
        first = contestant is not None and contestant.is_asked_first
        surfaces = [
            each for each in self._cadences[platform.id] if names_for(person.names, each.surface, platform.id)
        ]
        if not surfaces:
            return None
        spans = [each.between_askings(is_first=first) for each in surfaces]
        turns = any(each.is_turn_of(is_first=first) for each in surfaces)
        return AskedEvery(min(spans), max(spans), turns)

    @cached_property
    def _cadences(self) -> Mapping[str, Sequence[Cadence]]:
        return cadences(self._watch.election)

    async def _measurements(
        self, request: Request, platform: PlatformWatch, person: Person
    ) -> Sequence[Measurement]:
        """The newest that whoever asks may see."""
        newest = await self._watch.measurements(platform.id, person.id, MEASUREMENTS_SHOWN)
        since = self._page_cache.withheld_from(request, platform.id, person.id)
        return [m for m in newest if since is None or m.at < since]

    async def _buckets(
        self,
        request: Request,
        platform: PlatformWatch,
        person: Person,
        surface: str | None,
        window: TimeWindow,
    ) -> Sequence[TimelineBucket]:
        """What came back, as far as whoever asks may see it."""
        since = self._page_cache.withheld_from(request, platform.id, person.id)
        return without_target(await self._charts.buckets(platform, person, surface, window), since)

    async def moved(self, request: Request) -> Response:
        """From the address that the page had before to its own: `PLATFORM/NAME` could be another page's."""
        speech = self._renderer.speech(request)
        self._place(request)
        below = request.url.path.removeprefix(f"/{speech.language}/")
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/{speech.language}/names/{below}{query}", status_code=308)

    async def chart_svg(self, request: Request) -> Response:
        """The subject's chart as a file of its own, its look inside."""
        return svg_file(*await self._file(request))

    async def chart_png(self, request: Request) -> Response:
        """The same as a picture for any program."""
        return png_file(*await self._file(request))

    async def timeline_csv(self, request: Request) -> Response:
        """The chart's exact numbers."""
        self._renderer.speech(request)
        platform, person = self._place(request)
        window = window_of(request, self._watch.now(), self._renderer.zone)
        surface = self._surface(request, platform, None)
        rows = await self._buckets(request, platform, person, surface, window)
        return csv_file(TIMELINE_HEADER, map(timeline_row, rows), _name(platform, person))

    async def _file(self, request: Request) -> tuple[str, str]:
        speech = self._renderer.speech(request)
        platform, person = self._place(request)
        window = window_of(request, self._watch.now(), self._renderer.zone)
        surface = self._surface(request, platform, None)
        buckets = await self._buckets(request, platform, person, surface, window)
        evidence = self._charts.evidence(platform, person, window, self._page_cache.viewer(request))
        verdict = matrix.subject_verdicts(self._page_cache.verdicts(request)).get((platform.id, person.id))
        incidents = self._charts.incidents(platform, person, _onset(verdict))
        chart = self._charts.chart(speech, platform, person, surface, evidence, buckets, incidents)
        return chart, _name(platform, person)

    def _place(self, request: Request) -> tuple[PlatformWatch, Person]:
        platform = next(
            (p for p in self._watch.election.platforms if p.id == request.path_params["platform"]), None
        )
        person = next(
            (p for p in self._watch.election.people() if p.id == request.path_params["subject"]), None
        )
        if platform is None or person is None:
            raise HTTPException(404, Sentence("There is no such name on this platform in this election."))
        return platform, person

    def _surface(self, request: Request, platform: PlatformWatch, verdict: Verdict | None) -> str | None:
        """The surface asked for, else the one that the verdict names; `all` and None are all together."""
        asked = request.query_params.get("surface")
        if asked is None:
            return verdict.surface if verdict else None
        if asked != ALL and asked not in {watch.surface for watch in platform.surfaces}:
            raise HTTPException(400)
        return None if asked == ALL else asked


def _onset(verdict: Verdict | None) -> tuple[datetime, datetime] | None:
    """When the trouble began, where there is any."""
    return verdict.onset if verdict and verdict.state.is_finding else None


def _name(platform: PlatformWatch, person: Person) -> str:
    return f"siaga-{platform.id}-{person.id}"
