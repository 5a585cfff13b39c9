"""Measure now: anybody gives a name, a fair round is asked live and judged, and its address can be shared.

What is asked here costs the platforms' budgets, so it is bounded: by what the watch can spare, by address,
by hour. A name outside the election is kept for a day and listed nowhere: whose it is is not our business.
"""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import orjson

from siaga.detection.rules.missing import FOUND, MISSING, code_of
from siaga.domain.answers import Role, Session
from siaga.domain.errors import BadInput, Fault
from siaga.domain.matching import undivided
from siaga.domain.records import Measurement
from siaga.domain.time import Clock, rfc3339
from siaga.election.model import Election, PlatformWatch
from siaga.election.readers import PAGE
from siaga.planning.seeds import order
from siaga.ports.checks import NameCheck, NameCheckAnswer, NameCheckResult, NameCheckRound, NameCheckStage
from siaga.ports.spare_rounds import PlatformAccess, SpareRounds
from siaga.ports.supervision import Supervision, WatchPart
from siaga.probing.rounds import Prober
from siaga.reporting.intake_limits import IntakeLimits
from siaga.services.check_store import CheckRecord, CheckStore
from siaga.services.single_check import NOT_ASKED, CheckLine, CheckProgress, SingleCheck, Somebody, named
from siaga.watch.detection_settings import settings_of

CONTROLS: Final = 10
"""Control names of a round; drawn anew for each check."""
MOST_ROUNDS: Final = 5
"""Of one surface."""
MOST_WAITING: Final = 50
SUBJECT: Final = "asked-now"
"""What the name is called in the measurements; no id of an election file's is."""
LONGEST: Final = 100
"""Characters of a name."""
OF_AN_ADDRESS: Final = 10
"""Checks an hour."""
OF_ALL: Final = 240
SAME: Final = timedelta(minutes=5)
"""The same name on the same platforms is not asked again within so long."""
KEPT: Final = timedelta(days=30)
KEPT_OUTSIDE: Final = timedelta(days=1)
"""A name outside the election."""
HOUSEKEEPING_S: Final = 600.0

_log = logging.getLogger(__name__)


class CheckDesk:
    """The checks that people ask of one watch. Use as an async context manager."""

    def __init__(
        self,
        election: Election,
        directory: Path,
        prober: Prober,
        spare: SpareRounds,
        announce: Callable[[], Awaitable[None]],
        key: bytes,
        clock: Clock,
        supervision: Supervision,
    ) -> None:
        """Take up what a directory holds: checks that were not done are asked anew. `announce` is called when
        a check has something new to show."""
        self._election, self._prober, self._spare, self._clock = election, prober, spare, clock
        self._announce, self._supervision = announce, supervision
        self._intake = IntakeLimits(hashlib.sha256(b"measure" + key).digest(), OF_AN_ADDRESS, OF_ALL)
        self._names = {undivided(name) for name in _names(election)}
        self._store = CheckStore(directory, clock)
        self._queue: asyncio.Queue[str] = asyncio.Queue()
        for id in self._store.unfinished():
            self._queue.put_nowait(id)

    async def __aenter__(self) -> Self:
        keep = self._supervision.keep
        self._tasks = [
            asyncio.create_task(keep(WatchPart.CHECKS, work)) for work in (self._work, self._keep_house)
        ]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def platforms(self) -> Sequence[PlatformWatch]:
        """Those that can be asked: not by a browser, and at a surface that speaks of a name."""
        return [
            platform
            for platform in self._election.platforms
            if platform.reader != PAGE
            and any(surface.surface not in NOT_ASKED for surface in platform.surfaces)
        ]

    def form(self) -> str:
        """What a new form carries."""
        return self._intake.form(self._clock.now())

    def ask(self, name: str, platforms: Sequence[str], form: str, address: str) -> str:
        """Take a name to be measured; returns the id of its check, once it is kept.

        Raises:
            BadInput: by field, what is wrong.
            TooMany: the address, or all together, asked too often.
        """
        now = self._clock.now()
        name = " ".join(name.split())
        if not name or len(name) > LONGEST or not name.isprintable():
            raise BadInput(
                Fault("There is no name, or it is too long.", "Write what people type.", field="name")
            )
        wanted = [platform.id for platform in self.platforms() if platform.id in platforms]
        if not wanted or len(wanted) != len(set(platforms)):
            raise BadInput(Fault("No platform is chosen.", "Choose at least one.", field="platforms"))
        random = self._intake.check(form, now, quickest=timedelta())  # a name is typed fast, or linked to
        listed = undivided(name.lstrip("@#")) in self._names
        # Of a name outside the election nobody learns that somebody else has asked for it.
        same = self._store.newest_of(name, wanted, now - SAME) if listed else None
        if same is not None:
            return same
        if self._queue.qsize() >= MOST_WAITING:
            raise BadInput(Fault("Too many are waiting.", "Try again in some minutes.", field="busy"))
        self._intake.enter(address, now)
        id = hashlib.sha256(f"check {random}".encode()).hexdigest()[:32]
        if id not in self._store:
            until = now + (KEPT if listed else KEPT_OUTSIDE)
            self._store.add(NameCheck(id, now, name, tuple(wanted), listed, until))
            self._queue.put_nowait(id)
        return id

    def find(self, id: str) -> NameCheck | None:
        """A check that is kept."""
        return self._store.find(id)

    def data(self, id: str) -> bytes | None:
        """Its measurements as JSON Lines, once it is done."""
        measurements = self._store.measurements(id)
        if measurements is None:
            return None
        return b"".join(orjson.dumps(measurement) + b"\n" for measurement in measurements)

    # Asking

    async def _work(self) -> None:
        while True:
            id = await self._queue.get()
            record = self._store.in_progress(id)
            try:
                await self._check(record)
            except Exception as error:
                _log.error("check failed: %s", type(error).__name__)
            record.asked = replace(record.asked, stage=NameCheckStage.DONE, done=1.0)
            try:
                self._store.finish(id)
            except OSError as error:
                _log.error("check not stored: %s", error.strerror)
            await self._announce()

    async def _check(self, record: CheckRecord) -> None:
        record.measurements = []
        record.asked = replace(record.asked, stage=NameCheckStage.ASKING, lines=(), rounds=(), spared=())
        refused: set[str] = set()

        def lend(access: PlatformAccess, surface: str, names: int) -> bool:
            lent = self._spare.lend(access, surface, names)
            if not lent:
                refused.add(access.id)
            return lent

        check = SingleCheck(self._prober, self._clock, settings_of(self._election), lend)
        people = self._people(record.asked)
        todo = [
            (platform, session, surfaces)
            for platform in self.platforms()
            if platform.id in record.asked.platforms
            for session, surfaces in _by_session(platform)
        ]
        for number, (platform, session, surfaces) in enumerate(todo):
            access = await self._spare.access(platform, session)
            if access is None:
                refused.add(platform.id)
                continue
            asked: set[str] = set()
            async with aclosing(check.rounds(access, people, MOST_ROUNDS, surfaces)) as rounds:
                async for progress in rounds:
                    asked.add(progress.surface)
                    done = (number + len(asked) / (len(surfaces) + 1)) / len(todo)
                    _learn(record, platform.id, progress, done)
                    await self._announce()
        spared = tuple(id for id in record.asked.platforms if id in refused)
        record.asked = replace(record.asked, spared=spared)

    def _people(self, asked: NameCheck) -> list[Somebody]:
        """The name, controls drawn for this check, a canary. Nobody is asked as both."""
        wanted = undivided(asked.name.lstrip("@#"))
        others = [
            control
            for control in self._election.controls
            if wanted not in {undivided(name.text) for name in control.names}
        ]
        controls = order(hashlib.sha256(asked.id.encode()).digest(), others)[:CONTROLS]
        return [
            replace(named(asked.name, Role.TARGET), id=SUBJECT),
            *(Somebody(control.id, Role.CONTROL, control.names, control.kind) for control in controls),
            named(self._election.canaries[0], Role.CANARY),
        ]

    async def _keep_house(self) -> None:
        while True:
            await asyncio.sleep(HOUSEKEEPING_S)
            self._store.erase_old()


def _learn(record: CheckRecord, platform: str, progress: CheckProgress, done: float) -> None:
    """Take what one more round has shown into a check."""
    names = tuple(NameCheckAnswer(m.name, m.role, _seen(m)) for m in progress.round)
    first = progress.round[0]
    round_ = NameCheckRound(platform, progress.surface, first.at, progress.seed.hex(), names, first.session)
    place = (platform, progress.surface, first.session)
    others = [line for line in record.asked.lines if (line.platform, line.surface, line.session) != place]
    record.asked = replace(
        record.asked,
        done=done,
        rounds=(*record.asked.rounds, round_),
        lines=(*others, *(_line(platform, line) for line in progress.lines)),
    )
    record.measurements += [{**asdict(m), "at": rfc3339(m.at)} for m in progress.round]


def _names(election: Election) -> set[str]:
    return {name.text for person in election.people() for name in person.names} | {
        contestant.label for contestant in election.contestants
    }


def _by_session(platform: PlatformWatch) -> list[tuple[Session, list[str]]]:
    """The surfaces that are asked, by session."""
    found: dict[Session, list[str]] = {}
    for surface in platform.surfaces:
        if surface.surface not in NOT_ASKED:
            found.setdefault(surface.session, []).append(surface.surface)
    return list(found.items())


def _seen(measurement: Measurement) -> str:
    code = code_of(measurement.answer, measurement.count, measurement.matching)
    return {FOUND: "found", MISSING: "missing"}.get(code, "unmeasured")


def _line(platform: str, line: CheckLine) -> NameCheckResult:
    checked, last = line.checked, line.last
    return NameCheckResult(
        platform,
        line.surface,
        line.name,
        checked.state,
        checked.evidence,
        checked.rule,
        checked.counts,
        last.answer,
        last.count,
        last.matching,
        last.session,
        checked.usual,
    )
