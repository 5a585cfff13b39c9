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
    Cause.SPAM_CLEANUP: N_("spam clean-up"),
    Cause.AUTOMATED_MODERATION: N_("automated moderation"),
    Cause.MISTAKEN_REPORT: N_("mistaken report"),
    Cause.RANKING_CHANGE: N_("ranking change"),
    Cause.TECHNICAL_FAULT: N_("technical fault"),
    Cause.ATTACK: N_("cyber attack"),
    Cause.LEGAL_ORDER: N_("legal order"),
    Cause.POLICY: N_("platform policy"),
    Cause.OTHER: N_("other cause"),
}


@case_event(
    "case-explained",
    command="explain",
    rights=frozenset({Right.ANSWER, Right.WORK}),
    stages=OPEN | {Stage.CLOSED},
    phrase=N_("Cause stated by the platform: {cause}."),
    public=PublicPart(N_("Cause stated by the platform: {cause}."), ("cause", "text")),
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
