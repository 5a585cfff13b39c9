"""What goes wrong: in sentences for people, as problem details (RFC 9457) for programs."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import orjson
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from siaga.domain.errors import Fault, said_in

TITLES: Final[Mapping[int, str]] = {
    400: "The request cannot be read.",
    401: "An API key is required.",
    403: "This API key does not have permission for this.",
    404: "Not found.",
    405: "This method is not allowed here.",
    409: "The request conflicts with the present state.",
    411: "The Content-Length header is missing.",
    413: "The request is too large.",
    415: "Send application/json.",
    422: "The request contains invalid values.",
    429: "Too many requests.",
    503: "Too busy; try again.",
}


class FaultAnswer(BaseModel):
    """One thing that is wrong, and what to do."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    field: str | None
    what: str
    do: str


class ProblemAnswer(BaseModel):
    """What went wrong, as RFC 9457 says."""

    model_config = ConfigDict(frozen=True)

    type: str
    title: str
    status: int
    detail: str | None = None
    errors: list[FaultAnswer] | None = None


class Problem(Exception):
    """What could not be done, for a program."""

    def __init__(
        self, status: int, faults: Sequence[Fault] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(TITLES[status])
        self.status, self.faults, self.headers = status, faults, headers or {}


def problem(status: int, faults: Sequence[Fault] = (), headers: Mapping[str, str] | None = None) -> Response:
    """Problem details, with what is wrong by field."""
    details = ProblemAnswer(type="about:blank", title=TITLES.get(status, "It failed."), status=status)
    if faults:
        errors = [FaultAnswer.model_validate(fault) for fault in faults]
        details = details.model_copy(update={"detail": fault_text(faults), "errors": errors})
    return Response(
        orjson.dumps(details.model_dump(mode="json", exclude_none=True)),
        status,
        {"Cache-Control": "no-store", **(headers or {})},
        "application/problem+json",
    )


def fault_text(faults: Sequence[Fault], say: Callable[[str], str] = str) -> str:
    """What is wrong and what to do, in one text; `say` gives messages in somebody's language."""
    return " ".join(f"{said_in(fault.what, say)} {said_in(fault.do, say)}" for fault in faults)
