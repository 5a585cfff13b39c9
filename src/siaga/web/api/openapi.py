"""The OpenAPI description of `/api/v1`, for clients that are built from it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from siaga.cases.case import NoticeType, Stage
from siaga.cases.events.notice_drafted import MOST_BODY_BYTES
from siaga.cases.reports import Seen, Source, When
from siaga.cases.severity import Severity
from siaga.domain.verdicts import State
from siaga.election.model import Election
from siaga.web.cases.form_commands import properties_of

JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"
Schema = dict[str, Any]


def document(election: Election, acts: Sequence[str]) -> Schema:
    """The description, as OpenAPI 3.1 says."""
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
        "paths": _paths(election),
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(acts),
            "parameters": _parameters(),
            "responses": {"problem": _problem("What went wrong, as RFC 9457 says.")},
        },
    }


def _paths(election: Election) -> Schema:
    case = [{"$ref": "#/components/parameters/case"}]
    paging = [{"$ref": "#/components/parameters/cursor"}, {"$ref": "#/components/parameters/limit"}]
    tagged = [{"$ref": "#/components/parameters/tag"}]
    once = [{"$ref": "#/components/parameters/once"}]
    subjects = [person.id for person in election.people()] + [one.id for one in election.controls]
    return {
        "/api/v1/openapi.json": _get("openapi", "This description.", {"type": "object"}, tagged, (304,)),
        "/api/v1/election": _get(
            "election", "Whom the watch asks for, and where.", _ref("Election"), tagged, (304,)
        ),
        "/api/v1/verdicts": _get("verdicts", "All present verdicts.", _list(_ref("Verdict"))),
        "/api/v1/measurements": _get(
            "measurements",
            "The newest measurements of a name on a platform.",
            _list({"type": "object"}),
            [
                _query("platform", {"type": "string", "enum": [one.id for one in election.platforms]}),
                _query("subject", {"type": "string", "enum": subjects}),
            ],
            (400, 404),
        ),
        "/api/v1/cases": _get(
            "cases",
            "Cases, the newest first.",
            _page("Case"),
            [*paging, *tagged, _query("open", {"type": "string", "enum": ["true", "false"]}, required=False)],
            (304, 401, 422),
        ),
        "/api/v1/cases/{case}": _get("case", "One case.", _ref("Case"), [*case, *tagged], (304, 401, 404)),
        "/api/v1/cases/{case}/events": _get(
            "events",
            "What happened to a case: what the public sees, or all of it for a program of the room.",
            _page("Event"),
            [*case, *paging, *tagged],
            (304, 401, 404, 422),
        ),
        "/api/v1/cases/{case}/acts": _post(
            "act",
            "Do something to a case. A platform's own program may acknowledge, ask, explain and claim.",
            _ref("Act"),
            _ref("Case"),
            [*case, *once],
            (400, 401, 403, 404, 409, 413, 415, 422),
        ),
        "/api/v1/cases/{case}/notices": _post(
            "draft",
            "Put a notice before the approvers, who are people. Without a text, what the evidence says.",
            _ref("Notice"),
            _ref("Case"),
            [*case, *once],
            (400, 401, 403, 404, 409, 413, 415, 422),
        ),
        "/api/v1/reports": {
            **_get(
                "reports",
                "Reports of the public, the newest first, for the room.",
                _page("Report"),
                [*paging, *tagged],
                (304, 401, 403, 404, 422),
            ),
            **_post(
                "report",
                "Enter a report that came by telephone or at the desk.",
                _ref("NewReport"),
                _ref("Report"),
                once,
                (400, 401, 403, 404, 413, 415, 422),
            ),
        },
        "/api/v2/summary.json": _get(
            "summary", "The status, as status pages' clients read it.", {"type": "object"}, tagged, (304,)
        ),
        "/api/v2/status.json": _get("status", "The worst that is.", _ref("Status"), tagged, (304,)),
    }


def _schemas(acts: Sequence[str]) -> Schema:
    moment = {"type": ["string", "null"], "format": "date-time"}
    text = {"type": "string"}
    some = {"type": ["string", "null"]}
    return {
        "Problem": _object(
            {
                "type": text,
                "title": text,
                "status": {"type": "integer"},
                "detail": text,
                "errors": _list(_object({"field": some, "what": text, "do": text}, ("what", "do"))),
            },
            ("type", "title", "status"),
        ),
        "Verdict": _object(
            {
                "at": text,
                "platform": text,
                "surface": some,
                "vantage": some,
                "subject": some,
                "state": {"enum": [one.value for one in State]},
                "evidence": {"type": ["number", "null"]},
                "rule": text,
            },
            ("at", "platform", "state", "rule"),
        ),
        "Election": _object({"id": text, "label": text, "timezone": text}, ("id", "label", "timezone")),
        "Status": _object(
            {
                "page": {"type": "object"},
                "status": _object(
                    {"indicator": {"enum": ["none", "minor", "major", "critical"]}, "description": text},
                    ("indicator", "description"),
                ),
            },
            ("page", "status"),
        ),
        "Case": _object(
            {
                "id": text,
                "platform": text,
                "subject": some,
                "surface": some,
                "stage": {"enum": [one.value for one in Stage]},
                "open": {"type": "boolean"},
                "severity": {"enum": [one.value for one in Severity]},
                "opened_at": {"type": "string", "format": "date-time"},
                "began_at": moment,
                "proven_at": moment,
                "notified_at": moment,
                "acknowledged_at": moment,
                "restored_at": moment,
                "affected_seconds": {"type": ["number", "null"]},
                "refused_claims": {"type": "integer"},
                "explanation": {"type": ["object", "null"]},
                "proof": {"type": ["object", "null"]},
                "verdict": {"type": ["object", "null"]},
                "accounts": {"type": "object"},
                "room": {"type": "object", "description": "For programs of the room alone."},
            },
            ("id", "platform", "stage", "open", "severity", "opened_at"),
        ),
        "Event": _object({"at": {"type": "string", "format": "date-time"}, "kind": text}, ("at", "kind")),
        "Act": _strict(
            {
                "act": {"enum": acts},
                **properties_of(acts),
            },
            ("act",),
        ),
        "Notice": _strict(
            {
                "type": {"enum": [one.value for one in NoticeType]},
                "subject": {"type": "string", "maxLength": 200},
                "body": {"type": "string", "maxLength": MOST_BODY_BYTES},
                "contacts": _list(text),
            },
            ("type",),
        ),
        "NewReport": _strict(
            {
                "platform": {"type": "string", "description": "A platform's id, or `elsewhere`."},
                "elsewhere": {"type": "string", "maxLength": 60},
                "typed": {"type": "string", "minLength": 1, "maxLength": 100},
                "seen": {"enum": [one.value for one in Seen]},
                "when": {"enum": [one.value for one in When]},
                "place": {"type": "string", "maxLength": 60},
                "comment": {"type": "string", "maxLength": 1_000},
                "source": {"enum": [Source.PHONE.value, Source.DESK.value]},
            },
            ("platform", "typed", "seen"),
        ),
        "Report": _object(
            {"id": text, "at": {"type": "string", "format": "date-time"}, "platform": some, "subject": some},
            ("id", "at", "seen", "source"),
        ),
    }


def _parameters() -> Schema:
    return {
        "case": {
            "name": "case",
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": "^C-[1-9][0-9]{0,8}$"},
        },
        "cursor": {
            **_query("cursor", {"type": "string"}, required=False),
            "description": "`next` of an answer.",
        },
        "limit": _query("limit", {"type": "integer", "minimum": 1, "maximum": 200}, required=False),
        "tag": {"name": "If-None-Match", "in": "header", "schema": {"type": "string", "pattern": "^[!-~]*$"}},
        "once": {
            "name": "Idempotency-Key",
            "in": "header",
            "description": "Sent again with the same key, it is done once.",
            "schema": {"type": "string", "pattern": "^[!-~]{1,64}$"},
        },
    }


def _get(
    name: str,
    says: str,
    schema: Schema,
    parameters: Sequence[Schema] = (),
    others: Sequence[int] = (),
) -> Schema:
    return {"get": _operation(name, says, schema, parameters, others)}


def _post(
    name: str,
    says: str,
    body: Schema,
    schema: Schema,
    parameters: Sequence[Schema],
    others: Sequence[int],
) -> Schema:
    operation = _operation(name, says, schema, parameters, others)
    operation["requestBody"] = {"required": True, "content": {JSON: {"schema": body}}}
    operation["security"] = [{"key": []}]
    return {"post": operation}


def _operation(
    name: str, says: str, schema: Schema, parameters: Sequence[Schema], others: Sequence[int]
) -> Schema:
    responses: Schema = {"200": {"description": says, "content": {JSON: {"schema": schema}}}}
    for status in others:
        responses[str(status)] = (
            {"description": "You have it already."}
            if status == 304
            else {"$ref": "#/components/responses/problem"}
        )
    return {"operationId": name, "summary": says, "parameters": list(parameters), "responses": responses}


def _problem(says: str) -> Schema:
    return {"description": says, "content": {PROBLEM: {"schema": _ref("Problem")}}}


def _query(name: str, schema: Schema, *, required: bool = True) -> Schema:
    return {"name": name, "in": "query", "required": required, "schema": schema}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def _page(name: str) -> Schema:
    return _object({"items": _list(_ref(name)), "next": {"type": ["string", "null"]}}, ("items", "next"))


def _object(properties: Mapping[str, Any], required: Sequence[str]) -> Schema:
    return {"type": "object", "properties": dict(properties), "required": list(required)}


def _strict(properties: Mapping[str, Any], required: Sequence[str]) -> Schema:
    return {**_object(properties, required), "additionalProperties": False}
