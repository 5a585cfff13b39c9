"""Alerts to the room's people, as pages see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from siaga.cases.alarms import Alarm
from siaga.cases.undelivered import Trouble


@dataclass(frozen=True, slots=True)
class AlarmStatus:
    """One alarm, and how far its alerts have come."""

    alarm: Alarm
    alerted: Sequence[str]
    """People as the journal writes them, in the order in which they were alerted."""
    first_alert: datetime
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    over_at: datetime | None = None
    """When what it is about was measured again; of a case, that is the case's business."""

    @property
    def is_open(self) -> bool:
        """Whether somebody has still to acknowledge it."""
        return self.acknowledged_at is None and self.over_at is None


@dataclass(frozen=True, slots=True)
class ChannelResult:
    """What came of the last message to somebody's channel."""

    at: datetime
    taken: bool
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class AlertLink:
    """The alert that a link of ours was made for."""

    alert: str
    person: str
    expires: datetime
    status: AlarmStatus


class AlertService(Protocol):
    """Who is alerted, and who has acknowledged."""

    def open_alarms(self) -> Sequence[AlarmStatus]:
        """The alarms that nobody has acknowledged and that still hold, the oldest first."""
        ...

    def heading(self, alarm: Alarm, language: str) -> str:
        """What is wrong, in one line."""
        ...

    def by_link(self, token: str) -> AlertLink | None:
        """The alert that a link's token was made for; None for any other text."""
        ...

    def acknowledge(self, alarm: str, person: str, alert: str | None = None) -> bool:
        """Somebody takes an alarm; False where somebody had, or it is over or unknown.

        Args:
            alarm: its id.
            person: as the journal writes them.
            alert: the alert whose link they used; None for somebody who is signed in.
        """
        ...

    def test(self, account: str, channel: str) -> bool:
        """Send a test to one of somebody's own channels; False where there was one a moment ago.

        Raises:
            BadInput: they have no such channel.
        """
        ...

    def results(self, account: str) -> Mapping[str, ChannelResult]:
        """What came of the last message to each of somebody's channels, by the channel's id."""
        ...

    def unreachable(self) -> Sequence[str]:
        """People of the rota who have no channel: nobody can wake them. As the journal writes them."""
        ...
