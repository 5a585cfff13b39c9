"""Cases, notices, reports and the status for programs, under `/api/v1`; `web/api/openapi.py` describes it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from siaga.cases.case import Case, NoticeType
from siaga.cases.commands import BY_WORD, OF_CONTACTS, OF_PEOPLE_ALONE
from siaga.cases.durations import durations
from siaga.cases.labels import about
from siaga.cases.notices.messages import LONGEST_SUBJECT, Text
from siaga.cases.publication import EVERYBODY, ROOM, Viewer, is_public, is_visible, timeline
from siaga.cases.reports import Report, Source
from siaga.cases.severity import Severity
from siaga.domain.errors import BadInput, Fault
from siaga.domain.time import rfc3339
from siaga.domain.verdicts import PROVEN, State
from siaga.i18n.speech import Speech
from siaga.journal.journal import KeyReused
from siaga.people.roles import Permission
from siaga.ports.cases import CaseService
from siaga.ports.reports import ReportService
from siaga.ports.watch import WatchView
from siaga.web.api.clients import Problem, Program, Programs, answer, idempotency_key, problem, read_fields
from siaga.web.api.openapi import document
from siaga.web.cases.form_commands import OWN, FormCommands, fields_of

PAGE: Final = 50
MOST: Final = 200
OF_THE_ROOM: Final = tuple(word for word in (*BY_WORD, *OWN) if word not in OF_PEOPLE_ALONE)
"""What a program of the room may ask for."""
ACT_FIELDS: Final[Mapping[str, type]] = dict.fromkeys(
    ("act", "why", *(name for word in OF_THE_ROOM for name in fields_of(word))), str
)
NOTICE_FIELDS: Final[Mapping[str, type]] = {"type": str, "subject": str, "body": str, "contacts": list}
REPORT_FIELDS: Final[Mapping[str, type]] = dict.fromkeys(
    ("platform", "elsewhere", "typed", "seen", "when", "place", "comment", "source"), str
)
UNMEASURED: Final = "under_maintenance"
"""What status pages have nearest to a platform of which nothing is known now."""
Handler = Callable[[Request], Awaitable[Response]]


class CaseApi:
    """What programs may ask and do about one room's cases."""

    def __init__(
        self,
        room: WatchView,
        casework: CaseService | None,
        programs: Programs,
        acts: FormCommands | None,
        reports: ReportService | None,
    ) -> None:
        self._room, self._casework, self._programs = room, casework, programs
        self._acts, self._reports = acts, reports

    @staticmethod
    def guarded(handler: Handler) -> Handler:
        """The handler, with what goes wrong told as problem details."""

        async def guarded(request: Request) -> Response:
            try:
                return await handler(request)
            except Problem as wrong:
                return problem(wrong.status, wrong.faults, wrong.headers)
            except BadInput as bad:
                return problem(422, bad.faults)

        return guarded

    async def openapi(self, request: Request) -> Response:
        """The description of all of this."""
        return answer(request, document(self._room.election, OF_THE_ROOM))

    async def election(self, request: Request) -> Response:
        """Whom and what the watch asks for."""
        election = self._room.election
        return answer(
            request,
            {
                "id": election.id,
                "label": election.label,
                "country": election.country,
                "timezone": election.timezone,
                "votes": election.votes.isoformat(),
                "contestants": [
                    {
                        "id": one.id,
                        "label": one.label,
                        "number": one.number,
                        "people": [
                            {"id": person.id, "names": [name.text for name in person.names]}
                            for person in one.people
                        ],
                    }
                    for one in election.contestants
                ],
                "platforms": [
                    {"id": one.id, "label": one.label, "surfaces": [s.surface for s in one.surfaces]}
                    for one in election.platforms
                ],
            },
        )

    # Cases

    async def cases(self, request: Request) -> Response:
        """Cases, the newest first."""
        program = self._programs.of(request)
        seen = [case for case in reversed(self._all()) if is_visible(case, _viewer(program))]
        if request.query_params.get("open") == "true":
            seen = [case for case in seen if case.stage.is_open]
        elif request.query_params.get("open", "false") != "false":
            raise Problem(422, [Fault("That is neither.", "Send true or false.", field="open")])
        return self._page(request, seen, lambda case: case.id, lambda case: self._case(program, case))

    async def case(self, request: Request) -> Response:
        """One case."""
        program = self._programs.of(request)
        return answer(request, self._case(program, self._one(request, program)))

    async def events(self, request: Request) -> Response:
        """What happened to a case, oldest first: what the public sees, or all of it for the room."""
        program = self._programs.of(request)
        case = self._one(request, program)
        history = self._room.case_history(case.id)
        if _viewer(program).is_room:
            listed = [
                {
                    "seq": one.seq,
                    "at": rfc3339(one.at),
                    "who": one.who,
                    "kind": one.kind,
                    "what": dict(one.what),
                    "why": one.why,
                }
                for one in history
            ]
        else:
            listed = [
                {
                    "at": rfc3339(one.at),
                    "by": one.by,
                    "kind": one.kind,
                    "facts": dict(one.facts),
                    "undone": one.undone,
                }
                for one in timeline(history)
            ]
        numbered = list(enumerate(listed, start=1))
        return self._page(request, numbered, lambda one: str(one[0]), lambda one: one[1])

    async def act(self, request: Request) -> Response:
        """Do something to a case."""
        program = self._programs.require(request)
        case = self._one(request, program)
        fields = await read_fields(request, ACT_FIELDS)
        word = fields.get("act", "")
        allowed = OF_CONTACTS if program.contact is not None else OF_THE_ROOM
        if word not in allowed:
            do = f"Send one of {', '.join(allowed)}."
            raise Problem(422, [Fault("There is no such act.", do, field="act")])
        if program.contact is None and Permission.WORK not in program.may:
            raise Problem(403)
        try:
            wanted = self._known_acts().command(word, case, program.actor, fields)
        except HTTPException as error:
            do = "Look at the description of this act."
            raise Problem(422, [Fault("A field is missing or wrong.", do)]) from error
        done = self._do(request, program, lambda key: self._work().do(wanted, program.actor, key))
        return answer(request, self._case(program, done))

    async def draft(self, request: Request) -> Response:
        """Put a notice before the approvers; without a text, what the evidence says."""
        program = self._programs.require(request)
        if Permission.WORK not in program.may:
            raise Problem(403)
        case = self._one(request, program)
        fields = await read_fields(request, NOTICE_FIELDS)
        if fields.get("type") not in set(NoticeType):
            do = f"Send one of {', '.join(NoticeType)}."
            raise Problem(422, [Fault("There is no such type.", do, field="type")])
        type_, acts = NoticeType(fields["type"]), self._known_acts()
        desk = acts.desk(case)
        composed = None if desk is None else acts.composed(case, desk, type_)
        if desk is None or composed is None:
            what = "It is not proven yet, or the room file names nobody at this platform."
            raise Problem(409, [Fault(what, "Look at the case.")])
        text, due = composed
        text = Text(fields.text("subject")[:LONGEST_SUBJECT] or text.subject, fields.get("body") or text.body)
        contacts = fields.all("contacts") or desk.ladder[:1]
        wanted = acts.draft(case, desk, type_, text, contacts, due)
        done = self._do(request, program, lambda key: self._work().do(wanted, program.actor, key))
        return answer(request, self._case(program, done))

    def _do(self, request: Request, program: Program, do: Callable[[str | None], Case]) -> Case:
        key = idempotency_key(request, program)
        try:
            return do(key)
        except KeyReused:
            what = "This idempotency key was used for something else."
            raise Problem(422, [Fault(what, "Use a new one.", field="Idempotency-Key")]) from None
        except BadInput as refused:
            raise Problem(409, refused.faults) from None

    # Reports

    async def reports(self, request: Request) -> Response:
        """Reports, the newest first, for the room."""
        program = self._programs.require(request)
        if Permission.VIEW not in program.may:
            raise Problem(403)
        newest = self._desk().newest(1_000)
        return self._page(request, newest, lambda one: one.id, _report)

    async def report(self, request: Request) -> Response:
        """Enter a report that came by telephone or at the desk."""
        program = self._programs.require(request)
        if Permission.WORK not in program.may:
            raise Problem(403)
        fields = await read_fields(request, REPORT_FIELDS)
        source = fields.get("source", Source.DESK.value)
        if source not in {Source.PHONE, Source.DESK}:
            raise Problem(422, [Fault("There is no such source.", "Send phone or desk.", field="source")])
        token = await self._desk().enter(fields, Source(source), idempotency_key(request, program))
        report = self._desk().by_token(token)
        assert report is not None
        return answer(request, _report(report))

    # The status, as common status pages' clients read it

    async def summary(self, request: Request) -> Response:
        """All of it: page, status, components, incidents."""
        return answer(request, {**self._status(), "components": self._components(), **self._incidents()})

    async def status(self, request: Request) -> Response:
        """The worst that is, in a word and a sentence."""
        return answer(request, self._status())

    def _status(self) -> dict[str, Any]:
        election = self._room.election
        worst = {one["status"] for one in self._components()}
        if "major_outage" in worst:
            indicator, says = "critical", "A platform is down"
        elif "partial_outage" in worst:
            indicator, says = "major", "A contestant cannot be found as usual"
        elif UNMEASURED in worst:
            indicator, says = "minor", "Not every platform can be measured at present"
        else:
            indicator, says = "none", "Every contestant is found as usual"
        page = {
            "id": election.id,
            "name": f"Siaga: {election.label}",
            "url": self._address(),
            "time_zone": election.timezone,
            "updated_at": rfc3339(self._room.now()),
        }
        return {"page": page, "status": {"indicator": indicator, "description": says}}

    def _components(self) -> list[dict[str, Any]]:
        verdicts = self._room.verdicts()
        components = []
        for place, platform in enumerate(self._room.election.platforms, start=1):
            states = {
                one.state for one in verdicts if one.platform == platform.id and not one.is_of_one_stream
            }
            status = "operational" if any(state.is_fine for state in states) else UNMEASURED
            if states & PROVEN:
                status = "partial_outage"
            if State.PLATFORM_DOWN in states:
                status = "major_outage"
            components.append(
                {
                    "id": platform.id,
                    "name": platform.label,
                    "status": status,
                    "position": place,
                    "description": "Cannot be measured at present" if status == UNMEASURED else None,
                    "group": False,
                    "group_id": None,
                    "only_show_if_degraded": False,
                    "showcase": True,
                    "page_id": self._room.election.id,
                    "created_at": None,
                    "updated_at": rfc3339(self._room.now()),
                }
            )
        return components

    def _incidents(self) -> dict[str, Any]:
        speech = Speech("en", self._room.election.timezone)
        incidents: list[dict[str, Any]] = []
        for case in reversed(self._all()):
            if not case.stage.is_open or not is_public(case):
                continue
            platform = next(
                (one.label for one in self._room.election.platforms if one.id == case.platform), case.platform
            )
            grave = case.severity in {Severity.CRITICAL, Severity.HIGH}
            incidents.append(
                {
                    "id": case.id,
                    "name": f"{about(case, self._room.election, speech)} on {platform}",
                    "status": "monitoring" if case.stage.value == "claimed" else "identified",
                    "impact": "major" if grave else "minor",
                    "created_at": rfc3339(case.opened_at),
                    "updated_at": rfc3339(max(case.reached.values(), default=case.opened_at)),
                    "started_at": _moment(durations(case).began) or rfc3339(case.opened_at),
                    "monitoring_at": None,
                    "resolved_at": None,
                    "page_id": self._room.election.id,
                    "shortlink": f"{self._address()}/en/cases/{case.id}",
                    "incident_updates": [],
                }
            )
        return {"incidents": incidents, "scheduled_maintenances": []}

    # What is behind

    def _all(self) -> Sequence[Case]:
        if self._casework is not None:
            self._casework.catch_up()
        return self._room.cases()

    def _one(self, request: Request, program: Program | None) -> Case:
        wanted = request.path_params["case"]
        for case in self._all():
            if case.id == wanted and is_visible(case, _viewer(program)):
                return case
        raise Problem(404)

    def _page(
        self,
        request: Request,
        items: Sequence[Any],
        name: Callable[[Any], str],
        value: Callable[[Any], Any],
    ) -> Response:
        """A part of a list: after the item that `cursor` names, `limit` at most, and the next cursor."""
        limit = request.query_params.get("limit", str(PAGE))
        if not limit.isascii() or not limit.isdigit() or len(limit) > 4 or not 1 <= int(limit) <= MOST:
            raise Problem(422, [Fault("That is no limit.", f"Send 1 to {MOST}.", field="limit")])
        cursor, start = request.query_params.get("cursor"), 0
        if cursor is not None:
            names = [name(one) for one in items]
            if cursor not in names:
                raise Problem(422, [Fault("That is no cursor.", "Send `next` of an answer.", field="cursor")])
            start = names.index(cursor) + 1
        part = items[start : start + int(limit)]
        following = name(part[-1]) if part and start + len(part) < len(items) else None
        return answer(request, {"items": [value(one) for one in part], "next": following})

    def _case(self, program: Program | None, case: Case) -> dict[str, Any]:
        took = durations(case)
        said: dict[str, Any] = {
            "id": case.id,
            "platform": case.platform,
            "subject": case.subject,
            "surface": case.surface,
            "stage": case.stage.value,
            "open": case.stage.is_open,
            "severity": case.severity.value,
            "opened_at": rfc3339(case.opened_at),
            "began_at": _moment(took.began),
            "proven_at": _moment(took.proven),
            "notified_at": _moment(took.notified),
            "acknowledged_at": _moment(took.acknowledged),
            "restored_at": _moment(took.restored),
            "affected_seconds": None if took.affected is None else took.affected.total_seconds(),
            "refused_claims": case.refused_claims,
            "explanation": None
            if case.explanation is None
            else {
                "at": rfc3339(case.explanation.at),
                "cause": case.explanation.cause,
                "text": case.explanation.text,
            },
            "proof": None if case.proof is None else dict(case.proof),
            "verdict": None if case.verdict is None else dict(case.verdict),
            "accounts": {
                language: {"at": rfc3339(one.at), "text": one.text}
                for language, one in case.published.items()
            },
        }
        if _viewer(program).is_room:
            said["room"] = self._private(case)
        return said

    def _private(self, case: Case) -> dict[str, Any]:
        """What only the room's own programs see."""
        return {
            "owner": case.owner,
            "reports": self._reports.about(case) if self._reports is not None else len(case.reports),
            "notices": [
                {
                    "id": one.id,
                    "type": one.type,
                    "language": one.language,
                    "subject": one.subject,
                    "body": one.body,
                    "text": one.text,
                    "contacts": list(one.contacts),
                    "approvals": list(one.approvals),
                    "refused": one.refused,
                    "released_at": _moment(one.released_at),
                    "deliveries": [
                        {
                            "id": delivery.id,
                            "contact": delivery.contact,
                            "channel": delivery.channel,
                            "made_at": _moment(delivery.made_at),
                            "given_up": delivery.given_up,
                            "answer": delivery.answer,
                        }
                        for delivery in one.deliveries
                    ],
                }
                for one in case.notices.values()
            ],
            "links": [
                {
                    "id": one.id,
                    "contact": one.contact,
                    "expires": rfc3339(one.expires),
                    "revoked": one.revoked,
                    "opened": one.browser is not None,
                }
                for one in case.links.values()
            ],
        }

    def _address(self) -> str:
        return "" if self._casework is None else self._casework.room.address

    def _work(self) -> CaseService:
        if self._casework is None:
            raise Problem(404)
        return self._casework

    def _known_acts(self) -> FormCommands:
        if self._acts is None:
            raise Problem(404)
        return self._acts

    def _desk(self) -> ReportService:
        if self._reports is None:
            raise Problem(404)
        return self._reports


def _viewer(program: Program | None) -> Viewer:
    if program is None:
        return EVERYBODY
    return ROOM if program.contact is None else Viewer(contact=program.contact)


def _moment(at: datetime | None) -> str | None:
    return None if at is None else rfc3339(at)


def _report(report: Report) -> dict[str, Any]:
    return {
        "id": report.id,
        "at": rfc3339(report.at),
        "platform": report.platform,
        "elsewhere": report.elsewhere,
        "typed": report.typed,
        "subject": report.subject,
        "seen": report.seen.value,
        "when": report.when.value,
        "place": report.place,
        "source": report.source.value,
        "comment": report.comment,
        "has_picture": report.picture is not None,
    }
