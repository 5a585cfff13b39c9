"""A small election whose answers a test writes itself: no network, thousands of rounds a second."""

import random
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from siaga.cli.replaying import line_of, replayed
from siaga.cli.room_files import room_of
from siaga.composition.open_watch import OpenWatch, open_watch
from siaga.composition.readers import readers_of
from siaga.domain.answers import Answer
from siaga.domain.records import Asking, Round
from siaga.domain.time import Clock, SimulatedClock
from siaga.election.model import (
    Budget,
    Contestant,
    ContestantKind,
    Control,
    ControlKind,
    Election,
    Name,
    NameKind,
    Person,
    PlatformWatch,
    SurfaceWatch,
    Vantage,
)
from siaga.journal.events import JournalEvent
from siaga.journal.journal import Journal
from siaga.journal.kinds import Kind
from siaga.measurements.store import Store
from siaga.platforms.conversation import Instance, PlatformReader, Reading
from siaga.probing.failures.curl import Phases
from siaga.probing.record import ConversationResult, measurement
from siaga.probing.rounds import Prober, RoundResult
from siaga.watch.detection_settings import names_of, settings_of, subjects_of

START = datetime(2024, 1, 25, 9, 0, 0, 5, tzinfo=UTC)
TARGETS = ("mahfud", "ganjar", "anies")
CONTROLS = ("raisa", "hujan", "kopi", "kucing", "bola", "obama")
INSTANCE = Instance("http://127.0.0.1:9")
FINDINGS = (Kind.FINDING_OPENED, Kind.FINDING_CHANGED, Kind.FINDING_OVER)

Script = Callable[[Round, Asking], Answer]


def found(round_: Round, asking: Asking) -> Answer:
    """Every name is found everywhere."""
    return Answer.RESULTS


def withheld_after(minutes: int, subject: str = "mahfud", platform: str = "x") -> Script:
    """One name is missing on a platform from so many minutes after the start on."""

    def answer(round_: Round, asking: Asking) -> Answer:
        gone = round_.at >= START + timedelta(minutes=minutes)
        here = (asking.subject, round_.stream.platform) == (subject, platform)
        return Answer.EMPTY if gone and here else Answer.RESULTS

    return answer


class ScriptedProber(Prober):
    """Answers by a script, each in `took_ms` of a seeded chance, without asking anybody."""

    def __init__(self, script: Script, seed: int = 1, slowest_ms: float = 400.0) -> None:
        super().__init__(lambda vantage: (_ for _ in ()).throw(AssertionError(vantage)))
        self._script = script
        self._chance = random.Random(seed)
        self._slowest_ms = slowest_ms
        self.asked: list[Round] = []
        self.answered: list[Round] = []

    async def ask_round(
        self, round_: Round, platform: PlatformReader, instance: Instance, *, election: str, clock: Clock
    ) -> RoundResult:
        self.asked.append(round_)
        measurements = []
        for asking in round_.askings:
            reading = Reading(self._script(round_, asking), 1, 1)
            took = Phases(total_ms=self._chance.uniform(0, self._slowest_ms))
            asked = ConversationResult(reading, took, None, None, 1)
            measurements.append(measurement(round_, asking, asked, clock.now(), election, "scripted"))
        self.answered.append(round_)
        return RoundResult(tuple(measurements), sent=len(measurements))


def person(id: str) -> Contestant:
    """Somebody who stands, under one name."""
    return Contestant(id, ContestantKind.PERSON, id, 1, (Person(id, (Name(id, NameKind.SHORT),)),))


def election(targets: Iterable[str] = TARGETS, budget: int = 100_000, every: float = 60.0) -> Election:
    """Two platforms of two surfaces from two vantages."""
    surfaces = tuple(SurfaceWatch(name, timedelta(seconds=every)) for name in ("search-latest", "search-top"))
    return Election(
        id="small",
        label="Small",
        country=None,
        timezone="UTC",
        votes=date(2024, 2, 14),
        contestants=tuple(person(id) for id in targets),
        controls=tuple(
            Control(id, ControlKind.EVERYDAY_WORD, (Name(id, NameKind.SHORT),)) for id in CONTROLS
        ),
        canaries=(),
        platforms=tuple(
            PlatformWatch(
                id, id, id, "http://127.0.0.1:9", surfaces, (Budget(budget, timedelta(minutes=15)),)
            )
            for id in ("x", "bluesky")
        ),
        vantages=(Vantage("jakarta"), Vantage("medan")),
        digest=f"digest of {sorted(targets)}",
    )


def watch_of(
    directory: Path,
    clock: Clock,
    prober: Prober,
    declared: Election | None = None,
    instance: Instance = INSTANCE,
) -> AbstractAsyncContextManager[OpenWatch]:
    """A watch that asks the prober; its rounds' orders are the same each time."""
    declared = declared or election()
    seed_keys(directory)
    return open_watch(
        declared,
        directory,
        readers=readers_of(declared, directory),
        instance_of=lambda stream: replace(instance, session=stream.session),
        clock=clock,
        room=room_of(None, declared),
        prober=prober,
    )


def seed_keys(directory: Path) -> None:
    """Lay down the day's key, unless a watch has begun there."""
    if not directory.joinpath("journal.sqlite").exists():
        directory.joinpath("keys").mkdir(parents=True, exist_ok=True)
        for day in ("2024-01-24", "2024-01-25"):
            directory.joinpath("keys", f"{day}.key").write_text("5a" * 32)


async def pass_by(opened: OpenWatch, clock: SimulatedClock, until: timedelta) -> None:
    """Step on to a moment after the start."""
    while opened.watch.next_due() < START + until:
        clock.advance_to(opened.watch.next_due())
        await opened.watch.step()


def verdict_lines(opened: OpenWatch) -> list[str]:
    """The present verdicts, a line each."""
    return [line_of(verdict) for verdict in opened.view.verdicts()]


def events(directory: Path, kinds: tuple[Kind, ...] = FINDINGS) -> list[JournalEvent]:
    """What the journal tells, after checking that it holds."""
    with Journal.open(f"sqlite:///{directory / 'journal.sqlite'}", SimulatedClock(START)) as journal:
        assert journal.verify().broken is None
        return list(journal.read(kinds=kinds, limit=10_000))


def findings(directory: Path) -> list[tuple[str, str, str]]:
    """The findings as the journal tells them: kind, subject, state."""
    return [(event.kind, str(event.what["subject"]), str(event.what["state"])) for event in events(directory)]


def replayed_lines(directory: Path, declared: Election | None = None) -> list[str]:
    """The changes of state that a replay of the stored measurements gives."""
    declared = declared or election()
    with Store.open(directory / "measurements", SimulatedClock(START)) as store:
        store.seal()
    _, changes = replayed(
        [directory / "measurements"], settings_of(declared), subjects_of(declared), names=names_of(declared)
    )
    return [line_of(change) for change in changes]
