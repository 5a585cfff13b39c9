"""What a form, or a program, asks to be done to a case, as an act that the rules then decide on."""

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from starlette.exceptions import HTTPException

from siaga.cases.case import Case
from siaga.cases.guards import CAUSES, LONGEST_TEXT, Act, Actor, NotAllowed
from siaga.cases.notices.compose import NoticeType, compose
from siaga.cases.notices.messages import Text
from siaga.cases.room_file import PlatformDesk
from siaga.cases.severity import Severity
from siaga.cases.verdict_json import verdict_of
from siaga.domain.errors import Fault
from siaga.domain.time import rfc3339
from siaga.i18n.speech import Speech, languages
from siaga.journal.kinds import Kind
from siaga.people.accounts import Accounts
from siaga.people.roles import Permission
from siaga.ports.cases import CaseService
from siaga.ports.watch import WatchView
from siaga.web.http.forms import Form

LINK_LASTS: Final = timedelta(days=14)
What = Callable[[Form], Mapping[str, Any]]


def _nothing(form: Form) -> Mapping[str, Any]:
    return {}


def _text(form: Form) -> Mapping[str, Any]:
    return {"text": form.text("text")}


def _seq(form: Form) -> Mapping[str, Any]:
    number = form.text("event")
    if not number.isascii() or not number.isdigit() or len(number) > 15:
        raise HTTPException(400)
    return {"event": int(number)}


def _one_of(field: str, known: Sequence[str]) -> What:
    def what(form: Form) -> Mapping[str, Any]:
        if form.text(field) not in known:
            raise HTTPException(400)
        return {field: form.text(field)}

    return what


_language = _one_of("language", languages())


def _account(form: Form) -> Mapping[str, Any]:
    return {**_language(form), "text": form.text("text") + "\n"}


def _fields(*names: str) -> What:
    return lambda form: {name: form.text(name) for name in names}


ACTS: Final[Mapping[str, tuple[Kind, What]]] = MappingProxyType(
    {
        "acknowledge": (Kind.CASE_ACKNOWLEDGED, _nothing),
        "ask": (Kind.CASE_ASKED, _text),
        "explain": (
            Kind.CASE_EXPLAINED,
            lambda form: {**_one_of("cause", CAUSES)(form), **_text(form)},
        ),
        "claim": (Kind.CASE_CLAIMED, _nothing),
        "comment": (Kind.CASE_COMMENTED, _text),
        "grade": (Kind.CASE_GRADED, _one_of("severity", tuple(Severity))),
        "link-case": (Kind.CASE_LINKED, _fields("other")),
        "merge": (Kind.CASE_MERGED, _fields("into")),
        "close": (Kind.CASE_CLOSED, lambda form: {"reason": "by hand"}),
        "withdraw": (Kind.CASE_WITHDRAWN, _nothing),
        "undo": (Kind.EVENT_UNDONE, _seq),
        "approve": (Kind.NOTICE_APPROVED, _fields("notice", "text")),
        "refuse": (Kind.NOTICE_REFUSED, _fields("notice")),
        "revoke-link": (Kind.LINK_REVOKED, _fields("link")),
        "account": (Kind.ACCOUNT_DRAFTED, _account),
        "publish": (Kind.ACCOUNT_PUBLISHED, lambda form: {**_language(form), "text": form.text("text")}),
    }
)
"""What the last word of a form's address does, and the fields that it takes."""


OWN: Final = ("take", "hand-over", "issue-link", "split")
"""Words besides `ACTS`, whose acts depend on who asks or make something new."""


class Acts:
    """Reads what is asked of one room's cases."""

    def __init__(self, room: WatchView, casework: CaseService, accounts: Accounts | None) -> None:
        self._room, self._casework, self._accounts = room, casework, accounts

    def act(self, word: str, case: Case, actor: Actor, form: Form) -> Act:
        """The act that a word and the fields of a form ask for.

        Raises:
            HTTPException: 404, there is no such word; 400, a field is none that its page sends.
            NotAllowed: it names somebody who is not there.
        """
        why = form.text("why")[:LONGEST_TEXT]
        if word == "take":
            return Act(Kind.CASE_ASSIGNED, {"case": case.id, "to": actor.who}, why)
        if word == "hand-over":
            return Act(Kind.CASE_ASSIGNED, {"case": case.id, "to": self._somebody(form.text("to"))}, why)
        if word == "split":
            return self._split(case, form.text("surface"), why)
        if word == "issue-link":
            return self._link(case, form.text("contact"))
        if word not in ACTS:
            raise HTTPException(404)
        kind, what = ACTS[word]
        return Act(kind, {"case": case.id, **what(form)}, why)

    def _somebody(self, id: str) -> str | None:
        if not id:
            return None
        person = None if self._accounts is None else self._accounts.member(id)
        if person is None or not person.can(Permission.WORK):
            raise NotAllowed(Fault("Nobody of that name works on cases.", "Choose somebody else."))
        return f"person:{id}"

    def _link(self, case: Case, contact: str) -> Act:
        desk = self.desk(case)
        if desk is None or contact not in {one.id for one in desk.contacts}:
            raise HTTPException(400)
        expires = rfc3339(self._room.now() + LINK_LASTS)
        link = f"L-{secrets.token_hex(6)}"
        return Act(Kind.LINK_ISSUED, {"link": link, "case": case.id, "contact": contact, "expires": expires})

    def _split(self, case: Case, surface: str, why: str) -> Act:
        """A case of its own for one of the surfaces that a case is about."""
        if surface not in surfaces_of(case):
            raise HTTPException(400)
        what = {
            "case": None,
            "platform": case.platform,
            "subject": case.subject,
            "surface": surface,
            "severity": case.severity.value,
            "split_from": case.id,
        }
        return Act(Kind.CASE_OPENED, what, why)

    # Notices

    def desk(self, case: Case) -> PlatformDesk | None:
        """Whom to write to about a case."""
        return self._casework.room.desk(case.platform)

    def composed(self, case: Case, desk: PlatformDesk, type_: NoticeType) -> tuple[Text, datetime] | None:
        """What the evidence says, as a notice, and by when; None where nothing is proven yet."""
        if case.proof is None:
            return None
        speech = Speech(desk.language, self._room.election.timezone)
        now, room = self._room.now(), self._casework.room
        due = now + room.deadlines[case.severity].restore
        proof = verdict_of(case.proof)
        return compose(type_, proof, case.id, self._room.election, speech, now, due, room.label), due

    def draft(
        self,
        case: Case,
        desk: PlatformDesk,
        type_: NoticeType,
        text: Text,
        contacts: Sequence[str],
        due: datetime,
    ) -> Act:
        """The act that puts a notice before the approvers."""
        known = {one.id for one in desk.contacts}
        what = {
            "case": case.id,
            "notice": f"N-{secrets.token_hex(6)}",
            "type": type_.value,
            "language": desk.language,
            "subject": text.subject,
            "body": text.body,
            "contacts": [one for one in contacts if one in known],
            "due": rfc3339(due),
        }
        return Act(Kind.NOTICE_DRAFTED, what)


def surfaces_of(case: Case) -> tuple[str, ...]:
    """The surfaces on which a case was proven."""
    detail = (case.proof or {}).get("detail", {})
    return tuple(one for one in str(detail.get("surfaces", case.surface or "")).split(", ") if one)


def type_of(word: str) -> NoticeType:
    """The type of notice that a word names.

    Raises:
        HTTPException: 400, none.
    """
    try:
        return NoticeType(word)
    except ValueError:
        raise HTTPException(400) from None


def moment_of(text: str) -> datetime:
    """A moment as RFC 3339 writes it.

    Raises:
        HTTPException: 400, it is none.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise HTTPException(400) from None
    if at.tzinfo is None:
        raise HTTPException(400)
    return at


def digest_of(form: Form) -> str:
    """A form's content, in short."""
    return hashlib.sha256(repr(sorted(form.items())).encode()).hexdigest()
