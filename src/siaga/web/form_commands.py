"""What a form, or a program, asks to be done to a case, as a command that the guards then judge."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final

from starlette.exceptions import HTTPException

from siaga.cases.case import Case, NoticeType
from siaga.cases.case_evidence import case_evidence
from siaga.cases.commands import BY_WORD, Command
from siaga.cases.events.case_assigned import CaseAssigned
from siaga.cases.events.case_opened import NEXT_CASE, CaseOpened
from siaga.cases.events.link_issued import LinkIssued
from siaga.cases.events.notice_drafted import NoticeDrafted
from siaga.cases.guards import LONGEST_TEXT, Actor, NotAllowed
from siaga.cases.inputs import InputField, WrongInput
from siaga.cases.notices.compose import draft_text, mark_words
from siaga.cases.notices.marks import NoticeMark
from siaga.cases.notices.messages import Text
from siaga.cases.publication import EVERYBODY
from siaga.cases.room_file import PlatformDesk
from siaga.domain.errors import Fault, Sentence
from siaga.i18n.speech import N_, Speech
from siaga.people.accounts import Accounts
from siaga.people.roles import Permission
from siaga.ports.cases import CaseService
from siaga.ports.watch import WatchView
from siaga.web.http.forms import Form

LINK_LASTS: Final = timedelta(days=14)
OWN: Final[Mapping[str, Mapping[str, InputField]]] = MappingProxyType(
    {
        "take": {},
        "hand-over": {"to": InputField("A person's id; empty for nobody.")},
        "issue-link": {"contact": InputField()},
        "split": {"surface": InputField("The surface that is split off.")},
    }
)
"""Words besides those of the events, with their fields: what they do depends on who asks, or on the room."""
WHY: Final = InputField(longest=LONGEST_TEXT)
"""The reason, which any command takes."""


def fields_of(word: str) -> Mapping[str, InputField]:
    """The fields that a form or a program sends with the word of a command, besides the reason.

    Raises:
        KeyError: there is no such word.
    """
    return OWN[word] if word in OWN else BY_WORD[word].inputs


def properties_of(words: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The fields of several commands and the reason, each as JSON Schema describes it."""
    found = {name: field.schema() for word in words for name, field in fields_of(word).items()}
    return {**found, "why": WHY.schema()}


class FormCommands:
    """Reads what is asked of one room's cases."""

    def __init__(self, watch: WatchView, case_service: CaseService, accounts: Accounts | None) -> None:
        self._watch, self._case_service, self._accounts = watch, case_service, accounts

    def command(self, word: str, case: Case, actor: Actor, form: Form) -> Command:
        """The command that a word and the fields of a form ask for.

        Raises:
            HTTPException: 404, there is no such word; 400, a field is none that its page sends.
            NotAllowed: it names somebody who is not there.
        """
        why = form.text("why")
        match word:
            case "take":
                return Command(CaseAssigned(case.id, to=actor.who), why)
            case "hand-over":
                return Command(CaseAssigned(case.id, to=self._somebody(form.text("to"))), why)
            case "split":
                return Command(_split(case, form.text("surface")), why)
            case "issue-link":
                return Command(self._link(case, form.text("contact")))
        if word not in BY_WORD:
            raise HTTPException(404)
        try:
            return Command(BY_WORD[word].from_inputs(case.id, form.text), why)
        except WrongInput:
            raise HTTPException(400) from None

    def _somebody(self, id: str) -> str | None:
        if not id:
            return None
        person = None if self._accounts is None else self._accounts.member(id)
        if person is None or not person.can(Permission.WORK):
            what = Sentence("There is no user {name} with the operator role.", name=id[:50])
            raise NotAllowed(Fault(what, N_("Choose another person."), field="to"))
        return f"person:{id}"

    def _link(self, case: Case, contact: str) -> LinkIssued:
        desk = self.desk(case)
        if desk is None or contact not in {known.id for known in desk.contacts}:
            raise HTTPException(400)
        expires = self._watch.now() + LINK_LASTS
        return LinkIssued(f"L-{secrets.token_hex(6)}", case.id, contact, expires)

    # Notices

    def desk(self, case: Case) -> PlatformDesk | None:
        """Whom to write to about a case."""
        return self._case_service.room.desk(case.platform)

    def composed(self, case: Case, desk: PlatformDesk, type_: NoticeType) -> Text | None:
        """A notice to begin with, its marks still open; None where nothing is proven yet."""
        evidence = case_evidence(case, EVERYBODY, self._watch.verdicts())
        if evidence is None:
            return None
        speech = Speech(desk.language, self._watch.election.timezone)
        return draft_text(
            type_, evidence, case, self._watch.election, self._case_service.room, speech, self._watch.now()
        )

    def words(self, case: Case, language: str) -> Mapping[NoticeMark, str]:
        """What a notice's marks stand for if it is sent now; nothing where nothing is proven yet."""
        evidence = case_evidence(case, EVERYBODY, self._watch.verdicts())
        if evidence is None:
            return {}
        election, room = self._watch.election, self._case_service.room
        return mark_words(
            evidence, case, election, room, Speech(language, election.timezone), self._watch.now()
        )

    def draft(
        self,
        case: Case,
        desk: PlatformDesk,
        type_: NoticeType,
        text: Text,
        contacts: Sequence[str],
    ) -> Command:
        """The command that puts a notice before the approvers.

        Raises:
            NotAllowed: it is to go to somebody who is no contact of the platform.
        """
        known = [contact.id for contact in desk.contacts]
        for id in contacts:
            if id not in known:
                what = Sentence("{contact} is no contact of this platform.", contact=id[:50])
                do = Sentence("Choose one of: {choices}.", choices=", ".join(known))
                raise NotAllowed(Fault(what, do, field="contacts"))
        return Command(
            NoticeDrafted(
                case.id,
                notice=f"N-{secrets.token_hex(6)}",
                type=type_,
                language=desk.language,
                subject=text.subject,
                body=text.body,
                contacts=tuple(dict.fromkeys(contacts)),
            )
        )


def _split(case: Case, surface: str) -> CaseOpened:
    """A case of its own for one of the surfaces that a case is about."""
    if surface not in surfaces_of(case):
        raise HTTPException(400)
    return CaseOpened(
        NEXT_CASE,
        platform=case.platform,
        subject=case.subject,
        surface=surface,
        severity=case.severity,
        split_from=case.id,
    )


def surfaces_of(case: Case) -> tuple[str, ...]:
    """The surfaces on which a case was proven."""
    detail = (case.proof or {}).get("detail", {})
    return tuple(id for id in str(detail.get("surfaces", case.surface or "")).split(", ") if id)


def type_of(word: str) -> NoticeType:
    """The type of notice that a word names.

    Raises:
        HTTPException: 400, none.
    """
    try:
        return NoticeType(word)
    except ValueError:
        raise HTTPException(400) from None
