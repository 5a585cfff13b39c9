"""The page on which a platform's liaison answers: opened by a link of their own, without an account.

The first browser that opens a link is the one that it is for: a link that was passed on opens nothing.
Another device of the same contact is let in by a code that is sent to the contact.
Looking at the address alone, as mail scanners do, binds nothing.
"""

import hashlib
import hmac
import secrets
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from siaga.cases.case import Case, Link
from siaga.cases.commands import BY_WORD, OF_CONTACTS, Command
from siaga.cases.deadlines import deadlines
from siaga.cases.events.case_attached import CaseAttached
from siaga.cases.events.case_explained import CAUSE_LABELS
from siaga.cases.events.device_added import DeviceAdded
from siaga.cases.events.device_code_refused import DeviceCodeRefused
from siaga.cases.events.device_code_sent import CODE_HOLDS, DeviceCodeSent
from siaga.cases.events.link_opened import LinkOpened
from siaga.cases.guards import Actor, NotAllowed
from siaga.cases.inputs import WrongInput
from siaga.cases.once import AskedOtherwise
from siaga.cases.rights import Right
from siaga.cases.step_phrases import owed_sentence
from siaga.i18n.speech import N_
from siaga.people.links import Links
from siaga.ports.cases import CaseService
from siaga.ports.watch import WatchView
from siaga.web.cases.attachments import MOST_BYTES, Attachments
from siaga.web.cases.pages import CasePages
from siaga.web.html.rendering import Renderer
from siaga.web.http.forms import NOTHING, Form, read_form, read_form_with_file
from siaga.web.http.problems import fault_text
from siaga.web.http.session import asked_once, check_csrf, csrf_of, once

SHUT: Final = {
    "expired": N_("This link has expired. Links are valid for two weeks."),
    "revoked": N_("This link was revoked by the control room."),
    "elsewhere": N_("This link was already opened in another browser. A code lets you open it here as well."),
}


class LiaisonPages:
    """The pages of one room's liaisons."""

    def __init__(
        self,
        watch: WatchView,
        case_service: CaseService,
        links: Links,
        renderer: Renderer,
        pages: CasePages,
        attachments: Attachments | None = None,
    ) -> None:
        self._attachments = attachments
        self._watch, self._case_service, self._links = watch, case_service, links
        self._renderer, self._pages = renderer, pages

    async def answer(self, request: Request) -> Response:
        """The case, as its liaison may see it; before that, the door."""
        case, link = self._find(request)
        if (shut := self._shut(request, link)) is not None:
            return shut
        if link.browser is None:
            contact = self._case_service.room.contact(link.contact)
            label = contact.label if contact else link.contact
            return self._renderer.page(
                request, "cases/answer_door.html", case=case, contact=label, base=_base(request)
            )
        return self._page(request, case, link)

    async def act(self, request: Request) -> Response:
        """Open the link in this browser, or do what a form on the page says."""
        case, link = self._find(request)
        if request.path_params["act"] in {"code", "device"} and link.browser is not None:
            return await self._on_another_device(request, case, link)
        if (shut := self._shut(request, link)) is not None:
            return shut
        actor = Actor(f"liaison:{link.contact}", frozenset({Right.ANSWER}))
        word = request.path_params["act"]
        if link.browser is None:
            if word != "open":
                raise HTTPException(403)
            return self._open(request, case, link, actor)
        form, upload = await read_form_with_file(request, "file", MOST_BYTES)
        check_csrf(form, csrf_of(request.cookies[_cookie(link)]))
        if word not in OF_CONTACTS and word != "attach":
            raise HTTPException(404)
        try:
            if word == "attach":
                if upload is None or self._attachments is None:
                    raise HTTPException(400)
                command = await self._attachments.keep(case, self._case_service.history(case.id), upload)
            else:
                command = Command(BY_WORD[word].from_inputs(case.id, form.text))
            who = f"{link.id}/{case.episodes}"
            self._case_service.do(command, actor, asked_once(request, who, form, upload))
        except WrongInput:
            raise HTTPException(400) from None
        except (NotAllowed, AskedOtherwise) as refused:
            why = fault_text(refused.faults, self._renderer.speech(request).gettext)
            status = 422 if isinstance(refused, AskedOtherwise) else 409
            return self._page(request, self._case_service.cases[case.id], link, why, form, status)
        return RedirectResponse(_base(request), status_code=303)

    async def _on_another_device(self, request: Request, case: Case, link: Link) -> Response:
        """Send a code to the link's contact, or open the link in this browser by the code."""
        actor = Actor(f"liaison:{link.contact}", frozenset({Right.ANSWER}))
        try:
            if request.path_params["act"] == "code":
                code, expires = f"{link.id}/{link.codes + 1}", self._watch.now() + CODE_HOLDS
                sent = DeviceCodeSent(link.id, case.id, link.contact, code, expires)
                self._case_service.do(Command(sent), actor)
                return RedirectResponse(_base(request), status_code=303)
            form = await read_form(request)
            expected = self._links.device_code(link.code or "")
            typed = "".join(form.text("code").split())
            if link.code is None or not hmac.compare_digest(typed.encode(), expected.encode()):
                self._case_service.do(Command(DeviceCodeRefused(link.id, case.id)), actor)
                fault = self._renderer.speech(request).say("That is not the code. Check the newest message.")
                return self._elsewhere(request, self._case_service.cases[case.id].links[link.id], fault)
            browser = secrets.token_urlsafe(24)
            self._case_service.do(Command(DeviceAdded(link.id, case.id, link.code, _digest(browser))), actor)
        except NotAllowed as refused:
            fault = fault_text(refused.faults, self._renderer.speech(request).gettext)
            return self._elsewhere(request, link, fault, 409)
        return self._bound(request, link, browser)

    def _elsewhere(self, request: Request, link: Link, fault: str = "", status: int = 403) -> Response:
        """For another device than the first: a code lets it in."""
        contact = self._case_service.room.contact(link.contact)
        is_out = link.code is not None and (link.code_expires or link.expires) > self._watch.now()
        return self._renderer.page(
            request,
            "cases/answer_device.html",
            status,
            says=SHUT["elsewhere"],
            contact=contact.label if contact else link.contact,
            base=_base(request),
            is_out=is_out,
            fault=fault,
        )

    def _open(self, request: Request, case: Case, link: Link, actor: Actor) -> Response:
        browser = secrets.token_urlsafe(24)
        try:
            self._case_service.do(Command(LinkOpened(link.id, case.id, _digest(browser))), actor)
        except NotAllowed:  # somebody was faster
            return self._elsewhere(request, link)
        return self._bound(request, link, browser)

    def _bound(self, request: Request, link: Link, browser: str) -> Response:
        """To the case; from now on the browser is known by its cookie."""
        answer = RedirectResponse(_base(request), status_code=303)
        secure = request.url.scheme == "https"
        left = int((link.expires - self._watch.now()).total_seconds())
        answer.set_cookie(
            _cookie(link), browser, max_age=max(left, 60), secure=secure, httponly=True, samesite="lax"
        )
        return answer

    def _page(
        self,
        request: Request,
        case: Case,
        link: Link,
        fault: str = "",
        typed: Form = NOTHING,
        status: int = 200,
    ) -> Response:
        speech = self._renderer.speech(request)
        notices = [
            notice
            for notice in case.notices.values()
            if notice.released_at is not None and link.contact in notice.contacts
        ]
        return self._renderer.page(
            request,
            "cases/answer.html",
            status,
            **self._pages.facts(speech, case),
            contact=link.contact,
            attached=[
                str(event.what["name"])
                for event in self._case_service.history(case.id)
                if event.kind == CaseAttached.kind and event.who == f"liaison:{link.contact}"
            ],
            can_attach=self._attachments is not None,
            notices=notices,
            dues=[due for due in deadlines(case, self._case_service.room) if due.met_at is None],
            owed_sentence=owed_sentence,
            base=_base(request),
            once=once,
            csrf=csrf_of(request.cookies.get(_cookie(link), "")),
            CAUSES=CAUSE_LABELS,
            fault=fault,
            typed=typed,
        )

    def _find(self, request: Request) -> tuple[Case, Link]:
        self._renderer.speech(request)
        id = self._links.link(request.path_params["token"])
        for case in self._case_service.cases.values():
            if id is not None and id in case.links:
                return case, case.links[id]
        raise HTTPException(404)

    def _shut(self, request: Request, link: Link) -> Response | None:
        """What is said where the link opens nothing."""
        reason, status = None, 410
        if link.revoked:
            reason = "revoked"
        elif link.expires <= self._watch.now():
            reason = "expired"
        elif link.browser is not None:
            mine = _digest(request.cookies.get(_cookie(link), ""))
            if not any(hmac.compare_digest(mine, known) for known in (link.browser, *link.others)):
                reason, status = "elsewhere", 403
        if reason is None:
            return None
        self._case_service.turned_away("link", reason, link.id)
        if reason == "elsewhere":
            return self._elsewhere(request, link)
        return self._renderer.page(request, "cases/answer_shut.html", status, says=SHUT[reason])


def _base(request: Request) -> str:
    return f"/{request.path_params['language']}/answer/{request.path_params['token']}"


def _cookie(link: Link) -> str:
    return f"siaga-link-{link.id}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
