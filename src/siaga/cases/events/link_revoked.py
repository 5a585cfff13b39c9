"""The room revokes a contact's link."""

from dataclasses import replace

from siaga.cases.case import Case
from siaga.cases.event import CaseEvent, case_event, sent
from siaga.cases.guards import Situation, refuse, usable_link
from siaga.cases.rights import Right
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent


@case_event(
    "link-revoked",
    command="revoke-link",
    rights=frozenset({Right.WORK}),
    phrase=N_("Reply link revoked."),
    is_undoable=True,
)
class LinkRevoked(CaseEvent):
    """It holds no longer."""

    case: str
    link: str = sent()

    def guard(self, case: Case, situation: Situation) -> None:
        """Refuse a link that is not in use."""
        if usable_link(case, self.link) is None:
            refuse(N_("This link is no longer in use."), N_("See the links of the case."))

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """The link opens nothing more."""
        return case.with_link(replace(case.links[self.link], revoked=True))
