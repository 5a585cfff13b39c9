"""A contact asks for a code by which their link opens on another device."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from siaga.cases.case import Case
from siaga.cases.event import CaseEvent, ContactMessage, case_event
from siaga.cases.guards import Situation, refuse, usable_link
from siaga.cases.rights import Right
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent

CODE_HOLDS: Final = timedelta(minutes=15)
CODE_AGAIN: Final = timedelta(minutes=1)
"""A further code goes out so much later at the earliest."""
MOST_CODES: Final = 10
"""Of one link, over all its time."""


@case_event(
    "device-code-sent",
    rights=frozenset({Right.ANSWER}),
    phrase=N_("Code to open the reply link on another device sent to {contact}."),
    message=ContactMessage(
        N_("{room}: your code for {what} on {platform} (case {case})"),
        N_(
            "Somebody wants to open your reply link on another device. If it is you, enter this code there:"
            "\n\n{code}\n\nIt works once and for 15 minutes. If it isn't you, do nothing."
        ),
    ),
)
class DeviceCodeSent(CaseEvent):
    """A code was sent to the link's own contact; it is not in the record."""

    link: str
    case: str
    contact: str
    code: str
    """What the code is made from, with the room's key."""
    expires: datetime

    def guard(self, case: Case, situation: Situation) -> None:
        """Refuse a link that no device opened yet, that is over, or for which enough codes were sent."""
        link, now = usable_link(case, self.link), situation.now
        if link is None or link.browser is None or link.contact != self.contact or link.expires <= now:
            refuse(
                N_("This link was not opened yet, has expired or was revoked."),
                N_("Ask the control room for a new one."),
            )
        if link.codes >= MOST_CODES:
            refuse(N_("Too many codes were sent for this link."), N_("Ask the control room for a new one."))
        if link.code_expires is not None and link.code_expires - CODE_HOLDS + CODE_AGAIN > now:
            refuse(N_("A code was sent a moment ago."), N_("Wait a minute before you ask for another one."))

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """This code holds from now on, and none before it."""
        link = case.links[self.link]
        return case.with_link(
            replace(link, code=self.code, code_expires=self.expires, code_tries=0, codes=link.codes + 1)
        )

    def receivers(self, case: Case, who: str) -> Sequence[str]:
        """The contact whose link it is, and nobody else."""
        return (self.contact,)
