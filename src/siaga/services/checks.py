"""Measure now: anybody gives a name, a fair round is asked live and judged, and its address can be shared.

What is asked here costs the platforms' budgets, so it is bounded: by what the watch can spare, by address,
by hour. A name outside the election is kept for a day and listed nowhere: whose it is is not our business.
"""

import asyncio
import hashlib
import logging
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import orjson

from siaga.detection.facts import FOUND, MISSING, code_of
from siaga.domain.answers import Answer, Role, Session
from siaga.domain.errors import BadInput, Fault
from siaga.domain.matching import folded
from siaga.domain.records import Measurement
from siaga.domain.time import Clock, parse_rfc3339, rfc3339
from siaga.domain.verdicts import Counts, State
from siaga.election.model import Election, PlatformWatch
from siaga.election.readers import PAGE
from siaga.planning.seeds import order
from siaga.ports.checks import NameCheck, NameCheckAnswer, NameCheckResult, NameCheckRound, NameCheckStage
from siaga.reporting.intake_limits import IntakeLimits
from siaga.watch.detection_settings import settings_of
from siaga.watch.loop import Watch
from siaga.watch.single_check import (
    NOT_ASKED,
    CheckLine,
    CheckProgress,
    PlatformAccess,
    SingleCheck,
    Somebody,
    named,
)

FOLDER: Final = "checks"
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
MOST_KEPT: Final = 5_000
"""Checks; of more, the oldest go first."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _CheckRecord:
    """A check with what was measured in it: while it is asked; afterwards it is on disk alone."""

    asked: NameCheck
    measurements: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _CheckIndex:
    """What is remembered of every check."""

    at: datetime
    until: datetime
    what: tuple[str, tuple[str, ...]]
    """The name, folded, and the platforms."""


class CheckDesk:
    """The checks of one watch. Use as an async context manager."""

    def __init__(self, watch: Watch, directory: Path, key: bytes, clock: Clock) -> None:
        """Take up what a directory holds: checks that were not done are asked anew."""
        self._watch, self._election, self._clock = watch, watch.election, clock
        self._directory = directory / FOLDER
        self._directory.mkdir(mode=0o700, exist_ok=True)
        self._intake = IntakeLimits(hashlib.sha256(b"measure" + key).digest(), OF_AN_ADDRESS, OF_ALL)
        self._names = {folded(name) for name in _names(self._election)}
        self._entries: dict[str, _CheckIndex] = {}
        """All that are kept, the oldest first."""
        self._active: dict[str, _CheckRecord] = {}
        """Those that wait or are being asked."""
        self._queue: asyncio.Queue[str] = asyncio.Queue()
        for kept in sorted(self._on_disk(), key=lambda one: one.asked.at):
            self._remember(kept.asked)
            if kept.asked.stage is not NameCheckStage.DONE:
                self._active[kept.asked.id] = kept
                self._queue.put_nowait(kept.asked.id)

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(self._work()), asyncio.create_task(self._keep_house())]
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
            one
            for one in self._election.platforms
            if one.reader != PAGE and any(surface.surface not in NOT_ASKED for surface in one.surfaces)
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
        known = [one.id for one in self.platforms()]
        if not name or len(name) > LONGEST or not name.isprintable():
            raise BadInput(
                Fault("There is no name, or it is too long.", "Write what people type.", field="name")
            )
        wanted = [one for one in known if one in platforms]
        if not wanted or len(wanted) != len(set(platforms)):
            raise BadInput(Fault("No platform is chosen.", "Choose at least one.", field="platforms"))
        random = self._intake.check(form, now)
        listed = folded(name.lstrip("@#")) in self._names
        # Of a name outside the election nobody learns that somebody else has asked for it.
        same = self._asked_lately(name, wanted, now) if listed else None
        if same is not None:
            return same
        if self._queue.qsize() >= MOST_WAITING:
            raise BadInput(Fault("Too many are waiting.", "Try again in some minutes.", field="busy"))
        self._intake.enter(address, now)
        id = hashlib.sha256(f"check {random}".encode()).hexdigest()[:32]
        if id not in self._entries:
            asked = NameCheck(id, now, name, tuple(wanted), listed, now + (KEPT if listed else KEPT_OUTSIDE))
            self._write(_CheckRecord(asked))
            self._active[id] = _CheckRecord(asked)
            self._remember(asked)
            self._queue.put_nowait(id)
        return id

    def find(self, id: str) -> NameCheck | None:
        """A check that is kept."""
        entry = self._entries.get(id)
        if entry is None or entry.until <= self._clock.now():
            return None
        kept = self._active.get(id) or self._read(self._directory / f"{id}.json")
        return kept.asked if kept is not None else None

    def data(self, id: str) -> bytes | None:
        """Its measurements as JSON Lines, once it is done."""
        if id in self._active or self.find(id) is None:
            return None
        kept = self._read(self._directory / f"{id}.json")
        return None if kept is None else b"".join(orjson.dumps(one) + b"\n" for one in kept.measurements)

    def _asked_lately(self, name: str, platforms: Sequence[str], now: datetime) -> str | None:
        what = (folded(name), tuple(platforms))
        for id, entry in reversed(self._entries.items()):
            if now - entry.at >= SAME:
                return None
            if entry.what == what:
                return id
        return None

    # Asking

    async def _work(self) -> None:
        while True:
            id = await self._queue.get()
            kept = self._active[id]
            try:
                await self._check(kept)
            except Exception as error:
                _log.error("a check could not be asked: %s", type(error).__name__)
            kept.asked = replace(kept.asked, stage=NameCheckStage.DONE, done=1.0)
            try:
                self._write(kept)
                del self._active[id]
            except OSError as error:  # it stays in memory, and is asked anew after a restart
                _log.error("a check could not be kept: %s", error.strerror)
            await self._watch.tell()

    async def _check(self, kept: _CheckRecord) -> None:
        kept.measurements = []
        kept.asked = replace(kept.asked, stage=NameCheckStage.ASKING, lines=(), rounds=(), spared=())
        refused: set[str] = set()

        def lend(place: PlatformAccess, surface: str, names: int) -> bool:
            lent = self._watch.lend(place, surface, names)
            if not lent:
                refused.add(place.id)
            return lent

        check = SingleCheck(self._watch.prober, self._clock, settings_of(self._election), lend)
        people = self._people(kept.asked)
        todo = [
            (platform, session, surfaces)
            for platform in self.platforms()
            if platform.id in kept.asked.platforms
            for session, surfaces in _by_session(platform)
        ]
        for number, (platform, session, surfaces) in enumerate(todo):
            place = await self._watch.place(platform, session)
            if place is None:
                refused.add(platform.id)
                continue
            asked: set[str] = set()
            async with aclosing(check.rounds(place, people, MOST_ROUNDS, surfaces)) as rounds:
                async for progress in rounds:
                    asked.add(progress.surface)
                    share = (number + len(asked) / (len(surfaces) + 1)) / len(todo)
                    self._learn(kept, platform.id, progress, share)
                    await self._watch.tell()
        spared = tuple(one for one in kept.asked.platforms if one in refused)
        kept.asked = replace(kept.asked, spared=spared)

    def _people(self, asked: NameCheck) -> list[Somebody]:
        """The name, controls drawn for this check, a canary. Nobody is asked as both."""
        wanted = folded(asked.name.lstrip("@#"))
        others = [
            one for one in self._election.controls if wanted not in {folded(name.text) for name in one.names}
        ]
        controls = order(hashlib.sha256(asked.id.encode()).digest(), others)[:CONTROLS]
        return [
            replace(named(asked.name, Role.TARGET), id=SUBJECT),
            *(Somebody(one.id, Role.CONTROL, one.names) for one in controls),
            named(self._election.canaries[0], Role.CANARY),
        ]

    def _learn(self, kept: _CheckRecord, platform: str, progress: CheckProgress, share: float) -> None:
        names = tuple(NameCheckAnswer(m.name, m.role, _seen(m)) for m in progress.round)
        round_ = NameCheckRound(platform, progress.surface, progress.round[0].at, progress.seed.hex(), names)
        others = [
            one for one in kept.asked.lines if (one.platform, one.surface) != (platform, progress.surface)
        ]
        kept.asked = replace(
            kept.asked,
            done=share,
            rounds=(*kept.asked.rounds, round_),
            lines=(*others, *(_line(platform, one) for one in progress.lines)),
        )
        kept.measurements += [{**asdict(m), "at": rfc3339(m.at)} for m in progress.round]

    # Keeping

    def _write(self, kept: _CheckRecord) -> None:
        """Durable before anybody is told its address."""
        id = kept.asked.id
        text = orjson.dumps({"asked": asdict(kept.asked), "measurements": kept.measurements}, default=str)
        temporary = self._directory / f"{id}.{secrets.token_hex(4)}.new"
        with temporary.open("wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._directory / f"{id}.json")

    def _remember(self, asked: NameCheck) -> None:
        what = (folded(asked.name), tuple(asked.platforms))
        self._entries[asked.id] = _CheckIndex(asked.at, asked.until, what)
        if len(self._entries) > MOST_KEPT:
            oldest = next(id for id in self._entries if id not in self._active)
            self._forget(oldest)

    def _on_disk(self) -> Iterator[_CheckRecord]:
        for path in self._directory.iterdir():
            kept = self._read(path) if path.suffix == ".json" else None
            if kept is None or kept.asked.until <= self._clock.now():
                path.unlink(missing_ok=True)  # old, or half written when the watch was killed
            else:
                yield kept

    def _read(self, path: Path) -> _CheckRecord | None:
        try:
            plain = orjson.loads(path.read_bytes())
            return _CheckRecord(_asked(plain["asked"]), plain["measurements"])
        except (OSError, ValueError, KeyError, TypeError):
            _log.warning("the check in %s cannot be read", path.name)
            return None

    async def _keep_house(self) -> None:
        while True:
            await asyncio.sleep(HOUSEKEEPING_S)
            self.forget_what_is_old()

    def forget_what_is_old(self) -> None:
        """Delete what is no longer kept."""
        now = self._clock.now()
        for id in [id for id, entry in self._entries.items() if entry.until <= now]:
            self._forget(id)

    def _forget(self, id: str) -> None:
        del self._entries[id]
        (self._directory / f"{id}.json").unlink(missing_ok=True)


def _names(election: Election) -> set[str]:
    return {name.text for person in election.people() for name in person.names} | {
        contestant.label for contestant in election.contestants
    }


def _by_session(platform: PlatformWatch) -> list[tuple[Session, list[str]]]:
    """The surfaces that are asked, by session."""
    found: dict[Session, list[str]] = {}
    for one in platform.surfaces:
        if one.surface not in NOT_ASKED:
            found.setdefault(one.session, []).append(one.surface)
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
    )


def _asked(plain: dict[str, Any]) -> NameCheck:
    return NameCheck(
        **{
            **plain,
            "at": parse_rfc3339(plain["at"]),
            "platforms": tuple(plain["platforms"]),
            "spared": tuple(plain["spared"]),
            "until": parse_rfc3339(plain["until"]),
            "stage": NameCheckStage(plain["stage"]),
            "lines": tuple(
                NameCheckResult(
                    **{
                        **one,
                        "state": State(one["state"]),
                        "answer": Answer(one["answer"]),
                        "counts": Counts(**one["counts"]),
                    }
                )
                for one in plain["lines"]
            ),
            "rounds": tuple(
                NameCheckRound(
                    **{
                        **one,
                        "at": parse_rfc3339(one["at"]),
                        "names": tuple(
                            NameCheckAnswer(name["name"], Role(name["role"]), name["seen"])
                            for name in one["names"]
                        ),
                    }
                )
                for one in plain["rounds"]
            ),
        }
    )
