"""Somebody enters a wrong code for another device."""

from dataclasses import replace

from siaga.cases.case import Case
from siaga.cases.event import CaseEvent, case_event
from siaga.cases.guards import Situation, check_code, usable_link
from siaga.cases.rights import Right
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent


@case_event(
    "device-code-refused",
    rights=frozenset({Right.ANSWER}),
    phrase=N_("Wrong code for another device."),
)
class DeviceCodeRefused(CaseEvent):
    """A wrong code was entered; it is not in the record."""

    link: str
    case: str

    def guard(self, case: Case, situation: Situation) -> None:
        """Refuse where no code is out that holds."""
        check_code(usable_link(case, self.link), situation.now)

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """One try less."""
        link = case.links[self.link]
        return case.with_link(replace(link, code_tries=link.code_tries + 1))
