"""Programs that ask: who they are, what they send and what they are answered."""

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import orjson
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from siaga.cases.guards import Actor
from siaga.cases.once import AskedOtherwise, Once
from siaga.cases.rights import Right
from siaga.domain.errors import BadInput, Fault
from siaga.people.accounts import Accounts
from siaga.people.roles import PERMISSIONS, Permission, StaffRole, actor
from siaga.web.api.answers import AnswerModel
from siaga.web.api.requests import SentModel
from siaga.web.http.forms import read_body
from siaga.web.http.problems import Problem, problem

MOST_BYTES: Final = 128 * 1024
IDEMPOTENCY: Final = re.compile(r"[!-~]{1,64}", re.ASCII)
Handler = Callable[[Request], Awaitable[Response]]
Sent = TypeVar("Sent", bound=SentModel)


@dataclass(frozen=True, slots=True)
class Program:
    """Who asks by a key."""

    actor: Actor
    permissions: frozenset[Permission]
    contact: str | None
    """Of which contact's cases it sees; None for a program of the room."""


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

    def require(self, request: Request, permission: Permission | None = None) -> Program:
        """Who asks; with a permission, if they have it.

        Raises:
            Problem: 401, there is no key, or it is none of ours; 403, it may not do that.
        """
        program = self.of(request)
        if program is None:
            raise Problem(401, headers={"WWW-Authenticate": "Bearer"})
        if permission is not None and permission not in program.permissions:
            raise Problem(403)
        return program


async def read_sent(request: Request, model: type[Sent]) -> Sent:
    """What a program sends, checked by its model.

    Raises:
        Problem: 415, 413, 400 or 422: it is no such object; with a fault for each field that is wrong.
    """
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise Problem(415)
    try:
        return model.model_validate_json(await read_body(request, MOST_BYTES))
    except HTTPException as error:
        raise Problem(error.status_code) from None
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)
    if wrong[0]["type"] == "json_invalid":
        raise Problem(400, [Fault("The body is not valid JSON.", "Send a JSON object.")])
    raise Problem(422, [_fault(detail, model) for detail in wrong])


def _fault(detail: ErrorDetails, model: type[SentModel]) -> Fault:
    """What the model finds wrong, and what to send instead."""
    if not detail["loc"]:
        return Fault("The body is not a JSON object.", "Send a JSON object.")
    field = str(detail["loc"][0])[:50]
    match detail["type"]:
        case "extra_forbidden":
            return Fault(
                f"Unknown field `{field}`.", f"Known fields: {', '.join(model.model_fields)}.", field=field
            )
        case "missing":
            return Fault(f"`{field}` is missing.", "Send it.", field=field)
        case "enum" | "literal_error":
            choices = detail["ctx"]["expected"].replace("'", "")
            return Fault(f"Unknown value of `{field}`.", f"Send {choices}.", field=field)
        case kind:
            what = "a list of texts" if kind == "list_type" or len(detail["loc"]) > 1 else "a text"
            return Fault(f"`{field}` is not {what}.", f"Send {what}.", field=field)


def guarded(handler: Handler) -> Handler:
    """The handler, with what goes wrong answered as problem details."""

    async def answered(request: Request) -> Response:
        try:
            return await handler(request)
        except Problem as wrong:
            return problem(wrong.status, wrong.faults, wrong.headers)
        except AskedOtherwise:
            what = "This Idempotency-Key was sent before with other content."
            return problem(422, [Fault(what, "Use a new key for each new request.", field="Idempotency-Key")])
        except BadInput as bad:
            return problem(422, bad.faults)

    return answered


def asked_once(request: Request, program: Program, sent: SentModel) -> Once | None:
    """What makes sending again the same sending; None where the program gave no key.

    Raises:
        Problem: 422, it is no such key.
    """
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if IDEMPOTENCY.fullmatch(key) is None:
        do = "Send 1 to 64 printable ASCII characters without spaces."
        raise Problem(422, [Fault("Invalid Idempotency-Key.", do, field="Idempotency-Key")])
    content = {"path": request.url.path, "sent": sent.model_dump(mode="json")}
    return Once.asked("api", program.actor.who, key, content)


def answer(request: Request, value: AnswerModel | Mapping[str, Any]) -> Response:
    """JSON with an entity tag; 304 where the program has it already."""
    content = value.model_dump(mode="json") if isinstance(value, AnswerModel) else value
    body = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    known = [part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")]
    if request.method in {"GET", "HEAD"} and (tag in known or known == ["*"]):
        return Response(status_code=304, headers=headers)
    return Response(body, 200, headers, "application/json")
