"""Somebody of the room is alerted: about a case, or about the watch itself."""

from dataclasses import field
from datetime import datetime

from siaga.cases.event import IF_GIVEN, CaseEvent, case_event
from siaga.cases.events.notice_released import PlannedDelivery
from siaga.cases.rights import Right
from siaga.cases.severity import Severity
from siaga.i18n.speech import N_


@case_event(
    "person-alerted",
    rights=frozenset({Right.SYSTEM}),
    phrase=N_("{person} was alerted."),
)
class PersonAlerted(CaseEvent):
    """Somebody of the room was alerted, about a case or the watch itself"""

    alarm: str
    """What is wrong: the same for all whom it alerts."""
    alert: str
    reason: str
    person: str
    deliveries: tuple[PlannedDelivery, ...]
    """One for each of their channels, by its kind; where that leads is not in the record."""
    subject: str
    body: str
    expires: datetime
    """Until then the link in it acknowledges."""
    begun: datetime
    """When what is wrong began."""
    severity: Severity
    about: str
    """The deadline that passed, or the platform or measurement point that is out; else empty."""
    case: str | None = field(default=None, metadata=IF_GIVEN)
