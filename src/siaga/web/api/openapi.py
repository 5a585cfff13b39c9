"""The description of the API as OpenAPI 3.1, for clients that are built from it.

`OPERATIONS` says which addresses there are; the routes follow from it as well. The schemas come from the
models in `requests.py` and `answers.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from siaga.cases.reports import ELSEWHERE
from siaga.domain.records import Measurement
from siaga.election.model import Election
from siaga.web.api.answers import (
    CaseAnswer,
    CasesAnswer,
    ElectionAnswer,
    EventsAnswer,
    ReportAnswer,
    ReportsAnswer,
    VerdictAnswer,
)
from siaga.web.api.paging import MOST
from siaga.web.api.requests import ActRequest, NewReportRequest, NoticeRequest, SentModel
from siaga.web.api.status_answers import (
    StatusAnswer,
    SummaryAnswer,
)
from siaga.web.http.problems import ProblemAnswer

JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"
REFERENCE: Final = "#/components/schemas/{model}"
Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ApiOperation:
    """One thing that programs may ask."""

    name: str
    method: str
    path: str
    summary: str
    answer: Any
    """The type of the answer."""
    parameters: tuple[str, ...] = ()
    others: tuple[int, ...] = ()
    """The statuses beside 200."""
    sends: type[SentModel] | None = None
    """What the program sends; it needs a key then."""


_SENT: Final = (400, 401, 403, 404, 413, 415, 422)
OPERATIONS: Final = (
    ApiOperation(
        "openapi", "GET", "/api/v1/openapi.json", "This description.", dict[str, Any], ("tag",), (304,)
    ),
    ApiOperation(
        "election",
        "GET",
        "/api/v1/election",
        "Whom the watch asks for, and where.",
        ElectionAnswer,
        ("tag",),
        (304,),
    ),
    ApiOperation(
        "verdicts", "GET", "/api/v1/verdicts", "All present verdicts.", list[VerdictAnswer], (), (401,)
    ),
    ApiOperation(
        "measurements",
        "GET",
        "/api/v1/measurements",
        "The newest measurements of a name on a platform.",
        list[Measurement],
        ("platform", "subject"),
        (400, 404),
    ),
    ApiOperation(
        "cases",
        "GET",
        "/api/v1/cases",
        "Cases, the newest first.",
        CasesAnswer,
        ("cursor", "limit", "tag", "open"),
        (304, 401, 422),
    ),
    ApiOperation(
        "case", "GET", "/api/v1/cases/{case}", "One case.", CaseAnswer, ("case", "tag"), (304, 401, 404)
    ),
    ApiOperation(
        "events",
        "GET",
        "/api/v1/cases/{case}/events",
        "What happened to a case: what the public sees, or all of it for a program of the room.",
        EventsAnswer,
        ("case", "cursor", "limit", "tag"),
        (304, 401, 404, 422),
    ),
    ApiOperation(
        "act",
        "POST",
        "/api/v1/cases/{case}/acts",
        "Do something to a case. A platform's own program may acknowledge, ask, explain and claim.",
        CaseAnswer,
        ("case", "once"),
        (*_SENT, 409),
        ActRequest,
    ),
    ApiOperation(
        "draft",
        "POST",
        "/api/v1/cases/{case}/notices",
        "Put a notice before the approvers, who are people. Without a text, what the evidence says.",
        CaseAnswer,
        ("case", "once"),
        (*_SENT, 409),
        NoticeRequest,
    ),
    ApiOperation(
        "reports",
        "GET",
        "/api/v1/reports",
        "Reports of the public, the newest first, for the room.",
        ReportsAnswer,
        ("cursor", "limit", "tag"),
        (304, 401, 403, 404, 422),
    ),
    ApiOperation(
        "report",
        "POST",
        "/api/v1/reports",
        "Enter a report that came by telephone or at the desk.",
        ReportAnswer,
        ("once",),
        _SENT,
        NewReportRequest,
    ),
    ApiOperation(
        "summary",
        "GET",
        "/api/v2/summary.json",
        "The status, as status pages' clients read it.",
        SummaryAnswer,
        ("tag",),
        (304,),
    ),
    ApiOperation(
        "status", "GET", "/api/v2/status.json", "The worst that is.", StatusAnswer, ("tag",), (304,)
    ),
)


def document(election: Election) -> Schema:
    """The description for one election."""
    types = [(operation.name, operation.answer) for operation in OPERATIONS]
    types += [(f"{operation.name} sends", operation.sends) for operation in OPERATIONS if operation.sends]
    schemas, definitions = TypeAdapter.json_schemas(
        [(name, "validation", TypeAdapter(kind)) for name, kind in [*types, ("problem", ProblemAnswer)]],
        ref_template=REFERENCE,
        schema_generator=_Schemas,
    )
    for name, schema in definitions["$defs"].items():
        schema["title"] = name
    platforms = [platform.id for platform in election.platforms]
    definitions["$defs"]["NewReport"]["properties"]["platform"]["enum"] = [*platforms, ELSEWHERE]
    paths: Schema = {}
    for operation in OPERATIONS:
        body = schemas.get((f"{operation.name} sends", "validation"))
        described = _operation(operation, schemas[operation.name, "validation"], body)
        paths.setdefault(operation.path, {})[operation.method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Siaga",
            "version": "1",
            "summary": f"What the watch of {election.label} measures, and its cases.",
            "description": (
                "Reading what is public needs no key. Keys are made by an administrator on the page "
                "People: for a program of the room, with a role, or for a contact of a platform, which "
                "sees exactly its cases and answers in them."
            ),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "security": [{}, {"key": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": definitions["$defs"],
            "parameters": _parameters(election),
            "responses": {
                "problem": {
                    "description": "What went wrong, as RFC 9457 says.",
                    "content": {PROBLEM: {"schema": schemas["problem", "validation"]}},
                }
            },
        },
    }


class _Schemas(GenerateJsonSchema):
    def normalize_name(self, name: str) -> str:
        """The component's name: that of the model without what tells it from other classes."""
        known = super().normalize_name(name)
        return known.removesuffix("Answer").removesuffix("Request") or known

    def field_title_should_be_set(self, schema: Any) -> bool:
        """A field's name says enough."""
        return False


def _operation(operation: ApiOperation, answer: Schema, body: Schema | None) -> Schema:
    responses: Schema = {"200": {"description": operation.summary, "content": {JSON: {"schema": answer}}}}
    for status in sorted(operation.others):
        problem = {"$ref": "#/components/responses/problem"}
        responses[str(status)] = {"description": "You have it already."} if status == 304 else problem
    described: Schema = {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in operation.parameters],
        "responses": responses,
    }
    if body is not None:
        described["requestBody"] = {"required": True, "content": {JSON: {"schema": body}}}
        described["security"] = [{"key": []}]
    return described


def _parameters(election: Election) -> Schema:
    platforms = [platform.id for platform in election.platforms]
    subjects = [person.id for person in election.people()] + [control.id for control in election.controls]
    return {
        "case": {
            "name": "case",
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": "^C-[1-9][0-9]{0,8}$"},
        },
        "platform": _query("platform", _enum(platforms), required=True),
        "subject": _query("subject", _enum(subjects), required=True),
        "open": _query("open", _enum(["true", "false"])),
        "cursor": {**_query("cursor", {"type": "string"}), "description": "`next` of an answer."},
        "limit": _query("limit", {"type": "integer", "minimum": 1, "maximum": MOST}),
        "tag": {"name": "If-None-Match", "in": "header", "schema": {"type": "string"}},
        "once": {
            "name": "Idempotency-Key",
            "in": "header",
            "description": "Sent again with the same key, it is done once.",
            "schema": {"type": "string", "pattern": "^[!-~]{1,64}$"},
        },
    }


def _query(name: str, schema: Schema, *, required: bool = False) -> Schema:
    return {"name": name, "in": "query", "required": required, "schema": schema}


def _enum(values: Sequence[str]) -> Schema:
    return {"type": "string", "enum": list(values)}
