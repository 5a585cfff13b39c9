"""Planned work as the journal tells it: announced and ended by people of the room."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from siaga.cases.planned_work import PlannedWork, check_work
from siaga.domain.errors import BadInput, Fault
from siaga.domain.time import Clock, parse_rfc3339, rfc3339
from siaga.election.model import Election
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent
from siaga.journal.journal import PAGE, Journal
from siaga.journal.kinds import Kind

KINDS: Final = (Kind.WORK_ANNOUNCED, Kind.WORK_ENDED)
MOST: Final = 50
"""Announced at one time."""


class PlannedWorkDesk:
    """All planned work of one watch."""

    def __init__(self, election: Election, journal: Journal, clock: Clock) -> None:
        self._election, self._journal, self._clock = election, journal, clock
        self._works: dict[str, PlannedWork] = {}
        self._head = 0

    def under_way(self, now: datetime) -> Sequence[PlannedWork]:
        """What goes on at this moment."""
        return [work for work in self.announced(now) if work.is_under_way(now)]

    def announced(self, now: datetime) -> Sequence[PlannedWork]:
        """What goes on or is still to come, the next first."""
        self._catch_up()
        coming = [work for work in self._works.values() if work.ends > now]
        return sorted(coming, key=lambda work: (work.begins, work.id))

    def announce(
        self,
        platform: str | None,
        vantage: str | None,
        begins: datetime,
        ends: datetime,
        reason: str,
        by: str,
    ) -> PlannedWork:
        """Announce work.

        Raises:
            BadInput: with what is wrong, by field; nothing was written.
        """
        now = self._clock.now()
        platforms = {known.id for known in self._election.platforms}
        vantages = {known.id for known in self._election.vantages}
        if platform is not None and platform not in platforms:
            raise BadInput(
                Fault(N_("There is no such platform."), N_("Choose one of the list."), field="platform")
            )
        if vantage is not None and vantage not in vantages:
            what = N_("There is no such measurement point.")
            raise BadInput(Fault(what, N_("Choose one of the list."), field="vantage"))
        check_work(platform, vantage, begins, ends, reason, now)
        if len(self.announced(now)) >= MOST:
            what = N_("Too much work is announced already.")
            raise BadInput(Fault(what, N_("Call off what will not take place."), field="begins"))
        announced = {
            "platform": platform,
            "vantage": vantage,
            "begins": rfc3339(begins),
            "ends": rfc3339(ends),
            "reason": reason,
        }
        event = self._journal.append(Kind.WORK_ANNOUNCED, by, announced)
        self._catch_up()
        return self._works[f"W-{event.seq}"]

    def end(self, work: str, by: str) -> None:
        """End work now, or call it off; what is over already stays so."""
        now = self._clock.now()
        if any(announced.id == work for announced in self.announced(now)):
            self._journal.append(Kind.WORK_ENDED, by, {"work": work}, key=f"work-ended/{work}")
            self._catch_up()

    def _catch_up(self) -> None:
        while events := self._journal.read(self._head, KINDS, PAGE):
            for event in events:
                self._take(event)
                self._head = event.seq

    def _take(self, event: JournalEvent) -> None:
        what = event.what
        if event.kind == Kind.WORK_ENDED:
            id = str(what["work"])
            if id in self._works:
                work = self._works[id]
                self._works[id] = replace(work, ends=min(work.ends, event.at))
            return
        id = f"W-{event.seq}"
        self._works[id] = PlannedWork(
            id,
            None if what["platform"] is None else str(what["platform"]),
            None if what["vantage"] is None else str(what["vantage"]),
            parse_rfc3339(str(what["begins"])),
            parse_rfc3339(str(what["ends"])),
            str(what["reason"]),
            event.who,
        )
