"""Pages that set many timelines side by side: of a contestant, a platform, a surface, a vantage, an event."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from siaga.cases.case import Case
from siaga.cases.publication import is_public
from siaga.domain.verdicts import State, Verdict
from siaga.election.model import Election, Event, PlatformWatch
from siaga.i18n import verdict_phrases
from siaga.i18n.speech import Speech
from siaga.measurements.rollups import GroupBy, TimelineFilter
from siaga.ports.watch import TimelineBucket, WatchView
from siaga.web.charts import chart as charts
from siaga.web.charts.downloads import TIMELINE_HEADER, csv_file, png_file, svg_file, timeline_row
from siaga.web.charts.stacked import Strip, strips_chart
from siaga.web.charts.window import LONGEST, SHORTEST, SPANS, Window, window_of
from siaga.web.findings import matrix
from siaga.web.html.rendering import Renderer
from siaga.web.http.page_cache import Present
from siaga.web.http.parameters import number_of

BUCKETS: Final = 72
MOST_ROWS: Final = 40
"""Rows of one chart; of more, the gravest."""
MOST_CASES: Final = 50
AROUND: Final = timedelta(hours=1)
"""Shown before and after an event."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row, before it is measured."""

    key: str
    """As `timelines` names it."""
    label: str
    path: str
    """The page about it, below the language; empty where there is none."""
    state: State | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One chart of a page."""

    title: str
    by: GroupBy
    where: TimelineFilter
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Row:
    """One row as the page's table has it."""

    entry: Entry
    target: charts.Share
    controls: charts.Share


@dataclass(frozen=True, slots=True)
class Drawn:
    """One chart with its numbers."""

    part: Part
    wide: str
    narrow: str
    rows: Sequence[Row]
    more: int
    """Rows that had no room."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What one page is about."""

    path: str
    """Below the language."""
    kind: str
    title: str
    crumbs: Sequence[tuple[str, str]]
    """Label and path of the pages above it."""
    parts: Sequence[Part]
    concerns: Callable[[Case], bool]
    """Whether a case belongs on it."""
    told: Mapping[str, Any]
    """What else its template shows."""
    stretch: tuple[datetime, datetime] | None = None
    """What is shown unless an address says otherwise; None for the usual span."""


Find = Callable[[Request, Speech], Subject]
Handler = Callable[[Request], Awaitable[Response]]


class SideBySide:
    """These pages of one room."""

    def __init__(self, room: WatchView, renderer: Renderer, present: Present) -> None:
        self._room, self._renderer, self._present = room, renderer, present

    def page(self, find: Find) -> Handler:
        """The page itself."""

        async def shown(request: Request) -> Response:
            speech = self._renderer.speech(request)
            subject = find(request, speech)
            window = self._window(request, subject)
            cases = [one for one in self._room.cases() if is_public(one) and subject.concerns(one)]
            return self._renderer.page(
                request,
                "side_by_side.html",
                subject=subject,
                window=window,
                spans={} if subject.stretch else SPANS,
                drawn=[
                    await self._drawn(speech, part, window, number)
                    for number, part in enumerate(subject.parts)
                ],
                cases=list(reversed(cases))[:MOST_CASES],
                names=self._names(),
                platform_labels={one.id: one.label for one in self._room.election.platforms},
                **subject.told,
            )

        return shown

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
            found = await self._timelines(part, window)
            rows = [
                [entry.key, *timeline_row(bucket)]
                for entry in part.entries
                for bucket in found.get(entry.key, ())
            ]
            return csv_file(("of", *TIMELINE_HEADER), rows, _name(subject))

        return file

    async def _file(self, request: Request, find: Find) -> tuple[str, str]:
        subject, part, window = self._asked(request, find)
        drawn = await self._drawn(self._renderer.speech(request), part, window, 0)
        return drawn.wide, _name(subject)

    def _asked(self, request: Request, find: Find) -> tuple[Subject, Part, Window]:
        subject = find(request, self._renderer.speech(request))
        number = number_of(request.query_params.get("part", "0"))
        if number >= len(subject.parts):
            raise HTTPException(404)
        return subject, subject.parts[number], self._window(request, subject)

    def _window(self, request: Request, subject: Subject) -> Window:
        now = self._room.now()
        if subject.stretch is None or not {"span", "from", "to"}.isdisjoint(request.query_params):
            return window_of(request, now, self._renderer.zone, "24h")
        since, until = subject.stretch
        until = max(min(until, now), since + SHORTEST)
        return Window("", max(since, until - LONGEST), until, now)

    async def _timelines(self, part: Part, window: Window) -> Mapping[str, Sequence[TimelineBucket]]:
        return await self._room.timelines(part.by, window.since, window.until, part.where, BUCKETS)

    async def _drawn(self, speech: Speech, part: Part, window: Window, number: int) -> Drawn:
        now = self._room.now()
        found = await self._timelines(part, window)
        entries = [entry for entry in part.entries if entry.key in found]
        shown = sorted(entries, key=_gravest)[:MOST_ROWS] if len(entries) > MOST_ROWS else entries
        strips = [Strip(one.label, found[one.key]) for one in shown]
        same = part.by is GroupBy.SUBJECT  # every contestant of a part is compared with the same controls
        controls = Strip(speech.say("Controls"), found[shown[0].key]) if shown and same else None
        pictures = [
            strips_chart(
                strips,
                controls,
                part.title,
                speech.say("Share of askings in which the name was found, over time, row by row."),
                lambda at: speech.moment(at, now),
                width,
                f"strips-{number}",
            )
            if shown
            else ""
            for width in (charts.WIDE, charts.NARROW)
        ]
        rows = [
            Row(
                one,
                _sum(charts.target_share(bucket) for bucket in found[one.key]),
                _sum(charts.controls_share(bucket) for bucket in found[one.key]),
            )
            for one in shown
        ]
        return Drawn(part, pictures[0], pictures[1], rows, len(entries) - len(shown))

    def _names(self) -> Mapping[str, str]:
        return {person.id: matrix.main_name(person) for person in self._room.election.people()}

    # What each page is about

    def contestant(self, request: Request, speech: Speech) -> Subject:
        """One contestant on all platforms; a ticket's people apart."""
        election = self._room.election
        wanted = request.path_params["contestant"]
        contestant = next((one for one in election.contestants if one.id == wanted), None)
        if contestant is None:
            raise HTTPException(404)
        verdicts = self._present.verdicts(request)
        people = {person.id for person in contestant.people}
        rows = [row for row in matrix.matrix(election, verdicts) if row.contestant.id == contestant.id]
        parts = [
            Part(
                speech.say("{name} on each platform", name=matrix.main_name(row.person)),
                GroupBy.PLATFORM,
                TimelineFilter(subject=row.person.id),
                [
                    Entry(
                        cell.platform.id,
                        cell.platform.label,
                        f"{cell.platform.id}/{cell.subject}",
                        cell.state,
                    )
                    for cell in row.cells
                ],
            )
            for row in rows
        ]
        return Subject(
            f"contestants/{contestant.id}",
            "contestant",
            contestant.label,
            [(speech.say("Overview"), "")],
            parts,
            lambda case: case.subject in people,
            {
                "rows": rows,
                "platforms": election.platforms,
                "asked": [(name.text, name.kind.value) for one in contestant.people for name in one.names],
                "state": min(
                    (cell.state for row in rows for cell in row.cells),
                    key=matrix.GRAVITY.index,
                    default=State.INSUFFICIENT,
                ),
            },
        )

    def platform(self, request: Request, speech: Speech) -> Subject:
        """One platform: all contestants on it, its surfaces, its vantages."""
        platform = self._platform_of(request)
        election, verdicts = self._room.election, self._present.verdicts(request)
        where = TimelineFilter(platform=platform.id)
        parts = [self._contestants(speech, verdicts, platform, where)]
        if len(platform.surfaces) > 1:
            path = f"platforms/{platform.id}"
            surfaces = [
                Entry(one, verdict_phrases.surface_words(speech, one), f"{path}/{one}")
                for one in _surfaces(platform)
            ]
            parts.append(Part(speech.say("All contestants, by surface"), GroupBy.SURFACE, where, surfaces))
        if len(election.vantages_of(platform)) > 1:
            parts.append(
                Part(speech.say("All contestants, by vantage"), GroupBy.VANTAGE, where, self._vantages())
            )
        here = [v for v in verdicts if v.platform == platform.id]
        return Subject(
            f"platforms/{platform.id}",
            "platform",
            platform.label,
            [(speech.say("Overview"), "")],
            parts,
            lambda case: case.platform == platform.id,
            {
                "platform": platform,
                "surfaces": _surfaces(platform),
                "findings": matrix.findings(election, here),
                "places": matrix.places(here),
                "tally": matrix.tally(_column(election, verdicts, platform)),
                "budgets": [one for one in self._room.health().budgets if one.platform == platform.id],
            },
        )

    def surface(self, request: Request, speech: Speech) -> Subject:
        """One surface of a platform."""
        platform, surface = self._platform_of(request), request.path_params["surface"]
        if surface not in _surfaces(platform):
            raise HTTPException(404)
        verdicts = self._present.verdicts(request)
        where = TimelineFilter(platform=platform.id, surface=surface)
        parts = [self._contestants(speech, verdicts, platform, where)]
        if len(self._room.election.vantages_of(platform)) > 1:
            parts.append(
                Part(speech.say("All contestants, by vantage"), GroupBy.VANTAGE, where, self._vantages())
            )
        here = [v for v in verdicts if v.platform == platform.id and v.surface == surface]
        streams = [
            one
            for one in self._room.health().streams
            if one.stream.platform == platform.id and one.stream.surface == surface
        ]
        return Subject(
            f"platforms/{platform.id}/{surface}",
            "surface",
            f"{platform.label}: {verdict_phrases.surface_words(speech, surface)}",
            [(speech.say("Overview"), ""), (platform.label, f"platforms/{platform.id}")],
            parts,
            lambda case: case.platform == platform.id and case.surface == surface,
            {
                "platform": platform,
                "surface": surface,
                "streams": streams,
                "places": matrix.places(here),
                "not_fine": sorted(
                    (v for v in here if v.subject and v.is_of_one_stream and not v.state.is_fine),
                    key=matrix.by_gravity,
                )[:MOST_ROWS],
            },
        )

    def vantage(self, request: Request, speech: Speech) -> Subject:
        """One vantage: what it sees of every platform."""
        election, wanted = self._room.election, request.path_params["vantage"]
        vantage = next((one for one in election.vantages if one.id == wanted), None)
        if vantage is None:
            raise HTTPException(404)
        asked = [one for one in election.platforms if vantage in election.vantages_of(one)]
        entries = [Entry(one.id, one.label, f"platforms/{one.id}") for one in asked]
        health = self._room.health()
        return Subject(
            f"vantages/{vantage.id}",
            "vantage",
            speech.say("From {vantage}", vantage=verdict_phrases.vantage_words(election, vantage.id)),
            [(speech.say("The watch"), "health")],
            [
                Part(
                    speech.say("All contestants, by platform"),
                    GroupBy.PLATFORM,
                    TimelineFilter(vantage=vantage.id),
                    entries,
                )
            ],
            lambda case: False,
            {
                "vantage": vantage,
                "offline": vantage.id in health.offline,
                "streams": [one for one in health.streams if one.stream.vantage == vantage.id],
                "places": matrix.places(
                    v for v in self._present.verdicts(request) if v.vantage == vantage.id
                ),
            },
        )

    def event(self, request: Request, speech: Speech) -> Subject:
        """One planned moment: how it was around it."""
        election, wanted = self._room.election, request.path_params["event"]
        event = next((one for one in election.events if one.id == wanted), None)
        if event is None:
            raise HTTPException(404)
        begun = event.starts - AROUND <= self._room.now()
        entries = [Entry(one.id, one.label, f"platforms/{one.id}") for one in election.platforms]
        part = Part(speech.say("All contestants, by platform"), GroupBy.PLATFORM, TimelineFilter(), entries)
        return Subject(
            f"events/{event.id}",
            "event",
            event.label,
            [(speech.say("Events"), "events")],
            [part] if begun else [],
            lambda case: _overlaps(case, event, self._room.now()),
            {"event": event, "begun": begun},
            (event.starts - AROUND, event.ends + AROUND) if begun else None,
        )

    def _platform_of(self, request: Request) -> PlatformWatch:
        wanted = request.path_params["platform"]
        found = next((one for one in self._room.election.platforms if one.id == wanted), None)
        if found is None:
            raise HTTPException(404)
        return found

    def _contestants(
        self, speech: Speech, verdicts: Sequence[Verdict], platform: PlatformWatch, where: TimelineFilter
    ) -> Part:
        known = matrix.subject_verdicts(verdicts)
        entries = [
            Entry(
                person.id,
                matrix.main_name(person),
                f"{platform.id}/{person.id}",
                known[platform.id, person.id].state if (platform.id, person.id) in known else None,
            )
            for person in self._room.election.people()
        ]
        return Part(speech.say("All contestants beside one another"), GroupBy.SUBJECT, where, entries)

    def _vantages(self) -> list[Entry]:
        election = self._room.election
        return [
            Entry(one.id, verdict_phrases.vantage_words(election, one.id), f"vantages/{one.id}")
            for one in election.vantages
        ]


def _surfaces(platform: PlatformWatch) -> list[str]:
    """Each once, though it may be asked signed in and not."""
    return list(dict.fromkeys(one.surface for one in platform.surfaces))


def _column(election: Election, verdicts: Sequence[Verdict], platform: PlatformWatch) -> list[matrix.Row]:
    return [
        matrix.Row(
            row.contestant, row.person, row.first, [c for c in row.cells if c.platform.id == platform.id]
        )
        for row in matrix.matrix(election, verdicts)
    ]


def _gravest(entry: Entry) -> int:
    return matrix.GRAVITY.index(entry.state) if entry.state else len(matrix.GRAVITY)


def _sum(shares: Iterable[charts.Share]) -> charts.Share:
    found = measured = asked = 0
    for one in shares:
        found, measured, asked = found + one.found, measured + one.measured, asked + one.asked
    return charts.Share(found, measured, asked)


def _overlaps(case: Case, event: Event, now: datetime) -> bool:
    """Whether a case was open at some moment of an event."""
    ended = now if case.stage.is_open else max(case.reached.values(), default=case.opened_at)
    return case.opened_at < event.ends and ended > event.starts


def _name(subject: Subject) -> str:
    return f"siaga-{subject.path.replace('/', '-')}"
