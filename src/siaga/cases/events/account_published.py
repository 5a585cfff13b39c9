"""An approver publishes the account of a case, exactly as it is written."""

from collections.abc import Sequence
from dataclasses import replace

from siaga.cases.case import Case, Published, Stage
from siaga.cases.event import CaseEvent, PublicPart, case_event, sent
from siaga.cases.events.account_drafted import AccountDrafted
from siaga.cases.guards import Situation, refuse
from siaga.cases.rights import Right
from siaga.i18n.speech import N_, languages
from siaga.journal.events import JournalEvent


@case_event(
    "account-published",
    command="publish",
    rights=frozenset({Right.APPROVE}),
    stages=frozenset({Stage.CLOSED, Stage.WITHDRAWN}),
    phrase=N_("Case summary published."),
    public=PublicPart(N_("Case summary published.")),
    shows_text=False,
)
class AccountPublished(CaseEvent):
    """It was published."""

    case: str
    language: str = sent(choices=languages())
    text: str = sent()
    """SHA-256, hexadecimal, of what is published."""

    def guard(self, case: Case, situation: Situation) -> None:
        """Refuse what is not written, what was changed meanwhile, and what is published as it is."""
        digest = case.account_digest(self.language)
        if digest is None:
            refuse(N_("There is no case summary in that language."), N_("Write it first."))
        if self.text != digest:
            refuse(N_("The case summary was changed meanwhile."), N_("Read it again, then publish it."))
        published = case.published.get(self.language)
        if published is not None and published.text == case.accounts[self.language]:
            refuse(N_("It is already published with this text."), N_("Change it first."))

    def written_by(self, history: Sequence[JournalEvent]) -> str | None:
        """Whoever wrote the account last."""
        drafts = [
            event
            for event in history
            if event.kind == AccountDrafted.kind and event.what["language"] == self.language
        ]
        return drafts[-1].who if drafts else None

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """Everybody reads the account as it is written now; what is written later waits."""
        published = Published(event.at, case.accounts[self.language])
        return replace(case, published={**case.published, self.language: published})
