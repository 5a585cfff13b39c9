"""A contact opens their link on another device, by the code that was sent to them."""

from dataclasses import replace
from typing import Final

from siaga.cases.case import Case
from siaga.cases.event import CaseEvent, case_event
from siaga.cases.guards import Situation, check_code, refuse, usable_link
from siaga.cases.rights import Right
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent

MOST_DEVICES: Final = 6
"""Of one link, the first included."""


@case_event(
    "device-added",
    rights=frozenset({Right.ANSWER}),
    phrase=N_("Reply link opened on another device."),
)
class DeviceAdded(CaseEvent):
    """Another browser may use the link: it had the code."""

    link: str
    case: str
    code: str
    """What the code was made from."""
    browser: str
    """A digest."""

    def guard(self, case: Case, situation: Situation) -> None:
        """Refuse a code that is not the one that is out, or a device too many."""
        link = check_code(usable_link(case, self.link), situation.now, self.code)
        if len(link.others) + 1 >= MOST_DEVICES:
            refuse(
                N_("This link is open on as many devices as it may be."),
                N_("Ask the control room for a new one."),
            )

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """The link opens there as well, and the code is used up."""
        link = case.links[self.link]
        return case.with_link(replace(link, others=(*link.others, self.browser), code=None))
