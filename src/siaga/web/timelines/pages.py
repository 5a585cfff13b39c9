"""Serves the pages of timelines: measures the rows of a topic and draws them, as page, picture or table."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from siaga.cases.publication import is_public
from siaga.i18n.evidence_phrases import chart_caption
from siaga.i18n.speech import Speech
from siaga.measurements.rollups import GroupBy
from siaga.ports.watch import TimelineBucket, WatchView
from siaga.web.charts.downloads import TIMELINE_HEADER, csv_file, png_file, svg_file, timeline_row
from siaga.web.charts.found_share import FoundShare, controls_share, target_share
from siaga.web.charts.name_chart import BEFORE, NameCharts
from siaga.web.charts.stacked import TimelineStrip, strips_chart
from siaga.web.charts.svg import NARROW, WIDE
from siaga.web.charts.window import LONGEST, SHORTEST, SPANS, TimeWindow, window_of
from siaga.web.charts.withheld import without_target
from siaga.web.html.rendering import Renderer
from siaga.web.http.page_cache import PageCache
from siaga.web.http.parameters import number_of
from siaga.web.summary import matrix
from siaga.web.timelines.topics import MOST_ROWS, TimelineEntry, TimelineGroup, TimelineTopic

BUCKETS: Final = 72
MOST_CASES: Final = 50


@dataclass(frozen=True, slots=True)
class TimelineTotals:
    """One row as the page's table has it."""

    entry: TimelineEntry
    target: FoundShare
    controls: FoundShare


@dataclass(frozen=True, slots=True)
class TimelineChart:
    """One chart with its numbers."""

    part: TimelineGroup
    wide: str
    narrow: str
    rows: Sequence[TimelineTotals]
    more: int
    """Rows that had no room."""


@dataclass(frozen=True, slots=True)
class IncidentChart:
    """What is wrong with a name, as a picture under its sentence."""

    caption: str
    drawn: Sequence[str]
    """Wide and narrow."""
    path: str
    """The name's own page, below the language."""


Find = Callable[[Request, Speech], TimelineTopic]
Handler = Callable[[Request], Awaitable[Response]]


class TimelinePages:
    """These pages of one room."""

    def __init__(self, watch: WatchView, renderer: Renderer, cache: PageCache) -> None:
        self._watch, self._renderer, self._cache = watch, renderer, cache
        self._charts = NameCharts(watch)

    async def events(self, request: Request) -> Response:
        """The election's planned moments, in order of time."""
        self._renderer.speech(request)
        events = sorted(self._watch.election.events, key=lambda event: event.starts)
        return self._renderer.page(request, "timelines/events.html", events=events)

    def page(self, find: Find) -> Handler:
        """The page itself."""

        async def shown(request: Request) -> Response:
            speech = self._renderer.speech(request)
            subject = find(request, speech)
            window = self._window(request, subject)
            incident = await self._incident(request, speech, subject)
            cases = [case for case in self._watch.cases() if is_public(case) and subject.concerns(case)]
            return self._renderer.page(
                request,
                "timelines/timelines.html",
                subject=subject,
                incident=incident,
                window=window,
                spans={} if subject.stretch else SPANS,
                drawn=[
                    await self._drawn(request, part, window, number)
                    for number, part in enumerate(subject.groups)
                ],
                cases=list(reversed(cases))[:MOST_CASES],
                names=self._names(),
                platform_labels={platform.id: platform.label for platform in self._watch.election.platforms},
                **subject.shown,
            )

        return shown

    async def _incident(
        self, request: Request, speech: Speech, subject: TimelineTopic
    ) -> IncidentChart | None:
        """The gravest finding about a name, at first sight; None where the page has none."""
        if not subject.findings:
            return None
        verdict, now, election = subject.findings[0], self._watch.now(), self._watch.election
        platform = next(each for each in election.platforms if each.id == verdict.platform)
        person = next(each for each in election.people() if each.id == verdict.subject)
        evidence = self._renderer.known(verdict)
        since = max(evidence.began.by - BEFORE, now - LONGEST)
        window = TimeWindow("", min(since, now - SHORTEST), now, now)
        withheld = self._cache.withheld_from(request, platform.id, person.id)
        buckets = without_target(
            await self._charts.buckets(platform, person, verdict.surface, window), withheld
        )
        strength = self._charts.evidence(platform, person, window, self._cache.viewer(request))
        incidents = self._charts.incidents(platform, person, verdict.onset)
        return IncidentChart(
            chart_caption(speech, evidence, matrix.main_name(person), platform.label),
            [
                self._charts.chart(
                    speech, platform, person, verdict.surface, strength, buckets, incidents, width
                )
                for width in (WIDE, NARROW)
            ],
            f"names/{platform.id}/{person.id}",
        )

    def svg(self, find: Find) -> Handler:
        """One of its charts as a file."""

        async def file(request: Request) -> Response:
            return svg_file(*await self._file(request, find))

        return file

    def png(self, find: Find) -> Handler:
        """The same for any program."""

        async def file(request: Request) -> Response:
            return png_file(*await self._file(request, find))

        return file

    def csv(self, find: Find) -> Handler:
        """The exact numbers of one of its charts."""

        async def file(request: Request) -> Response:
            subject, part, window = self._asked(request, find)
            found = await self._timelines(request, part, window)
            rows = [
                [entry.key, *timeline_row(bucket)]
                for entry in part.entries
                for bucket in found.get(entry.key, ())
            ]
            return csv_file(("of", *TIMELINE_HEADER), rows, _name(subject))

        return file

    async def _file(self, request: Request, find: Find) -> tuple[str, str]:
        subject, part, window = self._asked(request, find)
        drawn = await self._drawn(request, part, window, 0)
        return drawn.wide, _name(subject)

    def _asked(self, request: Request, find: Find) -> tuple[TimelineTopic, TimelineGroup, TimeWindow]:
        subject = find(request, self._renderer.speech(request))
        number = number_of(request.query_params.get("part", "0"))
        if number >= len(subject.groups):
            raise HTTPException(404)
        return subject, subject.groups[number], self._window(request, subject)

    def _window(self, request: Request, subject: TimelineTopic) -> TimeWindow:
        now = self._watch.now()
        if subject.stretch is None or not {"span", "from", "to"}.isdisjoint(request.query_params):
            return window_of(request, now, self._renderer.zone, "24h")
        since, until = subject.stretch
        until = max(min(until, now), since + SHORTEST)
        return TimeWindow("", max(since, until - LONGEST), until, now)

    async def _timelines(
        self, request: Request, part: TimelineGroup, window: TimeWindow
    ) -> Mapping[str, Sequence[TimelineBucket]]:
        """As far as whoever asks may see them."""
        found = await self._watch.timelines(part.by, window.since, window.until, part.where, BUCKETS)
        moment, viewer = self._cache.moment(), self._cache.viewer(request)

        def withheld_from(key: str) -> datetime | None:
            platform = key if part.by is GroupBy.PLATFORM else part.where.platform
            subject = key if part.by is GroupBy.SUBJECT else part.where.subject
            return moment.withheld_from(viewer, platform, subject)

        return {key: without_target(buckets, withheld_from(key)) for key, buckets in found.items()}

    async def _drawn(
        self, request: Request, part: TimelineGroup, window: TimeWindow, number: int
    ) -> TimelineChart:
        speech, now = self._renderer.speech(request), self._watch.now()
        found = await self._timelines(request, part, window)
        entries = [entry for entry in part.entries if entry.key in found]
        shown = sorted(entries, key=_gravest)[:MOST_ROWS] if len(entries) > MOST_ROWS else entries
        strips = [TimelineStrip(entry.label, found[entry.key]) for entry in shown]
        same = part.by is GroupBy.SUBJECT  # every contestant of a part is compared with the same controls
        controls = (
            TimelineStrip(speech.say("Comparison names"), found[shown[0].key]) if shown and same else None
        )
        pictures = [
            strips_chart(
                strips,
                controls,
                part.title,
                speech.say("Share of checks in which each name was found, over time, one row per name."),
                lambda at: speech.moment(at, now),
                width,
                f"strips-{number}",
            )
            if shown
            else ""
            for width in (WIDE, NARROW)
        ]
        rows = [
            TimelineTotals(
                entry,
                _sum(target_share(bucket) for bucket in found[entry.key]),
                _sum(controls_share(bucket) for bucket in found[entry.key]),
            )
            for entry in shown
        ]
        return TimelineChart(part, pictures[0], pictures[1], rows, len(entries) - len(shown))

    def _names(self) -> Mapping[str, str]:
        return {person.id: matrix.main_name(person) for person in self._watch.election.people()}


def _gravest(entry: TimelineEntry) -> int:
    return matrix.GRAVITY.index(entry.state) if entry.state else len(matrix.GRAVITY)


def _sum(shares: Iterable[FoundShare]) -> FoundShare:
    found = measured = asked = 0
    for share in shares:
        found, measured, asked = found + share.found, measured + share.measured, asked + share.asked
    return FoundShare(found, measured, asked)


def _name(subject: TimelineTopic) -> str:
    return f"siaga-{subject.path.replace('/', '-')}"
