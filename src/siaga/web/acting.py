"""What the room's people do to a case from its page: each act is a form, and comes back to the page."""

import asyncio
import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from siaga.cases.case import Case
from siaga.cases.notices import NoticeType, compose
from siaga.cases.plain import verdict_of
from siaga.cases.room_file import PlatformDesk
from siaga.cases.rules import CAUSES, LONGEST_TEXT, Act, NotAllowed
from siaga.cases.severity import Severity
from siaga.journal.kinds import Kind
from siaga.people.roles import May
from siaga.speech.speech import Speech, languages
from siaga.web.cases import CasePages
from siaga.web.forms import Form
from siaga.web.rendering import Renderer
from siaga.web.view import CaseRoom, Room
from siaga.web.visitor import Visitor, Visitors, once
from siaga.words.errors import BadInput, Fault
from siaga.words.time import rfc3339

LINK_LASTS: Final = timedelta(days=14)
What = Callable[[Form], Mapping[str, Any]]


def _nothing(form: Form) -> Mapping[str, Any]:
    return {}


def _text(form: Form) -> Mapping[str, Any]:
    return {"text": form.text("text")}


def _seq(form: Form) -> Mapping[str, Any]:
    number = form.text("event")
    if not number.isascii() or not number.isdigit() or len(number) > 15:
        raise HTTPException(400)
    return {"event": int(number)}


def _one_of(field: str, known: Sequence[str]) -> What:
    def what(form: Form) -> Mapping[str, Any]:
        if form.text(field) not in known:
            raise HTTPException(400)
        return {field: form.text(field)}

    return what


_language = _one_of("language", languages())


def _account(form: Form) -> Mapping[str, Any]:
    return {**_language(form), "text": form.text("text") + "\n"}


def _fields(*names: str) -> What:
    return lambda form: {name: form.text(name) for name in names}


ACTS: Final[Mapping[str, tuple[Kind, What]]] = MappingProxyType(
    {
        "acknowledge": (Kind.CASE_ACKNOWLEDGED, _nothing),
        "ask": (Kind.CASE_ASKED, _text),
        "explain": (
            Kind.CASE_EXPLAINED,
            lambda form: {**_one_of("cause", CAUSES)(form), **_text(form)},
        ),
        "claim": (Kind.CASE_CLAIMED, _nothing),
        "comment": (Kind.CASE_COMMENTED, _text),
        "grade": (Kind.CASE_GRADED, _one_of("severity", tuple(Severity))),
        "link-case": (Kind.CASE_LINKED, _fields("other")),
        "merge": (Kind.CASE_MERGED, _fields("into")),
        "close": (Kind.CASE_CLOSED, lambda form: {"reason": "by hand"}),
        "withdraw": (Kind.CASE_WITHDRAWN, _nothing),
        "undo": (Kind.EVENT_UNDONE, _seq),
        "approve": (Kind.NOTICE_APPROVED, _fields("notice", "text")),
        "refuse": (Kind.NOTICE_REFUSED, _fields("notice")),
        "revoke-link": (Kind.LINK_REVOKED, _fields("link")),
        "account": (Kind.ACCOUNT_DRAFTED, _account),
        "publish": (Kind.ACCOUNT_PUBLISHED, lambda form: {**_language(form), "text": form.text("text")}),
    }
)
"""What the last word of a form's address does, and the fields that it takes."""


class Acting:
    """The acts of one room's people."""

    def __init__(
        self,
        room: Room,
        casework: CaseRoom,
        visitors: Visitors,
        renderer: Renderer,
        pages: CasePages,
        letters: Path | None = None,
    ) -> None:
        self._room, self._casework, self._letters = room, casework, letters
        self._visitors, self._renderer, self._pages = visitors, renderer, pages

    async def act(self, request: Request) -> Response:
        """Do what a form asks; where it cannot be done, say why, and lose nothing that was typed."""
        visitor, form = await self._visitors.form(request, May.WORK)
        case = self._case(request)
        word = request.path_params["act"]
        try:
            act = self._act(word, case, visitor, form)
            self._casework.do(act, visitor.actor, _key(word, visitor, form))
        except BadInput as refused:
            return self._pages.page(request, case.id, fault=_said(refused), typed=form, status=409)
        return RedirectResponse(f"/{request.path_params['language']}/cases/{case.id}", status_code=303)

    def _act(self, word: str, case: Case, visitor: Visitor, form: Form) -> Act:
        why = form.text("why")[:LONGEST_TEXT]
        if word == "take":
            return Act(Kind.CASE_ASSIGNED, {"case": case.id, "to": visitor.actor.who}, why)
        if word == "hand-over":
            return Act(Kind.CASE_ASSIGNED, {"case": case.id, "to": self._somebody(form.text("to"))}, why)
        if word == "issue-link":
            return self._link(case, form.text("contact"))
        if word not in ACTS:
            raise HTTPException(404)
        kind, what = ACTS[word]
        return Act(kind, {"case": case.id, **what(form)}, why)

    def _somebody(self, id: str) -> str | None:
        if not id:
            return None
        person = None if self._visitors.accounts is None else self._visitors.accounts.person(id)
        if person is None or not person.may(May.WORK):
            raise NotAllowed(Fault("Nobody of that name works on cases.", "Choose somebody else."))
        return f"person:{id}"

    def _link(self, case: Case, contact: str) -> Act:
        desk = self._desk(case)
        if desk is None or contact not in {one.id for one in desk.contacts}:
            raise HTTPException(400)
        expires = rfc3339(self._room.now() + LINK_LASTS)
        link = f"L-{secrets.token_hex(6)}"
        return Act(Kind.LINK_ISSUED, {"link": link, "case": case.id, "contact": contact, "expires": expires})

    # Drafting a notice

    async def draft(self, request: Request) -> Response:
        """The form in which a notice is written; it begins with what the evidence says."""
        visitor = self._visitors.require(request, May.WORK)
        case = self._case(request)
        type_ = _type(request.query_params.get("type", NoticeType.RESTORE))
        desk = self._desk(case)
        if desk is None or case.proof is None:
            return self._pages.page(request, case.id, status=409, fault=self._cannot(request, desk))
        speech = Speech(desk.language, self._room.election.timezone)
        now = self._room.now()
        due = now + self._casework.room.deadlines[case.severity].restore
        proof, signed = verdict_of(case.proof), self._casework.room.label
        text = compose(type_, proof, case.id, self._room.election, speech, now, due, signed)
        typed = {"subject": text.subject, "body": text.body, "due": rfc3339(due)}
        return self._draft_page(request, visitor, case, desk, type_, typed, desk.ladder[:1])

    async def send_draft(self, request: Request) -> Response:
        """Take the draft; people approve it next."""
        visitor, form = await self._visitors.form(request, May.WORK)
        case = self._case(request)
        desk, type_ = self._desk(case), _type(form.text("type"))
        if desk is None:
            raise HTTPException(409)
        contacts = [one for one in form.all("contact") if one in {c.id for c in desk.contacts}]
        body = form.text("body") + "\n"
        what = {
            "case": case.id,
            "notice": f"N-{secrets.token_hex(6)}",
            "type": type_.value,
            "language": desk.language,
            "subject": form.text("subject")[:200],
            "body": body,
            "contacts": contacts,
            "due": rfc3339(_moment(form.text("due"))),
        }
        try:
            self._casework.do(Act(Kind.NOTICE_DRAFTED, what), visitor.actor, _key("notice", visitor, form))
        except BadInput as refused:
            typed = {name: form.text(name) for name in ("subject", "body", "due")}
            return self._draft_page(request, visitor, case, desk, type_, typed, contacts, _said(refused), 409)
        return RedirectResponse(f"/{request.path_params['language']}/cases/{case.id}", status_code=303)

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
    ) -> Response:
        return self._renderer.page(
            request,
            "draft.html",
            status,
            case=case,
            desk=desk,
            type_=type_,
            typed=typed,
            contacts=contacts,
            approvals=self._casework.room.approvals,
            once=once(),
            fault=fault,
        )

    async def letter(self, request: Request) -> Response:
        """A letter that lies ready to be printed."""
        self._visitors.require(request, May.VIEW)
        case, id = self._case(request), request.path_params["delivery"]
        known = {one.id for notice in case.notices.values() for one in notice.deliveries}
        path = None if self._letters is None or id not in known else self._letters / f"{id}.pdf"
        if path is None or not await asyncio.to_thread(path.is_file):
            raise HTTPException(404)
        return FileResponse(path, media_type="application/pdf", filename=f"{id}.pdf")

    def _cannot(self, request: Request, desk: PlatformDesk | None) -> str:
        speech = self._renderer.speech(request)
        if desk is None:
            return speech.say("The room file names nobody at this platform to write to.")
        return speech.say("It is not proven yet: there is nothing to write to the platform.")

    def _case(self, request: Request) -> Case:
        self._renderer.speech(request)
        case = self._casework.cases.get(request.path_params["case"])
        if case is None:
            raise HTTPException(404)
        return case

    def _desk(self, case: Case) -> PlatformDesk | None:
        return self._casework.room.desk(case.platform)


def _key(word: str, visitor: Visitor, form: Form) -> str:
    """The same form sent again is the same act; one with another content is another."""
    content = hashlib.sha256(repr((word, sorted(form.items()))).encode()).hexdigest()
    return f"form/{visitor.person.id}/{content}"


def _type(word: str) -> NoticeType:
    try:
        return NoticeType(word)
    except ValueError:
        raise HTTPException(400) from None


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise HTTPException(400) from None
    if at.tzinfo is None:
        raise HTTPException(400)
    return at


def _said(bad: BadInput) -> str:
    return " ".join(f"{fault.what} {fault.do}" for fault in bad.faults)
