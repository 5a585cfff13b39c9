"""A contact opens their link: it is bound to that browser from now on."""

from dataclasses import replace

from siaga.cases.case import Case
from siaga.cases.event import CaseEvent, case_event
from siaga.cases.guards import Situation, refuse, usable_link
from siaga.cases.rights import Right
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent


@case_event(
    "link-opened",
    rights=frozenset({Right.ANSWER}),
    phrase=N_("Reply link opened."),
)
class LinkOpened(CaseEvent):
    """The first browser used it."""

    link: str
    case: str
    browser: str
    """A digest."""

    def guard(self, case: Case, situation: Situation) -> None:
        """Refuse a link that is used, over or revoked."""
        link = usable_link(case, self.link)
        if link is None or link.browser is not None or link.expires <= situation.now:
            refuse(
                N_("This link was used, has expired or was revoked."),
                N_("Ask the control room for a new one."),
            )

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """The link is bound to the browser."""
        return case.with_link(replace(case.links[self.link], browser=self.browser))
