"""The pages on which the room's people sign in, look after their account, and administrators after people."""

import asyncio
import hmac
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from siaga.domain.errors import BadInput
from siaga.i18n.speech import N_, Speech
from siaga.people import passwords
from siaga.people.accounts import Accounts, RefusalReason, SignInRefused
from siaga.people.openid import BACK, LASTS, OpenId, PendingSignIn
from siaga.people.provider import ProviderFailed
from siaga.people.roles import Permission, StaffRole
from siaga.web.html.qr import qr_picture
from siaga.web.html.rendering import Renderer, preferred_language
from siaga.web.html.roles import ROLES
from siaga.web.http.at_once import AtOnce
from siaga.web.http.forms import read_form
from siaga.web.http.problems import fault_text
from siaga.web.http.session import Visitor, Visitors, clear_cookie, set_cookie

WHY: Final = {
    RefusalReason.WRONG: N_("Sign-in failed. Check your user name, password and code, then try again."),
    RefusalReason.CODE: N_(
        "Password accepted. Now enter the code from your authenticator app, or a recovery code."
    ),
    RefusalReason.WAIT: N_("Too many attempts. Try again in {wait}."),
}
HASHED_AT_ONCE: Final = 2
"""Passwords that are hashed at once: each takes 64 MB and 50 ms of two processors."""
HASHES_WAITING: Final = 30
"""Further ones that wait for some seconds; those beyond are told to come later."""
T = TypeVar("T")
LEFT: Final = "siaga-openid"
_INSIDE: Final = re.compile(r"/[a-z]{2}/[A-Za-z0-9/._?=&%-]{0,300}", re.ASCII)
"""An address of this site that a sign-in may lead on to."""


class AccountPages:
    """The pages of one room's accounts."""

    def __init__(
        self,
        accounts: Accounts,
        visitors: Visitors,
        renderer: Renderer,
        contacts: Mapping[str, str] = MappingProxyType({}),
        openid: OpenId | None = None,
    ) -> None:
        """`contacts` are the platforms' contacts, for whose programs keys can be made: labels by id."""
        self._accounts, self._visitors, self._renderer = accounts, visitors, renderer
        self._openid = openid
        self._places = AtOnce(HASHED_AT_ONCE, HASHES_WAITING)
        self._provider = openid.provider.label if openid is not None else ""
        self._scopes = {
            f"role:{StaffRole.OPERATOR}": N_("API key that can work on cases"),
            f"role:{StaffRole.WATCHER}": N_("read-only API key"),
            **{f"liaison:{id}": label for id, label in contacts.items()},
        }

    async def _hashing(self, work: Callable[..., T], *given: object) -> T:
        """Do in a thread what hashes a password.

        Raises:
            Busy: many wait for the same.
        """
        async with self._places.place():
            return await asyncio.to_thread(work, *given)

    async def sign_in(self, request: Request) -> Response:
        """The form, and what it sends."""
        speech = self._renderer.speech(request)
        following = _inside(request.query_params.get("next", ""), speech.language)
        if request.method != "POST":
            return self._form(request, "", "", following)
        form = await read_form(request)
        id = form.text("id")[:100]
        address = request.client.host if request.client else ""
        try:
            token = await self._hashing(
                self._accounts.sign_in, id, form.get("password", ""), form.text("code"), address
            )
        except SignInRefused as refused:
            wait = speech.span(refused.wait) if refused.wait is not None else ""
            status = 429 if refused.why is RefusalReason.WAIT else 403
            return self._form(request, id, speech.say(WHY[refused.why], wait=wait), following, status)
        answer = RedirectResponse(following, status_code=303)
        set_cookie(request, answer, token)
        return answer

    def _form(self, request: Request, id: str, fault: str, following: str, status: int = 200) -> Response:
        return self._renderer.page(
            request,
            "accounts/sign_in.html",
            status,
            id=id,
            fault=fault,
            following=following,
            provider=self._provider,
        )

    # Through a provider

    async def leave(self, request: Request) -> Response:
        """To the provider, to sign in there."""
        speech = self._renderer.speech(request)
        return await self._leave(request, _inside(request.query_params.get("next", ""), speech.language))

    async def _leave(self, request: Request, following: str, account: str | None = None) -> Response:
        if self._openid is None:
            raise HTTPException(404)
        speech = self._renderer.speech(request)
        back = f"{request.url.scheme}://{request.headers['host']}{BACK}"
        try:
            address, state = await self._openid.leave(back, speech.language, following, account)
        except ProviderFailed as failed:
            return self._form(request, "", _could_not(speech, self._provider, failed), following, 502)
        answer = RedirectResponse(address, status_code=303)
        answer.set_cookie(
            LEFT,
            state,
            max_age=int(LASTS.total_seconds()),
            path=BACK,
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="lax",
        )
        return answer

    async def come_back(self, request: Request) -> Response:
        """Back from the provider: signed in, or the account linked."""
        state, code = request.query_params.get("state", ""), request.query_params.get("code", "")
        mine = request.cookies.get(LEFT, "")
        if self._openid is None or not state or not hmac.compare_digest(mine.encode(), state.encode()):
            raise HTTPException(403)
        speech = Speech(preferred_language(request), self._renderer.zone)
        try:
            subject, left = await self._openid.come_back(state, code[:2_000])
            if left.account is not None:
                return self._link(request, left, subject)
            token = self._accounts.sign_in_through(self._openid.provider.issuer, subject)
        except ProviderFailed as failed:
            fault = _could_not(speech, self._provider, failed)
            return self._form(request, "", fault, f"/{speech.language}/", 403)
        except SignInRefused:
            fault = speech.say(
                "No account is linked to this sign-in. Sign in with your password first, then link it on "
                "My account."
            )
            return self._form(request, "", fault, f"/{speech.language}/", 403)
        answer = RedirectResponse(left.following, status_code=303)
        set_cookie(request, answer, token)
        answer.delete_cookie(LEFT, path=BACK)
        return answer

    def _link(self, request: Request, left: PendingSignIn, subject: str) -> Response:
        visitor = self._visitors.of(request)
        assert self._openid is not None
        assert left.account is not None
        if visitor is None or visitor.member.id != left.account:
            raise HTTPException(403)
        try:
            self._accounts.provider_links.link(left.account, self._openid.provider.issuer, subject)
        except BadInput as bad:
            return self._me(
                request,
                visitor,
                fault=fault_text(
                    bad.faults, Speech(preferred_language(request), self._renderer.zone).gettext
                ),
                status=409,
            )
        return RedirectResponse(left.following, status_code=303)

    async def sign_out(self, request: Request) -> Response:
        """End this session."""
        visitor, _ = await self._visitors.form(request, Permission.VIEW)
        self._accounts.sessions.end(visitor.session, visitor.member.id, visitor.actor.who)
        answer = RedirectResponse(f"/{request.path_params['language']}/", status_code=303)
        clear_cookie(request, answer)
        return answer

    # One's own account

    async def me(self, request: Request) -> Response:
        """One's own account: the second factor, where one is signed in."""
        self._renderer.speech(request)
        return self._me(request, self._visitors.require(request, Permission.VIEW))

    def _me(
        self,
        request: Request,
        visitor: Visitor,
        fault: str = "",
        codes: tuple[str, ...] = (),
        secret: str = "",
        status: int = 200,
    ) -> Response:
        person = self._accounts.member(visitor.member.id)
        assert person is not None
        offered = secret or ("" if person.second_factor else passwords.new_secret())
        return self._renderer.page(
            request,
            "accounts/me.html",
            status,
            person=person,
            sessions=self._accounts.sessions.of(person.id),
            secret=offered,
            picture=qr_picture(passwords.address_of(offered, person.id, "Siaga")) if offered else "",
            codes=codes,
            fault=fault,
            provider=self._provider,
            linked=self._accounts.provider_links.is_linked(person.id),
            ROLES=ROLES,
        )

    async def change_me(self, request: Request) -> Response:
        """Set a second factor up, choose a new password, or end a session."""
        speech = self._renderer.speech(request)
        visitor, form = await self._visitors.form(request, Permission.VIEW)
        me = visitor.member.id
        try:
            if request.path_params["what"] == "second-factor":
                secret = form.text("secret")
                if re.fullmatch(r"[A-Z2-7]{32}", secret, re.ASCII) is None:
                    raise HTTPException(400)
                codes = self._accounts.set_second_factor(me, secret, form.text("code"))
                return self._me(request, visitor, codes=codes)
            if request.path_params["what"] == "password":
                return await self._new_password(request, visitor, form.get("old", ""), form.get("new", ""))
            if request.path_params["what"] == "openid" and self._openid is not None:
                return await self._leave(request, f"/{speech.language}/me", me)
            if request.path_params["what"] == "openid-unlink":
                self._accounts.provider_links.unlink(me, visitor.actor.who)
                return RedirectResponse(f"/{speech.language}/me", status_code=303)
            if request.path_params["what"] == "session":
                self._accounts.sessions.end(form.text("session"), me, visitor.actor.who)
                return RedirectResponse(f"/{speech.language}/me", status_code=303)
        except BadInput as bad:
            return self._me(
                request,
                visitor,
                fault=fault_text(bad.faults, self._renderer.speech(request).gettext),
                secret=form.text("secret"),
                status=422,
            )
        raise HTTPException(404)

    async def _new_password(self, request: Request, visitor: Visitor, old: str, new: str) -> Response:
        speech, me = self._renderer.speech(request), visitor.member.id
        address = request.client.host if request.client else ""
        if not await self._hashing(self._accounts.is_password_of, me, old, address):
            return self._me(
                request, visitor, fault=speech.say("The current password is not correct."), status=403
            )
        await self._hashing(self._accounts.set_password, me, new, visitor.actor.who)
        answer = RedirectResponse(f"/{speech.language}/sign-in", status_code=303)
        clear_cookie(request, answer)
        return answer

    # Everybody's, for administrators

    async def people(self, request: Request) -> Response:
        """Who may sign in, and as what."""
        self._renderer.speech(request)
        self._visitors.require(request, Permission.ADMINISTER)
        return self._people(request)

    def _people(self, request: Request, fault: str = "", status: int = 200, key: str = "") -> Response:
        return self._renderer.page(
            request,
            "accounts/people.html",
            status,
            people=self._accounts.members(),
            fault=fault,
            key=key,
            keys=self._accounts.keys.all(),
            scopes=self._scopes,
            ROLES=ROLES,
        )

    async def change_people(self, request: Request) -> Response:
        """Add somebody, give them another role, disable or enable them, reset them."""
        speech = self._renderer.speech(request)
        visitor, form = await self._visitors.form(request, Permission.ADMINISTER)
        what, id, by = request.path_params["what"], form.text("id"), visitor.actor.who
        try:
            if what == "add":
                role, password = _role(form.text("role")), form.get("password", "")
                await self._hashing(self._accounts.add, id, form.text("label"), role, password, by)
            elif what == "role":
                self._accounts.change(id, by, role=_role(form.text("role")))
            elif what in {"disable", "enable"}:
                self._accounts.change(id, by, disabled=what == "disable")
            elif what == "reset":
                await self._hashing(self._accounts.set_password, id, form.get("password", ""), by)
                self._accounts.remove_second_factor(id, by)
            elif what == "key":
                if form.text("scope") not in self._scopes:
                    raise HTTPException(400)
                key = self._accounts.keys.issue(form.text("label"), form.text("scope"), by)
                return self._people(request, key=key)
            elif what == "revoke-key":
                self._accounts.keys.revoke(form.text("key"), by)
            else:
                raise HTTPException(404)
        except BadInput as bad:
            return self._people(
                request, fault=fault_text(bad.faults, self._renderer.speech(request).gettext), status=422
            )
        return RedirectResponse(f"/{speech.language}/people", status_code=303)


def _inside(address: str, language: str) -> str:
    """Where a sign-in leads on to: an address of this site, or the room's screen."""
    if _INSIDE.fullmatch(address) is None or address.startswith("//"):
        return f"/{language}/room"
    return address


def _could_not(speech: Speech, provider: str, failed: ProviderFailed) -> str:
    return speech.say("Could not sign in with {provider}: {why}.", provider=provider, why=str(failed))


def _role(word: str) -> StaffRole:
    try:
        return StaffRole(word)
    except ValueError:
        raise HTTPException(400) from None
