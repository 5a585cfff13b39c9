"""The pages of cases: all of them, and what became of one. They show what the public may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from siaga.cases.case import Case, Stage
from siaga.cases.deadlines import deadlines
from siaga.cases.durations import Durations, durations
from siaga.cases.notices import NoticeType, compose
from siaga.cases.plain import verdict_of
from siaga.cases.publication import PublicEvent, timeline
from siaga.cases.room_file import RoomFile
from siaga.journal.kinds import Kind
from siaga.people.links import Links
from siaga.speech import sentences
from siaga.speech.speech import N_, Speech, languages
from siaga.web import matrix
from siaga.web.forms import NOTHING, Form
from siaga.web.rendering import Renderer
from siaga.web.room_words import DEADLINES, room_timeline
from siaga.web.view import CaseRoom, Room
from siaga.web.visitor import once
from siaga.words.verdicts import State, Verdict

STAGES: Final[Mapping[Stage, str]] = {
    Stage.OPENED: N_("opened"),
    Stage.VERIFIED: N_("proven"),
    Stage.NOTIFIED: N_("platform notified"),
    Stage.ACKNOWLEDGED: N_("platform has it"),
    Stage.CLAIMED: N_("said to be restored, being measured"),
    Stage.RELAPSED: N_("there again"),
    Stage.RESTORED: N_("restored"),
    Stage.CLOSED: N_("closed: restored, verified"),
    Stage.WITHDRAWN: N_("withdrawn: the finding was wrong"),
    Stage.MERGED: N_("followed in another case"),
}
SEVERITIES: Final[Mapping[str, str]] = {
    "low": N_("low"),
    "medium": N_("medium"),
    "high": N_("high"),
    "critical": N_("critical"),
}
CAUSES: Final[Mapping[str, str]] = {
    "spam-cleanup": N_("a clean-up of spam"),
    "automated-moderation": N_("automated moderation"),
    "mistaken-report": N_("a mistaken report"),
    "ranking-change": N_("a change of ranking"),
    "technical-fault": N_("a technical fault"),
    "attack": N_("an attack"),
    "legal-order": N_("a legal order"),
    "policy": N_("a policy"),
    "other": N_("another cause"),
}
_SAID: Final[Mapping[Kind, str]] = {
    Kind.CASE_OPENED: N_("The case was opened, severity {severity}."),
    Kind.CASE_VERIFIED: N_("Proven by measuring: {state}."),
    Kind.CASE_MEASURED: N_("Measured: {state}."),
    Kind.CASE_ACKNOWLEDGED: N_("The platform has said that it has it."),
    Kind.CASE_EXPLAINED: N_("The platform gives as the cause: {cause}."),
    Kind.CASE_CLAIMED: N_("The platform says that it is restored. We measure."),
    Kind.CASE_CLAIM_REFUSED: N_("Measured after that, and it is not restored: {state}."),
    Kind.CASE_RESTORED: N_("Verified by measuring: found as usual again."),
    Kind.CASE_CLOSED: N_("The case was closed."),
    Kind.CASE_RELAPSED: N_("It is there again: {state}."),
    Kind.CASE_WITHDRAWN: N_("Withdrawn: the finding was wrong. {why}"),
    Kind.CASE_MERGED: N_("It is followed in case {into}."),
    Kind.CASE_GRADED: N_("Its severity is now {severity}."),
    Kind.NOTICE_RELEASED: N_("A notice was sent to the platform."),
}
BY: Final[Mapping[str, str]] = {
    "watch": N_("the watch"),
    "room": N_("the room"),
    "platform": N_("the platform"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a case's timeline, in words."""

    at: datetime
    text: str
    quote: str
    """What the platform said in its own words."""
    by: str
    undone: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One case of the list."""

    case: Case
    about: str
    platform: str
    took: Durations
    lasting: timedelta | None
    """So long it has been affected, or was."""


@dataclass(frozen=True, slots=True)
class LiaisonLink:
    """A link that holds, as the room sees it."""

    id: str
    contact: str
    expires: datetime
    opened: bool
    address: str


class CasePages:
    """The pages of one room's cases."""

    def __init__(
        self,
        room: Room,
        renderer: Renderer,
        casework: CaseRoom | None = None,
        links: Links | None = None,
    ) -> None:
        self._room, self._renderer = room, renderer
        self._casework, self._links = casework, links

    async def cases(self, request: Request) -> Response:
        """All cases, open ones first, the newest first."""
        speech = self._renderer.speech(request)
        items = [self._item(speech, case) for case in reversed(self._room.cases())]
        return self._renderer.page(
            request,
            "cases.html",
            open=[item for item in items if item.case.stage.is_open],
            over=[item for item in items if not item.case.stage.is_open],
            STAGES=STAGES,
            SEVERITIES=SEVERITIES,
        )

    async def case(self, request: Request) -> Response:
        """One case: where it stands, how long each part took, its timeline, what to write to the platform."""
        return self.page(request, request.path_params["case"])

    def page(
        self,
        request: Request,
        wanted: str,
        fault: str = "",
        typed: Form = NOTHING,
        status: int = 200,
    ) -> Response:
        """The page of a case; for the room's people with what they can do, and with what they `typed` and why
        it could not be done (`fault`)."""
        speech = self._renderer.speech(request)
        if self._casework is not None:
            self._casework.catch_up()
        case = next((one for one in self._room.cases() if one.id == wanted), None)
        if case is None:
            raise HTTPException(404)
        language = request.query_params.get("to", speech.language)
        if language not in languages():
            raise HTTPException(400)
        proof = verdict_of(case.proof) if case.proof else None
        return self._renderer.page(
            request,
            "case.html",
            status,
            **self.facts(speech, case),
            notices=self._notices(proof, case, language) if proof and case.stage.is_open else {},
            to=language,
            to_languages=languages(),
            fault=fault,
            typed=typed,
            **self._for_the_room(speech, case),
        )

    def facts(self, speech: Speech, case: Case) -> Mapping[str, Any]:
        """What every page of a case shows: what the public may see."""
        return {
            "item": self._item(speech, case),
            "verdict": verdict_of(case.verdict) if case.verdict else None,
            "proof": verdict_of(case.proof) if case.proof else None,
            "lines": [_line(speech, event) for event in timeline(self._room.case_history(case.id))],
            "STAGES": STAGES,
            "SEVERITIES": SEVERITIES,
        }

    def _for_the_room(self, speech: Speech, case: Case) -> Mapping[str, Any]:
        """What only the room's people see; the template shows it to nobody else."""
        if self._casework is None:
            return {"desk": None, "acting": False}
        room = self._casework.room
        return {
            "acting": True,
            "desk": room.desk(case.platform),
            "room": room,
            "due": deadlines(case, room),
            "all_lines": room_timeline(speech, self._room.case_history(case.id)),
            "open_cases": [one for one in self._room.cases() if one.stage.is_open and one.id != case.id],
            "links": self._open_links(speech, case, room),
            "once": once(),
            "CAUSES": CAUSES,
            "DEADLINES": DEADLINES,
        }

    def _open_links(self, speech: Speech, case: Case, room: RoomFile) -> list[LiaisonLink]:
        if self._links is None:
            return []
        desk = room.desk(case.platform)
        language = desk.language if desk else speech.language
        return [
            LiaisonLink(
                link.id,
                link.contact,
                link.expires,
                link.browser is not None,
                f"{room.address}/{language}/answer/{self._links.token(link.id)}",
            )
            for link in case.links.values()
            if not link.revoked and link.expires > self._room.now()
        ]

    def _item(self, speech: Speech, case: Case) -> Item:
        election, took = self._room.election, durations(case)
        names = {person.id: matrix.main_name(person) for person in election.people()}
        about = names.get(case.subject or "", case.subject or sentences.surface_words(speech, case.surface))
        platform = next((one.label for one in election.platforms if one.id == case.platform), case.platform)
        lasting = took.affected
        if lasting is None and took.began is not None and case.stage.is_open:
            lasting = max(self._room.now() - took.began, timedelta())
        return Item(case, about, platform, took, lasting)

    def _notices(self, proof: Verdict, case: Case, language: str) -> Mapping[NoticeType, str]:
        speech = Speech(language, self._room.election.timezone)
        texts = {
            type_: compose(type_, proof, case.id, self._room.election, speech, self._room.now())
            for type_ in NoticeType
        }
        return {type_: f"{text.subject}\n\n{text.body}" for type_, text in texts.items()}


def _line(speech: Speech, event: PublicEvent) -> Line:
    facts = dict(event.facts)
    quote = facts.pop("text", "")
    if facts.get("state"):
        facts["state"] = speech.say(sentences.STATES[State(facts["state"])].label)
    if "severity" in facts:
        facts["severity"] = speech.say(SEVERITIES.get(facts["severity"], facts["severity"]))
    if "cause" in facts:
        facts["cause"] = speech.say(CAUSES.get(facts["cause"], facts["cause"]))
    return Line(
        event.at, speech.say(_SAID[event.kind], **facts), quote, speech.say(BY[event.by]), event.undone
    )
