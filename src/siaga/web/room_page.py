"""The room's one screen: what is wrong, who is on it, what is due next, whether the watch itself is well."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from siaga.cases.case import Case, Notice
from siaga.cases.deadlines import Due, next_due
from siaga.cases.durations import durations
from siaga.cases.messages import about
from siaga.cases.words import SEVERITIES, STAGES
from siaga.election.model import Event
from siaga.people.roles import May
from siaga.speech.speech import Speech
from siaga.web import matrix
from siaga.web.rendering import Renderer
from siaga.web.room_words import DEADLINES
from siaga.web.view import CaseRoom, ReportDesk, Room
from siaga.web.visitor import Visitors


@dataclass(frozen=True, slots=True)
class Open:
    """One open case in the lane."""

    case: Case
    about: str
    platform: str
    due: Due | None
    """The next thing that is owed; None before a notice went out."""
    waiting: Sequence[Notice]
    """Notices that wait for approvals."""
    given_up: int
    """Messages that no receiver took."""
    reports: int
    lasting: timedelta | None


class RoomPage:
    """The screen of one room."""

    def __init__(
        self,
        room: Room,
        casework: CaseRoom,
        reports: ReportDesk | None,
        visitors: Visitors,
        renderer: Renderer,
    ) -> None:
        self._room, self._casework, self._reports = room, casework, reports
        self._visitors, self._renderer = visitors, renderer

    async def room(self, request: Request) -> Response:
        """The whole screen."""
        speech = self._renderer.speech(request)
        self._visitors.require(request, May.VIEW)
        self._casework.catch_up()
        election, now = self._room.election, self._room.now()
        verdicts = self._room.verdicts()
        lane = [self._open(speech, case, now) for case in self._room.cases() if case.stage.is_open]
        lane.sort(key=lambda one: (one.due is None, one.due.at if one.due else now, one.case.opened_at))
        health = self._room.health()
        return self._renderer.page(
            request,
            "room.html",
            lane=lane,
            tally=matrix.tally(matrix.matrix(election, verdicts)),
            findings=matrix.findings(election, verdicts),
            event=self._next_event(now),
            on_call=self._casework.room.on_call(now.astimezone(ZoneInfo(election.timezone))),
            approvals=self._casework.room.approvals,
            health=health,
            newest=max((s.last_round for s in health.streams if s.last_round), default=None),
            late=[s for s in health.streams if s.last_round is None],
            spent=[one for one in health.budgets if one.waits_until is not None],
            names={person.id: matrix.main_name(person) for person in election.people()},
            platform_labels={platform.id: platform.label for platform in election.platforms},
            STAGES=STAGES,
            SEVERITIES=SEVERITIES,
            DEADLINES=DEADLINES,
        )

    def _open(self, speech: Speech, case: Case, now: datetime) -> Open:
        election, began = self._room.election, durations(case).began
        platform = next((one.label for one in election.platforms if one.id == case.platform), case.platform)
        deliveries = [one for notice in case.notices.values() for one in notice.deliveries]
        return Open(
            case,
            about(case, election, speech),
            platform,
            next_due(case, self._casework.room),
            [one for one in case.notices.values() if one.waits],
            sum(one.given_up for one in (*deliveries, *case.messages)),
            self._reports.about(case) if self._reports is not None else 0,
            None if began is None else max(now - began, timedelta()),
        )

    def _next_event(self, now: datetime) -> Event | None:
        """The event that goes on, or the next one."""
        coming = [one for one in self._room.election.events if one.ends > now]
        return min(coming, key=lambda one: one.starts, default=None)
