"""The pages of cases: all of them, and what became of one. They show what the public may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from siaga.cases.case import Case, NoticeType, Stage
from siaga.cases.case_evidence import case_evidence, present_verdict
from siaga.cases.deadlines import Due, by_next_due, deadlines
from siaga.cases.durations import Durations, durations
from siaga.cases.events import EVENTS
from siaga.cases.events.case_explained import CAUSE_LABELS
from siaga.cases.narrative import draft_account
from siaga.cases.next_step import next_step
from siaga.cases.notices.compose import as_sent, compose, mark_words
from siaga.cases.notices.forbidden import RULE
from siaga.cases.notices.messages import Text
from siaga.cases.phrases import (
    PUBLIC_SOURCES,
    LineSource,
    RoomLine,
    public_author,
    public_sentence,
    room_timeline,
)
from siaga.cases.publication import (
    EVERYBODY,
    ROOM,
    PublicEvent,
    Viewer,
    is_visible,
    timeline,
    visible_verdict,
)
from siaga.cases.rights import Right
from siaga.cases.room_file import RoomFile
from siaga.cases.step_phrases import due_sentence, step_sentence
from siaga.cases.undelivered import WHAT_TO_DO
from siaga.cases.verdict_json import verdict_from_json
from siaga.domain.errors import Sentence
from siaga.domain.finding_evidence import FindingEvidence
from siaga.i18n import verdict_phrases
from siaga.i18n.evidence_phrases import chart_caption
from siaga.i18n.speech import Speech, languages
from siaga.notifying.registry import FORMS
from siaga.people.links import Links
from siaga.ports.cases import CaseService
from siaga.ports.reports import ReportService
from siaga.ports.watch import WatchView
from siaga.web.cases.rail import noticed_at, rail
from siaga.web.charts import annotations as marks
from siaga.web.charts.name_chart import NameCharts
from siaga.web.charts.svg import NARROW, WIDE
from siaga.web.form_commands import surfaces_of
from siaga.web.html.rendering import Renderer
from siaga.web.http.forms import NOTHING, Form
from siaga.web.http.parameters import number_of
from siaga.web.http.session import once
from siaga.web.summary import matrix
from siaga.web.who import who_label

OVER_SHOWN: Final = 100
"""Cases that have come to their end, on one page."""


@dataclass(frozen=True, slots=True)
class CaseTimelineLine:
    """One line of a case's timeline, in words."""

    at: datetime
    text: str
    quote: str
    """What the platform said in its own words."""
    by: str
    undone: bool
    source: LineSource


@dataclass(frozen=True, slots=True)
class CaseListItem:
    """One case of the list."""

    case: Case
    about: str
    platform: str
    took: Durations
    lasting: timedelta | None
    """So long it has been affected, or was."""


@dataclass(frozen=True, slots=True)
class LiaisonLink:
    """A link that holds, as the room sees it."""

    id: str
    contact: str
    expires: datetime
    opened: bool
    address: str


@dataclass(frozen=True, slots=True)
class CaseChart:
    """The chart of a case."""

    wide: str
    narrow: str
    path: str
    """The name's own page, below the language."""
    query: str
    """What shows the same stretch there."""
    kinds: Sequence[marks.MarkKind]
    """The kinds of marks on it."""
    caption: str
    strength: Sequence[str]
    """How strong the evidence was, wide and narrow."""
    threshold: float


class CasePages:
    """The pages of one room's cases."""

    def __init__(
        self,
        watch: WatchView,
        renderer: Renderer,
        case_service: CaseService | None = None,
        links: Links | None = None,
        reports: ReportService | None = None,
    ) -> None:
        self._watch, self._renderer, self._reports = watch, renderer, reports
        self._case_service, self._links = case_service, links
        self._charts = NameCharts(watch)

    async def cases(self, request: Request) -> Response:
        """All cases, open ones first, the newest first."""
        speech = self._renderer.speech(request)
        seen = [case for case in self._watch.cases() if self._sees(request, case)]
        page = max(1, number_of(request.query_params.get("page", "1")))
        over = [case for case in reversed(seen) if not case.stage.is_open]
        pages = max(1, -(-len(over) // OVER_SHOWN))
        page = min(page, pages)
        shown = over[(page - 1) * OVER_SHOWN : page * OVER_SHOWN]
        return self._renderer.page(
            request,
            "cases/cases.html",
            open=[self._item(speech, case) for case in reversed(seen) if case.stage.is_open],
            over=[self._item(speech, case) for case in shown],
            number=page,
            pages=pages,
        )

    async def case(self, request: Request) -> Response:
        """One case: where it stands, how long each part took, its timeline, what to write to the platform."""
        return await self.page(request, request.path_params["case"])

    async def page(
        self,
        request: Request,
        wanted: str,
        fault: str = "",
        typed: Form = NOTHING,
        status: int = 200,
    ) -> Response:
        """The page of a case; for the room's people with what they can do, and with what they `typed` and why
        it could not be done (`fault`)."""
        speech = self._renderer.speech(request)
        if self._case_service is not None:
            self._case_service.catch_up()
        case = next((case for case in self._watch.cases() if case.id == wanted), None)
        if case is None or not self._sees(request, case):
            raise HTTPException(
                404, Sentence("Case {case} does not exist in this election.", case=wanted[:50])
            )
        language = request.query_params.get("to", speech.language)
        if language not in languages():
            raise HTTPException(400)
        evidence = case_evidence(case, self._viewer(request), self._watch.verdicts())
        return self._renderer.page(
            request,
            "cases/case.html",
            status,
            **self.facts(speech, case, self._viewer(request)),
            notices=self._notices(evidence, case, language) if evidence and case.stage.is_open else {},
            to=language,
            to_languages=languages(),
            fault=fault,
            typed=typed,
            drawn=await self._drawn(speech, case, evidence, self._viewer(request)),
            SHAPES=marks.SHAPES,
            MARKS=marks.WORDS,
            **self._for_the_room(request, speech, case),
        )

    async def _drawn(
        self, speech: Speech, case: Case, evidence: FindingEvidence | None, viewer: Viewer
    ) -> CaseChart | None:
        """The chart of the name that it is about, from before it began until after it was over."""
        shown = self._charts.of_case(case, self._watch.now())
        if shown is None:
            return None
        platform, person, surface, window = shown.platform, shown.person, shown.surface, shown.window
        pictures = await self._charts.drawn_case(speech, shown, viewer, (WIDE, NARROW))
        happened = marks.marks_of(self._watch, speech, platform.id, person.id)
        kinds = {mark.kind for mark in happened if window.since <= mark.at <= window.until}
        return CaseChart(
            pictures[0],
            pictures[1],
            f"names/{platform.id}/{person.id}",
            window.address(surface=surface or "all"),
            [kind for kind in marks.MarkKind if kind in kinds],
            ""
            if evidence is None
            else chart_caption(speech, evidence, matrix.main_name(person), platform.label),
            await self._charts.drawn_strength(speech, shown, viewer),
            self._watch.threshold(),
        )

    def _sees(self, request: Request, case: Case) -> bool:
        """Whether whoever asks may see the case: what reports alone say is the room's."""
        return is_visible(case, self._viewer(request))

    def _viewer(self, request: Request) -> Viewer:
        return EVERYBODY if self._renderer.visitors.of(request) is None else ROOM

    def facts(self, speech: Speech, case: Case, viewer: Viewer = EVERYBODY) -> Mapping[str, Any]:
        """What every page of a case shows, as far as a viewer may see it."""
        known = visible_verdict(case, viewer)
        item, evidence = self._item(speech, case), case_evidence(case, viewer, self._watch.verdicts())
        history = self._watch.case_history(case.id)
        noticed, dues = None, tuple[Due, ...]()
        if viewer.is_room and self._case_service is not None:
            noticed = noticed_at(history, item.took.began)
            dues = deadlines(case, self._case_service.room)
        return {
            "item": item,
            "rail": rail(speech, item.took, item.platform, evidence, self._watch.now(), noticed, dues),
            "verdict": verdict_from_json(known) if known else None,
            "proof": verdict_from_json(case.proof) if case.proof else None,
            "evidence": evidence,
            "measured_now": present_verdict(case, viewer, self._watch.verdicts()),
            "lines": [_line(speech, event) for event in timeline(history)],
        }

    def _for_the_room(self, request: Request, speech: Speech, case: Case) -> Mapping[str, Any]:
        """What only the room's people see; nothing of it for anybody else."""
        visitor = self._renderer.visitors.of(request)
        if self._case_service is None or visitor is None:
            return {"acting": False}
        room, history = self._case_service.room, self._watch.case_history(case.id)
        visitors = self._renderer.visitors
        lines = room_timeline(speech, history, partial(who_label, room, visitors))
        open_cases = by_next_due((known for known in self._watch.cases() if known.stage.is_open), room)
        others = [known for known in open_cases if known.id != case.id]
        accounts = self._renderer.visitors.accounts
        written = case.accounts.get(speech.language)
        account = written or draft_account(case, history, self._watch.election, speech)
        return {
            "acting": True,
            "desk": room.desk(case.platform),
            "room": room,
            "contacts_of": lambda ids: [who_label(room, visitors, f"liaison:{id}") for id in ids],
            "as_now": self._as_now(case, room),
            "next_step": next_step(case, room, visitor.actor),
            "step_sentence": step_sentence,
            "due_sentence": due_sentence,
            "steps_taken": len(history),
            "following": others[0] if others else None,
            "done": self._done(request, lines),
            "all_lines": lines,
            "account": account if case.stage in {Stage.CLOSED, Stage.WITHDRAWN} else None,
            "account_digest": case.account_digest(speech.language),
            "open_cases": others,
            "links": self._open_links(speech, case, room),
            "once": once,
            "undelivered": case.undelivered,
            "unsent": () if accounts is None else accounts.unsent_notices.of_case(case.id),
            "WHAT_TO_DO": WHAT_TO_DO,
            "RULE": RULE,
            "reports": self._reports.about(case) if self._reports is not None else 0,
            "surfaces": surfaces_of(case),
            "command_forms": [
                event
                for event in EVENTS.values()
                if event.form is not None and case.stage in event.stages and Right.WORK in event.rights
            ],
            "printed": {kind for kind, form in FORMS.items() if form.printed},
            "CAUSES": CAUSE_LABELS,
        }

    def _as_now(self, case: Case, room: RoomFile) -> Mapping[str, Text]:
        """The notices that wait, by id, as they would be sent now."""
        evidence = case_evidence(case, EVERYBODY, self._watch.verdicts())
        texts = {}
        for notice in case.notices.values():
            if notice.waits and evidence is not None:
                speech = Speech(notice.language, self._watch.election.timezone)
                now = self._watch.now()
                words = mark_words(evidence, case, self._watch.election, room, speech, now)
                texts[notice.id] = as_sent(Text(notice.subject, notice.body), words)
        return texts

    def _done(self, request: Request, lines: Sequence[RoomLine]) -> RoomLine | None:
        """What whoever asks has just done: the address of the page to which an act leads names its event."""
        seq = request.query_params.get("done", "")
        return next((line for line in lines if str(line.seq) == seq), None)

    def _open_links(self, speech: Speech, case: Case, room: RoomFile) -> list[LiaisonLink]:
        if self._links is None:
            return []
        desk = room.desk(case.platform)
        language = desk.language if desk else speech.language
        return [
            LiaisonLink(
                link.id,
                link.contact,
                link.expires,
                link.browser is not None,
                f"{room.address}/{language}/answer/{self._links.token(link.id)}",
            )
            for link in case.links.values()
            if not link.revoked and link.expires > self._watch.now()
        ]

    def _item(self, speech: Speech, case: Case) -> CaseListItem:
        election, took = self._watch.election, durations(case)
        names = {person.id: matrix.main_name(person) for person in election.people()}
        about = names.get(
            case.subject or "", case.subject or verdict_phrases.surface_words(speech, case.surface)
        )
        platform = next(
            (platform.label for platform in election.platforms if platform.id == case.platform), case.platform
        )
        lasting = took.affected
        if lasting is None and took.began is not None and case.stage.is_open:
            lasting = max(self._watch.now() - took.began, timedelta())
        return CaseListItem(case, about, platform, took, lasting)

    def _notices(self, evidence: FindingEvidence, case: Case, language: str) -> Mapping[NoticeType, str]:
        speech = Speech(language, self._watch.election.timezone)
        texts = {
            type_: compose(type_, evidence, case, self._watch.election, speech, self._watch.now())
            for type_ in NoticeType
        }
        return {type_: f"{text.subject}\n\n{text.body}" for type_, text in texts.items()}


def _line(speech: Speech, event: PublicEvent) -> CaseTimelineLine:
    quote = event.facts.get("text", "")
    return CaseTimelineLine(
        event.at,
        public_sentence(speech, event),
        quote,
        public_author(speech, event),
        event.undone,
        PUBLIC_SOURCES[event.by],
    )
