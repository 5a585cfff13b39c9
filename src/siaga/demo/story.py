"""The story as it is played: its clock moves on once all that was due is done, never by itself.

So the same seed brings the same rounds, verdicts, cases and mail, whatever the machine, whether somebody
watches at leisure or nobody does.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from siaga.cases.case import Case
from siaga.cases.publication import PublicEvent, timeline
from siaga.cases.room_file import RoomFile
from siaga.composition.open_watch import OpenWatch, open_watch
from siaga.composition.readers import readers_of
from siaga.demo.platforms import Simulated
from siaga.demo.script import Liaison
from siaga.demo.staff import Staff
from siaga.domain.time import SimulatedClock
from siaga.domain.verdicts import Verdict
from siaga.election.model import Election
from siaga.simulation.scenario import Scenario, ScenarioNote
from siaga.watch import seed_keys

STEP: Final = timedelta(minutes=1)
"""What falls due within so long is asked together, and stored in one commit."""
KEPT_IN_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a directory of its own is made in it
"""Where the story is kept, if the system has it: it goes when the demo ends, and needs no disk."""


@dataclass(frozen=True, slots=True)
class CaseNews:
    """Something happened to a case."""

    case: Case
    event: PublicEvent


Told = ScenarioNote | Verdict | CaseNews
"""One thing that happened in a step: on the platforms, in what is measured, to a case."""


class Story:
    """A watch of simulated platforms, the people who work with it, and the clock of them all."""

    def __init__(
        self, scenario: Scenario, election: Election, clock: SimulatedClock, opened: OpenWatch
    ) -> None:
        self.scenario, self.election, self.clock, self.opened = scenario, election, clock, opened
        self.changes: list[Verdict] = []
        """Every change of state so far."""
        opened.watch.on_change = self.changes.append
        self._liaison, self._staff = Liaison(opened.cases), Staff(opened.cases, election)
        self._notes = list(scenario.notes)
        self._told_changes = 0
        self._told_events: dict[str, int] = {}

    def next(self) -> datetime:
        """The moment of the next step: something is due, or the platform has something to say."""
        due = max(self.opened.watch.next_due(), self.clock.now() + STEP)
        return due if self._liaison.next is None else max(min(due, self._liaison.next), self.clock.now())

    async def step(self) -> list[Told]:
        """Move on to the next moment and do all that is due then; what happened, in order of kind."""
        self.clock.advance_to(self.next())
        now = self.clock.now()
        self._liaison.speak(now)
        await self.opened.watch.step()
        self._staff.work(now)
        await self.opened.outbox.step()
        return [*self._new_notes(now), *self._new_changes(), *self._case_news()]

    def _new_notes(self, now: datetime) -> list[Told]:
        new = [note for note in self._notes if note.at <= now]
        self._notes = self._notes[len(new) :]
        return list(new)

    def _new_changes(self) -> list[Told]:
        new = self.changes[self._told_changes :]
        self._told_changes = len(self.changes)
        return list(new)

    def _case_news(self) -> list[Told]:
        news: list[Told] = []
        for case in self.opened.view.cases():
            events = timeline(self.opened.view.case_history(case.id))
            news += [CaseNews(case, event) for event in events[self._told_events.get(case.id, 0) :]]
            self._told_events[case.id] = len(events)
        return news


@asynccontextmanager
async def open_story(scenario: Scenario, election: Election, room: RoomFile) -> AsyncIterator[Story]:
    """The story at its beginning, in a directory that goes with it."""
    clock = SimulatedClock(scenario.starts)
    platforms = Simulated(election, scenario, clock)
    where = KEPT_IN_MEMORY if KEPT_IN_MEMORY.is_dir() else None
    with TemporaryDirectory(prefix="siaga-demo-", dir=where) as folder:
        directory = Path(folder)
        _keep_keys(scenario, directory)
        async with open_watch(
            election,
            directory,
            readers=readers_of(election, directory),
            instance_of=platforms.instance,
            clock=clock,
            room=room,
            prober=platforms.prober(),
        ) as opened:
            yield Story(scenario, election, clock, opened)


def _keep_keys(scenario: Scenario, directory: Path) -> None:
    """The keys of the days from the scenario's seed: the rounds' orders follow from them."""
    day = scenario.starts.date()
    while day <= scenario.ends.date():
        key = blake2b(f"{scenario.seed}|{day}".encode(), digest_size=seed_keys.LENGTH).digest()
        seed_keys.keep(directory / "keys", day, key)
        day += timedelta(days=1)
