"""Somebody writes the account of a case that is over, in one language."""

from dataclasses import replace

from siaga.cases.case import Case, Stage
from siaga.cases.event import CaseEvent, case_event, sent
from siaga.cases.guards import Situation, refuse
from siaga.cases.rights import Right
from siaga.i18n.speech import N_, languages
from siaga.journal.events import JournalEvent


@case_event(
    "account-drafted",
    command="account",
    rights=frozenset({Right.SYSTEM, Right.WORK}),
    stages=frozenset({Stage.CLOSED, Stage.WITHDRAWN}),
    phrase=N_("Case summary drafted."),
)
class AccountDrafted(CaseEvent):
    """The account of a case was written; a later one replaces it."""

    case: str
    language: str = sent(choices=languages())
    text: str = sent(end="\n")

    def guard(self, case: Case, situation: Situation) -> None:
        """Refuse an empty account."""
        if not self.text.strip():
            refuse(N_("The case summary is empty."), N_("Write it, then save again."), "text")

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """The case has an account, which everybody reads once it is published."""
        return replace(case, accounts={**case.accounts, self.language: self.text})
