"""The set-up step by step: election, people, platforms, room, start. Each step writes its file at once, so
that nothing is lost where somebody goes on another day."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import Final

from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from siaga.domain.errors import BadInput, Fault, Sentence
from siaga.i18n.speech import N_
from siaga.people import passwords
from siaga.people.accounts import Accounts
from siaga.people.roles import StaffRole
from siaga.ports.setup import MAIL, ContactDraft, RoomDraft, SetupService, TrialResult
from siaga.web.html.qr import qr_picture
from siaga.web.html.rendering import preferred_language
from siaga.web.html.roles import ROLES
from siaga.web.http.forms import NOTHING, Form, read_form, read_form_with_file
from siaga.web.http.session import check_csrf, csrf_of
from siaga.web.setup.door import SetupDoor
from siaga.web.setup.rendering import SetupRenderer

COOKIE: Final = "siaga-setup"
MOST_FILE: Final = 8 * 1024 * 1024
"""Bytes of an election file."""
BY: Final = "setup"
"""Who the journal says makes these accounts: whoever can read the terminal."""
RESULTS: Final[Mapping[TrialResult, str]] = {
    TrialResult.ANSWERED: N_("It works: the platform answered."),
    TrialResult.REFUSED: N_("The platform refused it. Check that it was copied whole and has the rights."),
    TrialResult.LIMITED: N_("The platform is limiting requests right now. Try again in a few minutes."),
    TrialResult.UNREACHABLE: N_("The platform can't be reached. Check this machine's network or proxy."),
    TrialResult.UNKNOWN: N_("The platform's answer says nothing. Try again in a few minutes."),
}
KINDS: Final[Mapping[str, str]] = {
    "bearer": N_("API token"),
    "password": N_("App password"),
    "key": N_("API key"),
}
_SECRET: Final = re.compile(r"[A-Z2-7]{32}", re.ASCII)


class SetupPages:
    """The pages of one set-up."""

    def __init__(self, service: SetupService, door: SetupDoor, renderer: SetupRenderer) -> None:
        self._service, self._door, self._renderer = service, door, renderer

    async def enter(self, request: Request) -> Response:
        """The link that the terminal shows."""
        session = self._door.enter(request.path_params["token"])
        if session is None:
            return self._shut(request, 410)
        answer = RedirectResponse(f"/{preferred_language(request)}/setup", status_code=303)
        answer.set_cookie(
            COOKIE, session, httponly=True, samesite="lax", secure=request.url.scheme == "https"
        )
        return answer

    def _shut(self, request: Request, status: int) -> Response:
        return self._renderer.page(request, "shut.html", status)

    async def home(self, request: Request) -> Response:
        """To the pages in the browser's language."""
        return RedirectResponse(f"/{preferred_language(request)}/setup", status_code=303)

    def _holder_of(self, request: Request) -> str:
        """What the visitor's browser holds.

        Raises:
            HTTPException: 403, it opens nothing.
        """
        held = request.cookies.get(COOKIE, "")
        if len(held) > 100 or not self._door.is_open_to(held):
            raise HTTPException(403)
        return held

    async def shut(self, request: Request, error: Exception) -> Response:
        """For whoever may not be here, and for what is not here."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        if status == 403:
            return self._shut(request, 403)
        return self._renderer.page(request, "failed.html", status, code=status)

    async def step(self, request: Request) -> Response:
        """One step's page."""
        self._holder_of(request)
        return self._page(request)

    def _page(
        self,
        request: Request,
        faults: Sequence[Fault] = (),
        done: str = "",
        form: Form = NOTHING,
        **more: object,
    ) -> Response:
        self._renderer.speech(request)  # 404 where the address names no language
        step = request.path_params.get("step", "election")
        service, election = self._service, self._service.election
        if step not in {"election", "people", "platforms", "room", "start"}:
            raise HTTPException(404)
        if election is None and step != "election":
            raise HTTPException(404)
        people = () if service.accounts is None else service.accounts.members()
        values: dict[str, object] = {
            "step": step,
            "csrf": csrf_of(self._holder_of(request)),
            "faults": faults,
            "done": done,
            "form": form,
            "declared": election,
            "people": people,
            "files": service.files(),
            "has_room": service.has_room,
            "platforms": () if election is None else service.platforms(),
            "RESULTS": RESULTS,
            "KINDS": KINDS,
            "ROLES": ROLES,
            "channels": service.channels,
            "draft": draft_of(form, service) if election is not None else None,
            "command": "" if election is None else service.command(),
            "here": f"{request.url.scheme}://{request.headers.get('host', '')}",
            "factor_of": "",
            "codes": (),
        }
        return self._renderer.page(request, f"{step}.html", 422 if faults else 200, **(values | more))

    # Election

    async def take_election(self, request: Request) -> Response:
        """An election file: the example, an upload, or a text."""
        held = self._holder_of(request)
        form, upload = await read_form_with_file(request, "file", MOST_FILE)
        check_csrf(form, csrf_of(held))
        try:
            if form.text("how") == "example":
                await asyncio.to_thread(self._service.take_example)
            else:
                data = upload.data if upload is not None else form.get("text", "").encode()
                if not data.strip():
                    what = N_("There is no file yet.")
                    raise BadInput(Fault(what, N_("Choose a file, or paste its text.")))
                await asyncio.to_thread(self._service.take_election, data)
        except BadInput as bad:
            request.path_params["step"] = "election"
            return self._page(request, bad.faults, form=form)
        return self._on_to(request, "people")

    def _on_to(self, request: Request, step: str) -> Response:
        language = self._renderer.speech(request).language
        return RedirectResponse(f"/{language}/setup/{step}", status_code=303)

    async def _form(self, request: Request) -> Form:
        held = self._holder_of(request)
        form = await read_form(request)
        check_csrf(form, csrf_of(held))
        return form

    def _accounts(self) -> Accounts:
        if self._service.accounts is None:
            raise HTTPException(404)
        return self._service.accounts

    # People

    async def add_person(self, request: Request) -> Response:
        """An account; the first one administers."""
        form, accounts = await self._form(request), self._accounts()
        request.path_params["step"] = "people"
        try:
            role = StaffRole(form.text("role")) if accounts.members() else StaffRole.ADMINISTRATOR
            if form.get("password", "") != form.get("again", ""):
                raise BadInput(Fault(N_("The two passwords differ."), N_("Enter the same twice.")))
            id, label, password = form.text("id"), form.text("label"), form.get("password", "")
            await asyncio.to_thread(accounts.add, id, label or id, role, password, BY)
        except ValueError:
            raise HTTPException(400) from None
        except BadInput as bad:
            return self._page(request, bad.faults, form=form)
        return self._factor(request, id)

    async def second_factor(self, request: Request) -> Response:
        """A second factor of an account that has none yet: offered, and taken into use by a code."""
        form, accounts = await self._form(request), self._accounts()
        request.path_params["step"] = "people"
        id, secret = form.text("id"), form.text("secret")
        if accounts.member(id) is None:
            raise HTTPException(404)
        if not secret:
            return self._factor(request, id)
        if _SECRET.fullmatch(secret) is None:
            raise HTTPException(400)
        try:
            codes = accounts.set_second_factor(id, secret, form.text("code"))
        except BadInput as bad:
            return self._factor(request, id, secret, bad.faults)
        return self._page(request, codes=codes)

    def _factor(self, request: Request, id: str, secret: str = "", faults: Sequence[Fault] = ()) -> Response:
        offered = secret or passwords.new_secret()
        picture = qr_picture(passwords.address_of(offered, id, "Siaga"))
        return self._page(request, faults, factor_of=id, secret=offered, picture=picture)

    # Platforms

    async def try_platform(self, request: Request) -> Response:
        """Ask a platform with a credential, and keep one that works."""
        form = await self._form(request)
        request.path_params["step"] = "platforms"
        id, secret = form.text("platform"), form.text("secret")
        try:
            result = await self._service.try_platform(id, secret)
            if secret and (result is TrialResult.ANSWERED or form.text("anyway")):
                self._service.keep_credential(id, secret)
        except BadInput as bad:
            return self._page(request, bad.faults)
        return self._page(request)

    # The room

    async def write_room(self, request: Request) -> Response:
        """Send a test, or write the room file."""
        form = await self._form(request)
        request.path_params["step"] = "room"
        try:
            draft, given = draft_of(form, self._service), secrets_of(form)
            if test := form.text("test"):
                to = form.text("test-address") if test == MAIL else test
                if not to:
                    raise BadInput(Fault(N_("There is no address for the test."), N_("Enter one.")))
                taken, answer = await self._service.send_test(draft, given, to)
                if taken:
                    return self._page(request, form=form, done=answer or "OK")
                what = Sentence("The test message was not accepted: {answer}", answer=answer)
                raise BadInput(Fault(what, N_("Correct it and try again.")))
            await asyncio.to_thread(self._service.write_room, draft, given)
        except BadInput as bad:
            return self._page(request, bad.faults, form=form)
        return self._on_to(request, "start")

    # Start

    async def start(self, request: Request) -> Response:
        """Start the watch once this answer is sent."""
        await self._form(request)
        answer = self._renderer.page(request, "started.html")
        answer.background = BackgroundTask(self._service.start)
        return answer


def draft_of(form: Form, service: SetupService) -> RoomDraft:
    """The room as a form says it; as usual where it says nothing yet."""
    if not form:
        people = () if service.accounts is None else service.accounts.members()
        election = service.election
        return RoomDraft(
            label="" if election is None else election.label,
            on_call=people[0].id if people else "",
            contacts=[ContactDraft(platform.id) for platform in service.platforms()],
        )
    return RoomDraft(
        label=form.text("label"),
        address=form.text("address"),
        about=" ".join(form.text("about").split()),
        contact=form.text("contact"),
        on_call=form.text("on-call"),
        mail_host=form.text("mail-host"),
        mail_port=form.text("mail-port"),
        mail_sender=form.text("mail-sender"),
        mail_user=form.text("mail-user"),
        contacts=[
            ContactDraft(
                platform.id,
                form.text(f"contact-label-{platform.id}"),
                form.text(f"contact-kind-{platform.id}"),
                form.text(f"contact-address-{platform.id}"),
            )
            for platform in service.platforms()
        ],
    )


def secrets_of(form: Form) -> dict[str, str]:
    """The secrets that a form carries: of the mail server, and of contacts by their platforms."""
    found = {MAIL: form.get("mail-password", "").strip()}
    start = "contact-secret-"
    found |= {name.removeprefix(start): text.strip() for name, text in form.items() if name.startswith(start)}
    return {name: text for name, text in found.items() if text}
