"""The platform names the cause."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Final

from siaga.cases.case import EXPLAINED, OPEN, Case, Explanation, Stage
from siaga.cases.event import CaseEvent, PublicPart, case_event, sent
from siaga.cases.guards import LONGEST_TEXT
from siaga.cases.rights import Right
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent


class Cause(StrEnum):
    """What a platform may give as the cause; the free text says more."""

    SPAM_CLEANUP = "spam-cleanup"
    AUTOMATED_MODERATION = "automated-moderation"
    MISTAKEN_REPORT = "mistaken-report"
    RANKING_CHANGE = "ranking-change"
    TECHNICAL_FAULT = "technical-fault"
    ATTACK = "attack"
    LEGAL_ORDER = "legal-order"
    POLICY = "policy"
    OTHER = "other"


CAUSE_LABELS: Final[Mapping[str, str]] = {
    Cause.SPAM_CLEANUP: N_("a clean-up of spam"),
    Cause.AUTOMATED_MODERATION: N_("automated moderation"),
    Cause.MISTAKEN_REPORT: N_("a mistaken report"),
    Cause.RANKING_CHANGE: N_("a change of ranking"),
    Cause.TECHNICAL_FAULT: N_("a technical fault"),
    Cause.ATTACK: N_("an attack"),
    Cause.LEGAL_ORDER: N_("a legal order"),
    Cause.POLICY: N_("a policy"),
    Cause.OTHER: N_("another cause"),
}


@case_event(
    "case-explained",
    command="explain",
    rights=frozenset({Right.ANSWER, Right.WORK}),
    stages=OPEN | {Stage.CLOSED},
    phrase=N_("The cause: {cause}."),
    public=PublicPart(N_("The platform gives as the cause: {cause}."), ("cause", "text")),
    is_undoable=True,
)
class CaseExplained(CaseEvent):
    """The platform gave a cause."""

    case: str
    cause: Cause = sent(choices=tuple(Cause))
    text: str = sent(longest=LONGEST_TEXT)

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """The case has an explanation, at whatever stage it is."""
        explanation = Explanation(event.at, event.who, self.cause, self.text)
        return replace(case, explanation=explanation, reached={EXPLAINED: event.at, **case.reached})
