"""Programs that ask: who they are, what they send, and problem details (RFC 9457) where it fails."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from siaga.cases.guards import Actor
from siaga.cases.rights import Right
from siaga.domain.errors import Fault
from siaga.people.accounts import Accounts
from siaga.people.roles import PERMISSIONS, Permission, StaffRole, actor
from siaga.web.http.forms import Form, read_body

MOST_BYTES: Final = 128 * 1024
DEEPEST: Final = 4
IDEMPOTENCY: Final = re.compile(r"[!-~]{1,64}", re.ASCII)
TITLES: Final[Mapping[int, str]] = {
    400: "The request cannot be read.",
    401: "A key is needed.",
    403: "This key may not do that.",
    404: "There is no such thing.",
    405: "That cannot be done there.",
    409: "It cannot be done as things stand.",
    411: "The length is missing.",
    413: "It is too large.",
    415: "Send application/json.",
    422: "Something in it is wrong.",
    429: "Too many.",
    503: "Too busy; try again.",
}


@dataclass(frozen=True, slots=True)
class Program:
    """Who asks by a key."""

    actor: Actor
    may: frozenset[Permission]
    contact: str | None
    """Of which contact's cases it sees; None for a program of the room."""


class Problem(Exception):
    """What could not be done, for a program."""

    def __init__(
        self, status: int, faults: Sequence[Fault] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(TITLES[status])
        self.status, self.faults, self.headers = status, faults, headers or {}


def problem(status: int, faults: Sequence[Fault] = (), headers: Mapping[str, str] | None = None) -> Response:
    """Problem details, with what is wrong by field."""
    said: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(status, "It failed."),
        "status": status,
    }
    if faults:
        said["detail"] = " ".join(f"{fault.what} {fault.do}" for fault in faults)
        said["errors"] = [{"field": fault.field, "what": fault.what, "do": fault.do} for fault in faults]
    return Response(
        orjson.dumps(said),
        status,
        {"Cache-Control": "no-store", **(headers or {})},
        "application/problem+json",
    )


class Programs:
    """Tells which program a request is from."""

    def __init__(self, accounts: Accounts | None) -> None:
        self._accounts = accounts

    def of(self, request: Request) -> Program | None:
        """Who asks; None without a key.

        Raises:
            Problem: 401, the key is none of ours.
        """
        header = request.headers.get("authorization")
        if header is None:
            return None
        kind, _, token = header.partition(" ")
        key = None
        if kind.lower() == "bearer" and self._accounts is not None and 0 < len(token) <= 100:
            key = self._accounts.keys.of(token)
        if key is None:
            if self._accounts is not None:
                self._accounts.turned_away("key", "unknown")
            raise Problem(401, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
        what, _, which = key.scope.partition(":")
        if what == "liaison":
            return Program(Actor(f"liaison:{which}", frozenset({Right.ANSWER})), frozenset(), which)
        role = StaffRole(which)
        known = actor(f"key-{key.id}", role)
        return Program(known, PERMISSIONS[role], None)

    def require(self, request: Request) -> Program:
        """Who asks.

        Raises:
            Problem: 401, there is no key, or it is none of ours.
        """
        program = self.of(request)
        if program is None:
            raise Problem(401, headers={"WWW-Authenticate": "Bearer"})
        return program


async def read_fields(request: Request, known: Mapping[str, type]) -> Form:
    """The fields of a JSON object: texts, and lists of texts where `known` says so.

    Raises:
        Problem: 415, 413, 400 or 422: it is no such object.
    """
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise Problem(415)
    try:
        said = orjson.loads(await read_body(request, MOST_BYTES))
    except orjson.JSONDecodeError:
        raise Problem(400, [Fault("That is no JSON.", "Send an object.")]) from None
    except HTTPException as error:
        raise Problem(error.status_code) from None
    if not isinstance(said, dict):
        raise Problem(422, [Fault("That is no object.", "Send an object.")])
    pairs, faults = list[tuple[str, str]](), list[Fault]()
    for name, value in said.items():
        values = value if isinstance(value, list) and known.get(name) is list else [value]
        if name not in known:
            faults.append(Fault("There is no such field.", f"Known: {', '.join(known)}.", field=name[:50]))
        elif not all(isinstance(one, str) and "\x00" not in one for one in values):
            what = "a list of texts" if known[name] is list else "a text"
            faults.append(Fault(f"That is not {what}.", f"Send {what}.", field=name))
        else:
            pairs.extend((name, one) for one in values)
    if faults:
        raise Problem(422, faults)
    return Form(pairs)


def idempotency_key(request: Request, program: Program) -> str | None:
    """What makes sending again the same sending; None where the program gave none.

    Raises:
        Problem: 422, it is no such key.
    """
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if IDEMPOTENCY.fullmatch(key) is None:
        do = "Send 1 to 64 printable ASCII characters without spaces."
        raise Problem(422, [Fault("That is no idempotency key.", do, field="Idempotency-Key")])
    return f"api/{program.actor.who}/{key}"


def answer(request: Request, value: Any, headers: Mapping[str, str] | None = None) -> Response:
    """JSON with an entity tag; 304 where the program has it already."""
    body = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    fields = {"ETag": tag, "Cache-Control": "no-cache", **(headers or {})}
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if request.method in {"GET", "HEAD"} and (tag in known or known == ["*"]):
        return Response(status_code=304, headers=fields)
    return Response(body, 200, fields, "application/json")
