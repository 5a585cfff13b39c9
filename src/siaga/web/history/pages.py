"""The past, walked back: what was known at a moment, by what stood in the record then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from siaga.cases.case import Case
from siaga.cases.case_evidence import known_evidence
from siaga.cases.deadlines import Due, next_due
from siaga.cases.fold import fold
from siaga.cases.labels import about
from siaga.cases.phrases import DEADLINES, public_author, public_sentence, room_timeline
from siaga.cases.publication import EVERYBODY, ROOM, is_public_event, is_visible, timeline, visible_verdicts
from siaga.cases.room_file import RoomFile
from siaga.domain.time import rfc3339
from siaga.election.model import Event as Planned
from siaga.i18n.speech import Speech
from siaga.journal.events import JournalEvent
from siaga.ports.watch import WatchView
from siaga.web.charts.svg import NARROW, WIDE
from siaga.web.html.rendering import Renderer
from siaga.web.http.parameters import moment_of
from siaga.web.summary import matrix
from siaga.web.who import who_label

LATELY: Final = timedelta(hours=1)
"""What happened within so long before is told beside what was known."""
STEPS: Final[Mapping[str, timedelta]] = {
    "day-before": timedelta(days=-1),
    "hour-before": timedelta(hours=-1),
    "hour-after": timedelta(hours=1),
    "day-after": timedelta(days=1),
}
AROUND: Final = timedelta(hours=6)
"""What the chart of a finding shows of the time before."""
DAY_HEIGHT: Final = 46


@dataclass(frozen=True, slots=True)
class PastCase:
    """One case as it stood then."""

    case: Case
    about: str
    platform: str
    due: Due | None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that had just happened."""

    at: datetime
    case: str
    text: str
    quote: str
    """In whose own words; empty in public."""
    by: str


class HistoryPages:
    """The past of one room."""

    def __init__(self, watch: WatchView, renderer: Renderer, room_file: RoomFile | None) -> None:
        self._watch, self._renderer, self._room_file = watch, renderer, room_file

    async def history(self, request: Request) -> Response:
        """What was known at `at`; without it, now."""
        speech, now = self._renderer.speech(request), self._watch.now()
        text = request.query_params.get("at", "")
        at = min(moment_of(text, self._renderer.zone), now) if text else now
        inside = self._renderer.visitors.of(request) is not None
        viewer = ROOM if inside else EVERYBODY
        histories = {case.id: self._until(case.id, at) for case in self._watch.cases()}
        folded = {id: fold(events) for id, events in histories.items()}
        cases = [case for case in folded.values() if case is not None and is_visible(case, viewer)]
        known = self._watch.past_findings(at, inside)
        findings = visible_verdicts(known.findings, viewer)
        lines = [
            line for case in cases for line in self._lately(speech, case.id, histories[case.id], at, inside)
        ]
        turns = self._turns(at, inside)
        return self._renderer.page(
            request,
            "history/history.html",
            at=at,
            is_now=not text,
            past=known,
            known=lambda verdict: known_evidence(verdict, cases),
            findings=sorted((v for v in findings if v.state.is_finding and v.subject), key=matrix.by_gravity),
            places=matrix.places(findings),
            open=[self._then(speech, case, inside) for case in cases if case.stage.is_open],
            inside=inside,
            lines=sorted(lines, key=lambda line: line.at, reverse=True),
            steps={word: rfc3339(at + step) for word, step in STEPS.items() if at + step <= now},
            before=_text(max((turn for turn in turns if turn < at), default=None)),
            after=_text(min((turn for turn in turns if turn > at), default=None)),
            days=[self._day(speech, at, turns, width) for width in (WIDE, NARROW)],
            field=at.astimezone(ZoneInfo(self._renderer.zone)).strftime("%Y-%m-%dT%H:%M"),
            event=self._planned(at),
            names={person.id: matrix.main_name(person) for person in self._watch.election.people()},
            platform_labels={platform.id: platform.label for platform in self._watch.election.platforms},
            around="?" + urlencode({"from": rfc3339(at - AROUND), "to": rfc3339(at)}),
            DEADLINES=DEADLINES,
        )

    def _until(self, case: str, at: datetime) -> list[JournalEvent]:
        return [event for event in self._watch.case_history(case) if event.written <= at]

    def _then(self, speech: Speech, case: Case, inside: bool) -> PastCase:
        election = self._watch.election
        platform = next(
            (platform.label for platform in election.platforms if platform.id == case.platform), case.platform
        )
        due = next_due(case, self._room_file) if self._room_file is not None and inside else None
        return PastCase(case, about(case, election, speech), platform, due)

    def _lately(
        self, speech: Speech, case: str, events: Sequence[JournalEvent], at: datetime, inside: bool
    ) -> list[HistoryLine]:
        since, visitors = at - LATELY, self._renderer.visitors
        if inside:
            told = [
                HistoryLine(event.at, case, event.text, event.quote, event.by)
                for event in room_timeline(speech, events, partial(who_label, self._room_file, visitors))
                if not event.undone
            ]
        else:
            told = [
                HistoryLine(event.at, case, public_sentence(speech, event), "", public_author(speech, event))
                for event in timeline(events)
                if not event.undone
            ]
        return [line for line in told if since < line.at <= at]

    def _turns(self, at: datetime, inside: bool) -> list[datetime]:
        """The moments near `at` at which something became known to whoever asks, of findings and cases."""
        cases = [
            event.written
            for case in self._watch.cases()
            if is_visible(case, ROOM if inside else EVERYBODY)
            for event in self._watch.case_history(case.id)
            if inside or is_public_event(event)
        ]
        known = self._watch.past_findings(at, inside)
        around = [turn for turn in (known.before, known.after) if turn is not None]
        day = self._watch.change_times(at - timedelta(days=2), at + timedelta(days=2), inside)
        if known.before is not None and known.before >= at:  # standing on a change: the one before it
            around.append(self._watch.past_findings(at - timedelta(milliseconds=1), inside).before or at)
        return sorted({*cases, *around, *day})

    def _planned(self, at: datetime) -> Planned | None:
        coming = [event for event in self._watch.election.events if event.ends > at]
        return min(coming, key=lambda event: event.starts, default=None)

    def _day(self, speech: Speech, at: datetime, turns: Sequence[datetime], width: int) -> str:
        """The day of the election's zone, with its changes: a picture that leads to each of them."""
        zone = ZoneInfo(self._renderer.zone)
        start = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        length = timedelta(days=1)

        def x(moment: datetime) -> float:
            return 8 + (width - 16) * ((moment - start) / length)

        parts = [
            f'<line class="grid" x1="{x(start + timedelta(hours=hour)):.1f}" '
            f'x2="{x(start + timedelta(hours=hour)):.1f}" y1="4" y2="28"/>'
            + (
                f'<text class="tick" x="{x(start + timedelta(hours=hour)):.1f}" y="42" text-anchor="middle">'
                f"{hour:02d}</text>"
                if hour % (3 if width == WIDE else 6) == 0 and 0 < hour < 24
                else ""
            )
            for hour in range(25)
        ]
        for turn in turns:
            if start <= turn < start + length:
                parts.append(
                    f'<a href="?at={rfc3339(turn)}" tabindex="-1"><rect class="turn" x="{x(turn) - 2:.1f}" '
                    f'y="8" width="4" height="16"><title>{speech.time(turn)}</title></rect></a>'
                )
        parts.append(f'<line class="here" x1="{x(at):.1f}" x2="{x(at):.1f}" y1="0" y2="32"/>')
        title = speech.say("Changes on this day")
        kind = "wide" if width == WIDE else "narrow"
        return (
            f'<svg class="chart day {kind}" xmlns="http://www.w3.org/2000/svg" '
            f'viewBox="0 0 {width} {DAY_HEIGHT}" role="group" aria-label="{title}">{"".join(parts)}</svg>'
        )


def _text(at: datetime | None) -> str | None:
    return None if at is None else rfc3339(at)
