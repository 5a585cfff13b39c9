"""What each page of timelines is about: which rows, which cases, what else stands on it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request

from siaga.cases.case import Case
from siaga.domain.errors import Sentence
from siaga.domain.label import label_in
from siaga.domain.verdicts import State, Verdict
from siaga.election.model import Event, PlatformWatch
from siaga.i18n import verdict_phrases
from siaga.i18n.speech import Speech
from siaga.measurements.rollups import GroupBy, TimelineFilter
from siaga.ports.watch import WatchView
from siaga.web.http.page_cache import PageCache
from siaga.web.summary import matrix

MOST_ROWS: Final = 40
"""Rows of one list; of more, the gravest."""
AROUND: Final = timedelta(hours=1)
"""Shown before and after an event."""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One row, before it is measured."""

    key: str
    """As `timelines` names it."""
    label: str
    path: str
    """The page about it, below the language; empty where there is none."""
    state: State | None = None


@dataclass(frozen=True, slots=True)
class TimelineGroup:
    """One chart of a page."""

    title: str
    by: GroupBy
    where: TimelineFilter
    entries: Sequence[TimelineEntry]


@dataclass(frozen=True, slots=True)
class TimelineTopic:
    """What one page is about."""

    path: str
    """Below the language."""
    kind: str
    title: str
    crumbs: Sequence[tuple[str, str]]
    """Label and path of the pages above it."""
    groups: Sequence[TimelineGroup]
    concerns: Callable[[Case], bool]
    """Whether a case belongs on it."""
    shown: Mapping[str, Any]
    """What else its template shows, by the template's names."""
    stretch: tuple[datetime, datetime] | None = None
    """What is shown unless an address says otherwise; None for the usual span."""
    findings: Sequence[Verdict] = ()
    """About names, gravest first; the first of them is drawn at the head of the page."""


class TimelineTopics:
    """The topics of one room. Each takes a request for its page and says what the page is about.

    Each raises:
        HTTPException: 404, the election has no such thing.
    """

    def __init__(self, watch: WatchView, cache: PageCache) -> None:
        self._watch, self._cache = watch, cache

    def contestant(self, request: Request, speech: Speech) -> TimelineTopic:
        """One contestant on all platforms; a ticket's people apart."""
        election = self._watch.election
        wanted = request.path_params["contestant"]
        contestant = next(
            (contestant for contestant in election.contestants if contestant.id == wanted), None
        )
        if contestant is None:
            raise HTTPException(
                404, Sentence("There is no contestant {name} in this election.", name=wanted[:50])
            )
        verdicts = self._cache.verdicts(request)
        people = {person.id for person in contestant.people}
        rows = [row for row in matrix.matrix(election, verdicts) if row.contestant.id == contestant.id]
        parts = [
            TimelineGroup(
                speech.say("{name} on each platform", name=matrix.main_name(row.person)),
                GroupBy.PLATFORM,
                TimelineFilter(subject=row.person.id),
                [
                    TimelineEntry(
                        cell.platform.id,
                        cell.platform.label,
                        f"names/{cell.platform.id}/{cell.subject}",
                        cell.state,
                    )
                    for cell in row.cells
                ],
            )
            for row in rows
        ]
        return TimelineTopic(
            f"contestants/{contestant.id}",
            "contestant",
            contestant.label,
            [(speech.say("Overview"), "")],
            parts,
            lambda case: case.subject in people,
            {
                "rows": rows,
                "platforms": election.platforms,
                "asked": [
                    (name.text, name.kind.value) for person in contestant.people for name in person.names
                ],
                "state": min(
                    (cell.state for row in rows for cell in row.cells),
                    key=matrix.GRAVITY.index,
                    default=State.INSUFFICIENT,
                ),
            },
        )

    def platform(self, request: Request, speech: Speech) -> TimelineTopic:
        """One platform: all contestants on it, its surfaces, its vantages."""
        platform = self._platform_of(request)
        election, verdicts = self._watch.election, self._cache.verdicts(request)
        where, health = TimelineFilter(platform=platform.id), self._watch.health()
        parts = [self._contestants(speech, verdicts, platform, where)]
        if len(platform.surfaces) > 1:
            path = f"platforms/{platform.id}"
            surfaces = [
                TimelineEntry(surface, verdict_phrases.surface_words(speech, surface), f"{path}/{surface}")
                for surface in _surfaces(platform)
            ]
            parts.append(
                TimelineGroup(speech.say("All contestants by feature"), GroupBy.SURFACE, where, surfaces)
            )
        if len(election.vantages_of(platform)) > 1:
            parts.append(
                TimelineGroup(
                    speech.say("All contestants by measurement point"),
                    GroupBy.VANTAGE,
                    where,
                    self._vantages(speech.language),
                )
            )
        here = [v for v in verdicts if v.platform == platform.id]
        return TimelineTopic(
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
                "tally": matrix.tally(matrix.matrix(election, verdicts, [platform])),
                "budgets": [budget for budget in health.budgets if budget.platform == platform.id],
                "missing": [lacked for lacked in health.missing if lacked.platform == platform.id],
            },
            findings=matrix.findings(election, here),
        )

    def surface(self, request: Request, speech: Speech) -> TimelineTopic:
        """One surface of a platform."""
        platform, surface = self._platform_of(request), request.path_params["surface"]
        if surface not in _surfaces(platform):
            raise HTTPException(
                404,
                Sentence(
                    "{platform} has no feature {name} that is measured here.",
                    platform=platform.label,
                    name=surface[:50],
                ),
            )
        verdicts = self._cache.verdicts(request)
        where = TimelineFilter(platform=platform.id, surface=surface)
        parts = [self._contestants(speech, verdicts, platform, where)]
        if len(self._watch.election.vantages_of(platform)) > 1:
            parts.append(
                TimelineGroup(
                    speech.say("All contestants by measurement point"),
                    GroupBy.VANTAGE,
                    where,
                    self._vantages(speech.language),
                )
            )
        here = [v for v in verdicts if v.platform == platform.id and v.surface == surface]
        streams = [
            stream
            for stream in self._watch.health().streams
            if stream.stream.platform == platform.id and stream.stream.surface == surface
        ]
        return TimelineTopic(
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

    def vantage(self, request: Request, speech: Speech) -> TimelineTopic:
        """One vantage: what it sees of every platform."""
        election, wanted = self._watch.election, request.path_params["vantage"]
        vantage = next((vantage for vantage in election.vantages if vantage.id == wanted), None)
        if vantage is None:
            raise HTTPException(404, Sentence("There is no measurement point {name}.", name=wanted[:50]))
        asked = [platform for platform in election.platforms if vantage in election.vantages_of(platform)]
        entries = [
            TimelineEntry(platform.id, platform.label, f"platforms/{platform.id}") for platform in asked
        ]
        health = self._watch.health()
        return TimelineTopic(
            f"vantages/{vantage.id}",
            "vantage",
            speech.say("From {vantage}", vantage=verdict_phrases.vantage_words(election, vantage.id)),
            [(speech.say("Monitoring health"), "health")],
            [
                TimelineGroup(
                    speech.say("All contestants by platform"),
                    GroupBy.PLATFORM,
                    TimelineFilter(vantage=vantage.id),
                    entries,
                )
            ],
            lambda case: False,
            {
                "vantage": vantage,
                "offline": vantage.id in health.offline,
                "streams": [stream for stream in health.streams if stream.stream.vantage == vantage.id],
                "places": matrix.places(v for v in self._cache.verdicts(request) if v.vantage == vantage.id),
            },
        )

    def event(self, request: Request, speech: Speech) -> TimelineTopic:
        """One planned moment: how it was around it."""
        election, wanted = self._watch.election, request.path_params["event"]
        event = next((event for event in election.events if event.id == wanted), None)
        if event is None:
            raise HTTPException(404, Sentence("There is no event {name} in this election.", name=wanted[:50]))
        begun = event.starts - AROUND <= self._watch.now()
        entries = [
            TimelineEntry(platform.id, platform.label, f"platforms/{platform.id}")
            for platform in election.platforms
        ]
        part = TimelineGroup(
            speech.say("All contestants by platform"), GroupBy.PLATFORM, TimelineFilter(), entries
        )
        return TimelineTopic(
            f"events/{event.id}",
            "event",
            event.label,
            [(speech.say("Events"), "events")],
            [part] if begun else [],
            lambda case: _overlaps(case, event, self._watch.now()),
            {"event": event, "begun": begun},
            (event.starts - AROUND, event.ends + AROUND) if begun else None,
        )

    def _platform_of(self, request: Request) -> PlatformWatch:
        wanted = request.path_params["platform"]
        found = next((platform for platform in self._watch.election.platforms if platform.id == wanted), None)
        if found is None:
            raise HTTPException(
                404, Sentence("There is no platform {name} in this election.", name=wanted[:50])
            )
        return found

    def _contestants(
        self, speech: Speech, verdicts: Sequence[Verdict], platform: PlatformWatch, where: TimelineFilter
    ) -> TimelineGroup:
        known = matrix.subject_verdicts(verdicts)
        entries = [
            TimelineEntry(
                person.id,
                matrix.main_name(person),
                f"names/{platform.id}/{person.id}",
                known[platform.id, person.id].state if (platform.id, person.id) in known else None,
            )
            for person in self._watch.election.people()
        ]
        return TimelineGroup(speech.say("Compare all contestants"), GroupBy.SUBJECT, where, entries)

    def _vantages(self, language: str) -> list[TimelineEntry]:
        election = self._watch.election
        return [
            TimelineEntry(
                vantage.id,
                label_in(language, verdict_phrases.vantage_words(election, vantage.id)),
                f"vantages/{vantage.id}",
            )
            for vantage in election.vantages
        ]


def _surfaces(platform: PlatformWatch) -> list[str]:
    """Each once, though it may be asked signed in and not."""
    return list(dict.fromkeys(watched.surface for watched in platform.surfaces))


def _overlaps(case: Case, event: Event, now: datetime) -> bool:
    """Whether a case was open at some moment of an event."""
    ended = now if case.stage.is_open else max(case.reached.values(), default=case.opened_at)
    return case.opened_at < event.ends and ended > event.starts
