"""Cases for programs: what happened to them, and what programs may do to them."""

import asyncio
from collections.abc import Sequence
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from siaga.cases.case import Case
from siaga.cases.commands import OF_CONTACTS, Command
from siaga.cases.deadlines import deadlines
from siaga.cases.guards import NotAllowed
from siaga.cases.notices.messages import Text
from siaga.cases.publication import EVERYBODY, ROOM, Viewer, is_visible, timeline
from siaga.domain.errors import Fault
from siaga.people.roles import Permission
from siaga.ports.cases import CaseService
from siaga.ports.evidence import EvidenceService
from siaga.ports.reports import ReportService
from siaga.ports.watch import WatchView
from siaga.web.api.answers import (
    CaseAnswer,
    CasesAnswer,
    EventsAnswer,
    KeptAnswerAnswer,
    PublicEventAnswer,
    RoomEventAnswer,
)
from siaga.web.api.case_answer import case_answer, room_part
from siaga.web.api.clients import Program, Programs, answer, asked_once, read_sent
from siaga.web.api.paging import part_of
from siaga.web.api.requests import OF_THE_ROOM, ActRequest, NoticeRequest, SentModel
from siaga.web.form_commands import FormCommands
from siaga.web.http.forms import Form
from siaga.web.http.problems import Problem

MOST_KEPT: Final = 1_000
"""Digests in one answer: those of the first answers, which prove most."""


class CaseApi:
    """What programs may ask and do about one room's cases."""

    def __init__(
        self,
        watch: WatchView,
        cases: CaseService | None,
        programs: Programs,
        commands: FormCommands | None,
        reports: ReportService | None,
        evidence: EvidenceService | None,
    ) -> None:
        self._watch, self._service, self._programs = watch, cases, programs
        self._commands, self._reports, self._evidence = commands, reports, evidence

    async def cases(self, request: Request) -> Response:
        """Cases, the newest first."""
        program = self._programs.of(request)
        listed = [case for case in reversed(self._all()) if is_visible(case, _viewer(program))]
        wanted = request.query_params.get("open", "false")
        if wanted not in {"true", "false"}:
            raise Problem(422, [Fault("`open` must be true or false.", "Send true or false.", field="open")])
        if wanted == "true":
            listed = [case for case in listed if case.stage.is_open]
        part, following = part_of(request, listed, lambda case: case.id)
        items = [self._answer(program, case) for case in part]
        return answer(request, CasesAnswer(items=items, next=following))

    async def case(self, request: Request) -> Response:
        """One case, with the digests of what was kept for it."""
        program = self._programs.of(request)
        case = self._case(request, program)
        found = self._answer(program, case)
        if self._evidence is not None:
            kept = (await asyncio.to_thread(self._evidence.of_case, case))[:MOST_KEPT]
            answers = [KeptAnswerAnswer.model_validate(each) for each in kept]
            found = found.model_copy(update={"kept": answers})
        return answer(request, found)

    async def events(self, request: Request) -> Response:
        """What happened to a case, oldest first: what the public sees, or all of it for the room."""
        program = self._programs.of(request)
        history = self._watch.case_history(self._case(request, program).id)
        items: list[RoomEventAnswer] | list[PublicEventAnswer]
        if _viewer(program).is_room:
            events, following = part_of(request, list(enumerate(history, start=1)), _number)
            items = [RoomEventAnswer.model_validate(event) for _, event in events]
        else:
            lines, following = part_of(request, list(enumerate(timeline(history), start=1)), _number)
            items = [PublicEventAnswer.model_validate(line) for _, line in lines]
        return answer(request, EventsAnswer(items=items, next=following))

    async def act(self, request: Request) -> Response:
        """Do something to a case."""
        program = self._programs.require(request)
        case = self._case(request, program)
        sent = await read_sent(request, ActRequest)
        allowed = OF_CONTACTS if program.contact is not None else OF_THE_ROOM
        if sent.act not in allowed:
            do = f"Send one of {', '.join(allowed)}."
            raise Problem(422, [Fault("Unknown action.", do, field="act")])
        if program.contact is None and Permission.WORK not in program.permissions:
            raise Problem(403)
        form = Form(list(sent.model_dump(exclude_unset=True).items()))
        try:
            command = self._form_commands().command(sent.act, case, program.actor, form)
        except HTTPException as error:
            do = "Look at the description of this act."
            raise Problem(422, [Fault("A field is missing or wrong.", do)]) from error
        return self._done(request, program, sent, command)

    async def draft(self, request: Request) -> Response:
        """Put a notice before the approvers; without a text, what the evidence says."""
        program = self._programs.require(request, Permission.WORK)
        case = self._case(request, program)
        sent = await read_sent(request, NoticeRequest)
        commands = self._form_commands()
        desk = commands.desk(case)
        composed = None if desk is None else commands.composed(case, desk, sent.type)
        if desk is None or composed is None:
            what = "It is not proven yet, or the room file names nobody at this platform."
            raise Problem(409, [Fault(what, "Look at the case.")])
        subject = Form([("subject", sent.subject)]).text("subject")
        text = Text(subject or composed.subject, sent.body or composed.body)
        contacts = sent.contacts or desk.ladder[:1]
        try:
            command = commands.draft(case, desk, sent.type, text, contacts)
        except NotAllowed as refused:
            raise Problem(422, refused.faults) from None
        return self._done(request, program, sent, command)

    def _done(self, request: Request, program: Program, sent: SentModel, command: Command) -> Response:
        """Do a command, once for an idempotency key; answers the case as it then is."""
        once = asked_once(request, program, sent)
        try:
            case = self._cases().do(command, program.actor, once)
        except NotAllowed as refused:
            raise Problem(409, refused.faults) from None
        return answer(request, self._answer(program, case))

    def _answer(self, program: Program | None, case: Case) -> CaseAnswer:
        verdicts = self._watch.verdicts() if case.stage.is_open else ()
        if not _viewer(program).is_room:
            return case_answer(case, None, verdicts)
        reports = len(case.reports) if self._reports is None else self._reports.about(case)
        dues = () if self._service is None else deadlines(case, self._service.room)
        return case_answer(case, room_part(case, reports, dues), verdicts)

    def _all(self) -> Sequence[Case]:
        if self._service is not None:
            self._service.catch_up()
        return self._watch.cases()

    def _case(self, request: Request, program: Program | None) -> Case:
        """The case that the address names, if whoever asks sees it."""
        wanted = request.path_params["case"]
        for case in self._all():
            if case.id == wanted and is_visible(case, _viewer(program)):
                return case
        raise Problem(404)

    def _cases(self) -> CaseService:
        if self._service is None:
            raise Problem(404)
        return self._service

    def _form_commands(self) -> FormCommands:
        if self._commands is None:
            raise Problem(404)
        return self._commands


def _number(numbered: tuple[int, object]) -> str:
    return str(numbered[0])


def _viewer(program: Program | None) -> Viewer:
    """For whom a program looks."""
    if program is None:
        return EVERYBODY
    return ROOM if program.contact is None else Viewer(contact=program.contact)
