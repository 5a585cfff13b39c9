"""What the room's people do to a case from its page: each act is a form, and comes back to the page."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response

from siaga.cases.case import Case, NoticeType
from siaga.cases.events.case_attached import CaseAttached
from siaga.cases.events.notice_released import NoticeReleased
from siaga.cases.notices.messages import Text
from siaga.cases.once import AskedOtherwise
from siaga.cases.room_file import PlatformDesk
from siaga.domain.errors import BadInput, Sentence
from siaga.people.roles import Permission
from siaga.people.unsent_notices import UnsentNotice
from siaga.ports.cases import CaseService
from siaga.ports.watch import WatchView
from siaga.web.cases.attachments import MOST_BYTES, Attachments
from siaga.web.cases.pages import CasePages
from siaga.web.form_commands import FormCommands, type_of
from siaga.web.html.rendering import Renderer
from siaga.web.http.forms import Form, read_form_with_file
from siaga.web.http.problems import fault_text
from siaga.web.http.session import Visitor, Visitors, asked_once, check_csrf, once

JSON: Final = "application/json"


class CaseActions:
    """What the people of one room do to its cases."""

    def __init__(
        self,
        watch: WatchView,
        case_service: CaseService,
        visitors: Visitors,
        renderer: Renderer,
        pages: CasePages,
        letters: Path | None = None,
        attachments: Attachments | None = None,
    ) -> None:
        self._case_service, self._letters, self._attachments = case_service, letters, attachments
        self._visitors, self._renderer, self._pages = visitors, renderer, pages
        self._commands = FormCommands(watch, case_service, visitors.accounts)

    async def act(self, request: Request) -> Response:
        """Do what a form asks; where it cannot be done, say why, and lose nothing that was typed."""
        visitor = self._visitors.require(request, Permission.WORK)
        form, upload = await read_form_with_file(request, "file", MOST_BYTES)
        check_csrf(form, visitor.csrf)
        case = self._case(request)
        word, before = request.path_params["act"], self._last(case)
        try:
            if word == "attach" and self._attachments is not None:
                if upload is None:
                    raise HTTPException(400)
                command = await self._attachments.keep(case, self._case_service.history(case.id), upload)
            else:
                command = self._commands.command(word, case, visitor.actor, form)
            self._case_service.do(
                command, visitor.actor, asked_once(request, visitor.actor.who, form, upload)
            )
        except BadInput as refused:
            return await self._pages.page(
                request,
                case.id,
                fault=fault_text(refused.faults, self._renderer.speech(request).gettext),
                typed=form,
                status=_status(refused),
            )
        return self._to_the_case(request, case, before)

    def _last(self, case: Case) -> int:
        """The place in the journal of the last event of a case."""
        return self._case_service.history(case.id)[-1].seq

    def _to_the_case(self, request: Request, case: Case, before: int) -> Response:
        """Back to the page, which says what came after the event `before`."""
        history = self._case_service.history(case.id)
        new = [event for event in history if event.seq > before] or history[-1:]
        sent = (event for event in new if event.kind == NoticeReleased.kind)
        seq = next(sent, new[0]).seq
        address = f"/{request.path_params['language']}/cases/{case.id}?done={seq}#done"
        return RedirectResponse(address, status_code=303)

    async def approve(self, request: Request) -> Response:
        """The address that a message to approvers carries: who follows it signs in, then reads the notice."""
        self._visitors.require(request, Permission.VIEW)
        case = self._case(request)
        return RedirectResponse(
            f"/{request.path_params['language']}/cases/{case.id}#approve", status_code=303
        )

    # Drafting a notice

    async def draft(self, request: Request) -> Response:
        """The form in which a notice is written; it begins with what the evidence says."""
        visitor = self._visitors.require(request, Permission.WORK)
        case = self._case(request)
        type_ = type_of(request.query_params.get("type", NoticeType.RESTORE))
        desk = self._commands.desk(case)
        composed = None if desk is None else self._commands.composed(case, desk, type_)
        if desk is None or composed is None:
            return await self._pages.page(request, case.id, status=409, fault=self._cannot(request, desk))
        typed = {"subject": composed.subject, "body": composed.body}
        own = next((draft for draft in self._unsent(case, type_) if draft.author == visitor.member.id), None)
        if own is None:
            return self._draft_page(request, visitor, case, desk, type_, typed, desk.ladder[:1])
        typed |= {"subject": own.subject, "body": own.body}
        return self._draft_page(request, visitor, case, desk, type_, typed, own.contacts, own=own)

    def _unsent(self, case: Case, type_: NoticeType) -> list[UnsentNotice]:
        accounts = self._visitors.accounts
        known = () if accounts is None else accounts.unsent_notices.of_case(case.id)
        return [draft for draft in known if draft.type is type_]

    async def save_draft(self, request: Request) -> Response:
        """Keep what was typed, or discard it, as the form's button says; a script is told the outcome."""
        visitor, form = await self._visitors.form(request, Permission.WORK)
        case, type_ = self._case(request), type_of(form.text("type"))
        speech, is_script = self._renderer.speech(request), request.headers.get("accept") == JSON
        if self._visitors.accounts is None:
            raise HTTPException(404)
        unsent = self._visitors.accounts.unsent_notices
        if "discard" in form:
            unsent.discard(case.id, type_, visitor.member.id)
        else:
            try:
                saved = self._save(visitor, case, type_, form)
            except BadInput as refused:
                fault = fault_text(refused.faults, speech.gettext)
                if is_script:
                    return JSONResponse({"fault": fault}, status_code=409)
                return self._typed_page(request, visitor, case, form, fault, 409)
            if is_script:
                at = f"{speech.time(saved.saved_at)} {speech.zone_name(saved.saved_at)}"
                return JSONResponse({"saved": speech.say("Draft saved {at}. Nothing has been sent.", at=at)})
        address = f"/{request.path_params['language']}/cases/{case.id}/notice?type={type_.value}"
        return RedirectResponse(address, status_code=303)

    def _save(self, visitor: Visitor, case: Case, type_: NoticeType, form: Form) -> UnsentNotice:
        assert self._visitors.accounts is not None
        subject, body = (form.get(name, "").replace("\r\n", "\n") for name in ("subject", "body"))
        return self._visitors.accounts.unsent_notices.save(
            case.id, type_, visitor.member.id, subject, body, self._known(case, form.all("contact"))
        )

    def _known(self, case: Case, contacts: Sequence[str]) -> list[str]:
        """Those of the contacts who are the platform's."""
        desk = self._commands.desk(case)
        return [] if desk is None else [contact.id for contact in desk.contacts if contact.id in contacts]

    def _typed_page(
        self, request: Request, visitor: Visitor, case: Case, form: Form, fault: str, status: int
    ) -> Response:
        """The form with what was typed, and why it was refused."""
        desk = self._commands.desk(case)
        if desk is None:
            raise HTTPException(409)
        typed = {name: form.text(name) for name in ("subject", "body")}
        contacts, type_ = form.all("contact"), type_of(form.text("type"))
        return self._draft_page(request, visitor, case, desk, type_, typed, contacts, fault, status)

    async def send_draft(self, request: Request) -> Response:
        """Take the draft; people approve it next."""
        visitor, form = await self._visitors.form(request, Permission.WORK)
        case = self._case(request)
        desk, type_ = self._commands.desk(case), type_of(form.text("type"))
        if desk is None:
            raise HTTPException(409)
        contacts, before = form.all("contact"), self._last(case)
        text = Text(form.text("subject"), form.text("body") + "\n")
        try:
            command = self._commands.draft(case, desk, type_, text, contacts)
            self._case_service.do(command, visitor.actor, asked_once(request, visitor.actor.who, form))
        except BadInput as refused:
            fault = fault_text(refused.faults, self._renderer.speech(request).gettext)
            return self._typed_page(request, visitor, case, form, fault, _status(refused))
        if self._visitors.accounts is not None:
            self._visitors.accounts.unsent_notices.discard(case.id, type_, visitor.member.id)
        return self._to_the_case(request, case, before)

    def _draft_page(
        self,
        request: Request,
        visitor: Visitor,
        case: Case,
        desk: PlatformDesk,
        type_: NoticeType,
        typed: Mapping[str, str],
        contacts: Sequence[str],
        fault: str = "",
        status: int = 200,
        own: UnsentNotice | None = None,
    ) -> Response:
        others = [draft for draft in self._unsent(case, type_) if draft.author != visitor.member.id]
        return self._renderer.page(
            request,
            "cases/draft.html",
            status,
            case=case,
            desk=desk,
            type_=type_,
            typed=typed,
            contacts=contacts,
            approvals=self._case_service.room.approvals,
            once=once,
            fault=fault,
            own=own,
            others=others,
            words=self._commands.words(case, desk.language),
        )

    async def letter(self, request: Request) -> Response:
        """A letter that lies ready to be printed."""
        self._visitors.require(request, Permission.VIEW)
        case, id = self._case(request), request.path_params["delivery"]
        known = {delivery.id for notice in case.notices.values() for delivery in notice.deliveries}
        path = None if self._letters is None or id not in known else self._letters / f"{id}.pdf"
        if path is None or not await asyncio.to_thread(path.is_file):
            raise HTTPException(404, Sentence("This file does not exist, or is not ready yet."))
        return FileResponse(path, media_type="application/pdf", filename=f"{id}.pdf")

    async def attachment(self, request: Request) -> Response:
        """A file that was attached: to keep, never to be shown here."""
        self._visitors.require(request, Permission.VIEW)
        case, seq = self._case(request), request.path_params["seq"]
        for event in self._case_service.history(case.id):
            if event.kind == CaseAttached.kind and str(event.seq) == seq and self._attachments is not None:
                path = self._attachments.path(event)
                if await asyncio.to_thread(path.is_file):
                    name = str(event.what["name"])
                    return FileResponse(path, media_type="application/octet-stream", filename=name)
        raise HTTPException(404, Sentence("This file does not exist, or is not ready yet."))

    def _cannot(self, request: Request, desk: PlatformDesk | None) -> str:
        speech = self._renderer.speech(request)
        if desk is None:
            return speech.say("No contact at this platform: add one in the room file.")
        return speech.say("Not proven yet, so there is nothing to send to the platform.")

    def _case(self, request: Request) -> Case:
        self._renderer.speech(request)
        case = self._case_service.cases.get(request.path_params["case"])
        if case is None:
            raise HTTPException(
                404,
                Sentence(
                    "Case {case} does not exist in this election.", case=request.path_params["case"][:50]
                ),
            )
        return case


def _status(refused: BadInput) -> int:
    return 422 if isinstance(refused, AskedOtherwise) else 409
