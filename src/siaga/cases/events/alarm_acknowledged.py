"""Somebody of the room acknowledges an alarm: nobody else is alerted about it."""

from dataclasses import field

from siaga.cases.event import IF_GIVEN, CaseEvent, case_event
from siaga.cases.rights import Right
from siaga.i18n.speech import N_


@case_event(
    "alarm-acknowledged",
    rights=frozenset({Right.WORK}),
    phrase=N_("Alarm acknowledged."),
)
class AlarmAcknowledged(CaseEvent):
    """Somebody acknowledged an alarm"""

    alarm: str
    alert: str | None = field(default=None, metadata=IF_GIVEN)
    """The alert whose link they used; None for somebody who was signed in."""
    case: str | None = field(default=None, metadata=IF_GIVEN)
