"""Somebody writes a notice, or writes it anew."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Final
from unicodedata import category

from siaga.cases.case import PROVEN, Case, Notice, NoticeType, Stage
from siaga.cases.event import IF_GIVEN, CaseEvent, case_event
from siaga.cases.guards import Situation, refuse
from siaga.cases.notices.marks import repeated
from siaga.cases.rights import Right
from siaga.domain.errors import Sentence
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent

LONGEST_SUBJECT: Final = 200
"""Characters."""
MOST_BODY_BYTES: Final = 20 * 1024
"""Of a notice: a message that repeats it later, with words of its own, has to fit into one journal event."""


@case_event(
    "notice-drafted",
    rights=frozenset({Right.WORK}),
    stages=PROVEN | {Stage.CLOSED},
    phrase=N_("Notice drafted."),
    is_undoable=True,
)
class NoticeDrafted(CaseEvent):
    """A notice was written, or written anew: approvals are void."""

    case: str
    notice: str
    """Drafted again under the same id, it replaces what was drafted."""
    type: NoticeType
    language: str
    subject: str
    body: str
    contacts: tuple[str, ...]
    """Ids of the room file."""
    due: datetime | None = field(default=None, metadata=IF_GIVEN)
    """In older records: what the text said, counted from its drafting. Deadlines run from the sending."""

    def guard(self, case: Case, situation: Situation) -> None:
        """Refuse a notice that was released, and a text that cannot be sent."""
        if self.type is NoticeType.RESTORE:
            situation.in_stage(PROVEN, self.kind)
        known = case.notices.get(self.notice)
        if known is not None and known.released_at is not None:
            refuse(N_("It has been sent."), N_("Draft a new notice."))
        if not self.contacts:
            refuse(N_("Nobody would receive it."), N_("Choose at least one recipient."), "contacts")
        if not self.subject.strip() or _holds(self.subject, {"Cc", "Cs", "Zl", "Zp"}):
            refuse(N_("The subject must fit on one line."), N_("Write one line."), "subject")
        if len(self.subject) > LONGEST_SUBJECT:
            do = Sentence("Write at most {n} characters.", n=LONGEST_SUBJECT)
            refuse(Sentence("The subject has {n} characters.", n=len(self.subject)), do, "subject")
        if (mark := repeated(self.body) or repeated(self.subject)) is not None:
            refuse(
                Sentence("{mark} stands there more than once.", mark=mark.value), N_("Write it once."), "body"
            )
        size = len(self.body.encode("utf-8", "replace"))
        if size > MOST_BODY_BYTES or _holds(self.body.replace("\n", "").replace("\t", ""), {"Cc", "Cs"}):
            do = Sentence("Write plain text, at most {n} KiB.", n=MOST_BODY_BYTES // 1024)
            refuse(N_("The text contains characters that cannot be sent, or is too long."), do, "body")

    def leaving(self, why: str) -> Mapping[str, str]:
        """The whole text."""
        return {"subject": self.subject, "body": self.body}

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """The case has the notice as it is written now, without approvals."""
        return case.with_notice(
            Notice(
                id=self.notice,
                type=self.type,
                language=self.language,
                subject=self.subject,
                body=self.body,
                contacts=self.contacts,
                drafted_by=event.who,
                drafted_at=event.at,
            )
        )


def _holds(text: str, categories: set[str]) -> bool:
    return any(category(letter) in categories for letter in text)
