"""The room's one screen: is everybody findable, what is wrong and since when, who is on it, what is due next,
and whether the watch itself is well."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from siaga.cases.case import Case, Notice
from siaga.cases.deadlines import Due, next_due
from siaga.cases.durations import durations
from siaga.cases.labels import about
from siaga.cases.next_step import NextStep, next_step
from siaga.cases.phrases import DEADLINES
from siaga.cases.publication import ROOM
from siaga.cases.step_phrases import step_sentence
from siaga.domain.credentials import MissingSecret
from siaga.domain.verdicts import UNKNOWN, Verdict
from siaga.election.model import Event, PlatformWatch
from siaga.i18n import verdict_phrases
from siaga.i18n.credential_phrases import unset_sentence
from siaga.i18n.speech import Speech
from siaga.people.roles import Permission
from siaga.ports.alerts import AlarmStatus, AlertService
from siaga.ports.cases import CaseService
from siaga.ports.reports import ReportService
from siaga.ports.watch import WatchHealth, WatchView
from siaga.web.html.rendering import Renderer
from siaga.web.http.parameters import number_of
from siaga.web.http.session import Visitor, Visitors
from siaga.web.room.wall import MOST_CASES, wall_rows
from siaga.web.summary import matrix
from siaga.web.summary.day_history import day_histories
from siaga.web.summary.headline import headline_of

LONGEST_FILTER: Final = 100
SHOWN: Final = ("all", "open")
FINDINGS_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class OpenCase:
    """One open case in the lane."""

    case: Case
    about: str
    platform: str
    due: Due | None
    """The next thing that is owed; None before a notice went out."""
    waiting: Sequence[Notice]
    """Notices that wait for approvals."""
    undelivered: int
    """Messages that will hardly arrive by themselves."""
    reports: int
    lasting: timedelta | None
    step: NextStep
    last_event: int
    """The place in the journal of the last thing that happened to it."""


@dataclass(frozen=True, slots=True)
class RoomFilter:
    """What an address shows of the room; all of it unless it says otherwise."""

    show: str = "all"
    name: str = ""
    platform: str = ""
    mine: bool = False
    unfold: str = ""
    """The subject whose surfaces and vantages are shown."""
    page: int = 1
    wall: bool = False

    def address(self, **changed: object) -> str:
        """The same with something changed."""
        usual = {
            "show": "all",
            "name": "",
            "platform": "",
            "mine": False,
            "unfold": "",
            "page": 1,
            "wall": False,
        }
        values = {key: getattr(self, key) for key in usual} | {"page": 1} | changed
        kept = {key: (1 if value is True else value) for key, value in values.items() if value != usual[key]}
        return "?" + urlencode(kept)


@dataclass(frozen=True, slots=True)
class UnfoldedSurface:
    """One surface of an unfolded row: on each platform, its vantages."""

    surface: str
    cells: Sequence[Sequence[Verdict]]
    """By platform; gravest first."""


@dataclass(frozen=True, slots=True)
class WatchWellness:
    """How the watch itself is, in numbers."""

    on_time: int
    streams: int
    late: int
    least_left: float
    """Of the scarcest budget, 0 to 1."""
    waiting: Sequence[str]
    """Platforms that told us to wait."""
    unpaid: Sequence[str]
    """Those of them whose credit is spent."""
    alive: int
    vantages: int
    unmeasured: int
    """Cells of the matrix about which nothing can be said."""


class RoomPages:
    """The screen of one room."""

    def __init__(
        self,
        watch: WatchView,
        case_service: CaseService,
        reports: ReportService | None,
        alerts: AlertService | None,
        visitors: Visitors,
        renderer: Renderer,
        unset: Sequence[MissingSecret] = (),
    ) -> None:
        self._watch, self._case_service, self._reports = watch, case_service, reports
        self._alerts, self._visitors, self._renderer = alerts, visitors, renderer
        self._unset = unset

    async def room(self, request: Request) -> Response:
        """The whole screen."""
        speech = self._renderer.speech(request)
        visitor = self._visitors.require(request, Permission.VIEW)
        wanted = self._filter(request)
        self._case_service.catch_up()
        election, now = self._watch.election, self._watch.now()
        verdicts = self._watch.verdicts()
        lane = self._lane(speech, visitor, wanted, now)
        health = self._watch.health()
        platforms = [platform for platform in election.platforms if wanted.platform in {"", platform.id}]
        rows = matrix.matrix(election, verdicts, platforms)
        findings = matrix.findings(election, verdicts)
        part, shown = matrix.part(rows, wanted.show == "open", wanted.name, wanted.page), wall_rows(rows)
        drawn = shown.rows if wanted.wall else part.rows
        return self._renderer.page(
            request,
            "room/wall.html" if wanted.wall else "room/room.html",
            wanted=wanted,
            shown=shown,
            most_cases=MOST_CASES,
            histories=await day_histories(self._watch, ROOM, drawn),
            lane=lane,
            headline=headline_of(speech, election, verdicts, health),
            findings=findings[:FINDINGS_SHOWN],
            more=max(0, len(findings) - FINDINGS_SHOWN),
            platforms=platforms,
            part=part,
            tally=matrix.tally(rows),
            troubled=matrix.troubled_platforms(verdicts),
            unfolded=self._unfolded(verdicts, wanted.unfold, platforms),
            event=self._next_event(now),
            on_call=self._case_service.room.on_call(now.astimezone(ZoneInfo(election.timezone))),
            approvals=self._case_service.room.approvals,
            well=self._wellness(health, rows, now),
            missing=health.missing,
            offline=health.offline,
            unset=[unset_sentence(speech, secret) for secret in self._unset],
            newest=max((s.last_round for s in health.streams if s.last_round), default=None),
            names={person.id: matrix.main_name(person) for person in election.people()},
            platform_labels={platform.id: platform.label for platform in election.platforms},
            alarms=self._alarms(speech),
            unreachable=() if self._alerts is None else self._alerts.unreachable(),
            DEADLINES=DEADLINES,
            step_sentence=step_sentence,
        )

    def _alarms(self, speech: Speech) -> Sequence[tuple[str, AlarmStatus]]:
        """What nobody has acknowledged yet, each with what is wrong."""
        if self._alerts is None:
            return ()
        statuses = self._alerts.open_alarms()
        return [(self._alerts.heading(status.alarm, speech.language), status) for status in statuses]

    async def commands(self, request: Request) -> Response:
        """Everything that can be gone to, as a list of links: what the command palette searches."""
        speech = self._renderer.speech(request)
        self._visitors.require(request, Permission.VIEW)
        election = self._watch.election
        return self._renderer.page(
            request,
            "room/commands.html",
            pages=self._renderer.palette(),
            cases=[
                (case.id, about(case, election, speech), case)
                for case in reversed(self._watch.cases())
                if case.stage.is_open
            ],
            platforms=election.platforms,
            contestants=election.contestants,
            names=[
                (platform.id, person.id, matrix.main_name(person), platform.label)
                for person in election.people()
                for platform in election.platforms
            ],
            vantages=[
                (vantage.id, verdict_phrases.vantage_words(election, vantage.id))
                for vantage in election.vantages
            ],
        )

    def _filter(self, request: Request) -> RoomFilter:
        given = request.query_params
        wanted = RoomFilter(
            given.get("show", "all"),
            given.get("name", "").strip(),
            given.get("platform", ""),
            given.get("mine") == "1",
            given.get("unfold", ""),
            max(1, number_of(given.get("page", "1"))),
            given.get("wall") == "1",
        )
        election = self._watch.election
        known = {"", *(platform.id for platform in election.platforms)}
        if wanted.show not in SHOWN or wanted.platform not in known or len(wanted.name) > LONGEST_FILTER:
            raise HTTPException(400)
        return wanted

    def _lane(self, speech: Speech, visitor: Visitor, wanted: RoomFilter, now: datetime) -> list[OpenCase]:
        lane = [
            self._open(speech, visitor, case, now)
            for case in self._watch.cases()
            if case.stage.is_open
            and wanted.platform in {"", case.platform}
            and (not wanted.mine or case.owner == visitor.actor.who)
        ]
        lane.sort(key=lambda case: (case.due is None, case.due.at if case.due else now, case.case.opened_at))
        return lane

    def _open(self, speech: Speech, visitor: Visitor, case: Case, now: datetime) -> OpenCase:
        election, began = self._watch.election, durations(case).began
        platform = next(
            (platform.label for platform in election.platforms if platform.id == case.platform), case.platform
        )
        return OpenCase(
            case,
            about(case, election, speech),
            platform,
            next_due(case, self._case_service.room),
            [notice for notice in case.notices.values() if notice.waits],
            len(case.undelivered),
            self._reports.about(case) if self._reports is not None else 0,
            None if began is None else max(now - began, timedelta()),
            next_step(case, self._case_service.room, visitor.actor),
            self._case_service.history(case.id)[-1].seq,
        )

    def _unfolded(
        self, verdicts: Sequence[Verdict], subject: str, platforms: Sequence[PlatformWatch]
    ) -> Sequence[UnfoldedSurface]:
        if not subject:
            return ()
        cells = {platform.id: matrix.cells_of(verdicts, platform.id, subject) for platform in platforms}
        surfaces = dict.fromkeys(watch.surface for platform in platforms for watch in platform.surfaces)
        return [
            UnfoldedSurface(
                surface,
                [
                    [cell for (place, _), cell in cells[platform.id].items() if place == surface]
                    for platform in platforms
                ],
            )
            for surface in surfaces
        ]

    def _wellness(
        self, health: WatchHealth, rows: Sequence[matrix.MatrixRow], now: datetime
    ) -> WatchWellness:
        late = sum(stream.late(now) for stream in health.streams)
        vantages = len(self._watch.election.vantages)
        return WatchWellness(
            len(health.streams) - late,
            len(health.streams),
            late,
            min((budget.share_left for budget in health.budgets), default=1.0),
            sorted({budget.platform for budget in health.budgets if budget.waits_until is not None}),
            sorted({budget.platform for budget in health.budgets if budget.unpaid}),
            vantages - len(health.offline),
            vantages,
            sum(cell.state in UNKNOWN for row in rows for cell in row.cells),
        )

    def _next_event(self, now: datetime) -> Event | None:
        """The event that goes on, or the next one."""
        coming = [event for event in self._watch.election.events if event.ends > now]
        return min(coming, key=lambda event: event.starts, default=None)
