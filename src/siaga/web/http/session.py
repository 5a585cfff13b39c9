"""Who looks at a page: somebody of the room who is signed in, or anybody."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from siaga.cases.guards import Actor
from siaga.cases.once import Once
from siaga.domain.errors import Sentence
from siaga.people.accounts import Accounts
from siaga.people.members import Member
from siaga.people.roles import Permission, actor
from siaga.people.sessions import LASTS
from siaga.web.http.forms import Form, Upload, read_form

COOKIE: Final = "siaga-session"


class NotSignedIn(Exception):
    """A page is for the room's people, and nobody is signed in."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody of the room."""

    member: Member
    session: str
    csrf: str
    """What their forms carry, so that no other site's form acts for them."""

    @property
    def actor(self) -> Actor:
        """The visitor as the rules of cases know them."""
        return actor(self.member.id, self.member.role)

    def can(self, permission: str) -> bool:
        """Whether their role allows it; for templates, by its word."""
        return self.member.can(Permission(permission))


class Visitors:
    """Tells who a request is from."""

    def __init__(self, accounts: Accounts | None) -> None:
        self.accounts = accounts

    @property
    def can_sign_in(self) -> bool:
        """Whether this room has accounts at all."""
        return self.accounts is not None

    def of(self, request: Request) -> Visitor | None:
        """Who is signed in with the request's cookie; None for anybody."""
        token = request.cookies.get(cookie_name(request))
        if self.accounts is None or not token or len(token) > 100:
            return None
        found = self.accounts.sessions.holder(token)
        return None if found is None else Visitor(found[0], found[1], csrf_of(token))

    def label(self, who: str) -> str:
        """The name of the account of whoever did something, who is `person:ID` or an account's id."""
        id = who.removeprefix("person:")
        member = None if self.accounts is None or not id else self.accounts.member(id)
        return id if member is None else member.label

    def require(self, request: Request, what: Permission) -> Visitor:
        """Who is signed in and may do something.

        Raises:
            NotSignedIn: nobody is.
            HTTPException: 403, they may not.
        """
        visitor = self.of(request)
        if visitor is None:
            raise NotSignedIn
        if not visitor.member.can(what):
            raise HTTPException(403, self._no_permission())
        return visitor

    def _no_permission(self) -> Sentence:
        members = () if self.accounts is None else self.accounts.members()
        names = [
            member.label for member in members if member.can(Permission.ADMINISTER) and not member.disabled
        ]
        if not names:
            return Sentence("You don't have permission for this.")
        return Sentence(
            "You don't have permission for this. Ask an administrator ({names}).", names=", ".join(names)
        )

    async def form(self, request: Request, what: Permission) -> tuple[Visitor, Form]:
        """The same, and the form that they sent.

        Raises:
            NotSignedIn: nobody is signed in.
            HTTPException: 403, they may not, or the form is not of our pages.
        """
        visitor = self.require(request, what)
        form = await read_form(request)
        check_csrf(form, visitor.csrf)
        return visitor, form


def check_csrf(form: Form, expected: str) -> None:
    """Refuse a form that our page did not make for this visitor.

    Raises:
        HTTPException: 403.
    """
    if not hmac.compare_digest(form.text("csrf").encode(), expected.encode()):
        raise HTTPException(
            403, Sentence("This form belongs to another sign-in. Reload its page and send it again.")
        )


def csrf_of(token: str) -> str:
    """What the forms of whoever holds a token carry; it does not tell the token."""
    return hmac.digest(token.encode(), b"siaga form", hashlib.sha256).hex()


def once() -> str:
    """What one form carries, so that sending it twice is one act."""
    return secrets.token_hex(12)


def asked_once(request: Request, who: str, form: Form, upload: Upload | None = None) -> Once:
    """What makes sending a form again the same sending: what it carries, or without that all that it says."""
    fields = sorted(pair for pair in form.pairs if pair[0] not in {"csrf", "once"})
    file = None if upload is None else hashlib.sha256(upload.data).hexdigest()
    content = {"path": request.url.path, "fields": fields, "file": file}
    return Once.asked("form", who, form.text("once") or repr(content), content)


def cookie_name(request: Request) -> str:
    """The cookie's name; where the connection is secure, one that only this very site can set."""
    return f"__Host-{COOKIE}" if request.url.scheme == "https" else COOKIE


def set_cookie(request: Request, response: Response, token: str) -> None:
    """Let the browser hold a session."""
    response.set_cookie(
        cookie_name(request),
        token,
        max_age=int(LASTS.total_seconds()),
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def clear_cookie(request: Request, response: Response) -> None:
    """Let the browser forget it."""
    response.delete_cookie(
        cookie_name(request), secure=request.url.scheme == "https", httponly=True, samesite="lax"
    )
