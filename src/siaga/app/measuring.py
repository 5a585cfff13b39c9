"""Measure now: anybody gives a name, a fair round is asked live and judged, and its address can be shared.

What is asked here costs the platforms' budgets, so it is bounded: by what the watch can spare, by address,
by hour. A name outside the election is kept for a day and listed nowhere: whose it is is not our business.
"""

import asyncio
import hashlib
import logging
import os
import secrets
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import orjson

from siaga.app.checking import NOT_ASKED, Check, Line, Progress, Somebody, named
from siaga.app.judging import settings_of
from siaga.app.watch import Watch
from siaga.detection.facts import FOUND, MISSING, code_of
from siaga.election.model import Election, PlatformWatch
from siaga.election.readers import PAGE
from siaga.planning.seeds import order
from siaga.reporting.doors import Doors
from siaga.web.view import Asked, AskedLine, AskedName, AskedRound, AskedStage
from siaga.words.answers import Answer, Role, Session
from siaga.words.errors import BadInput, Fault
from siaga.words.matching import folded
from siaga.words.records import Measurement
from siaga.words.time import Clock, parse_rfc3339, rfc3339
from siaga.words.verdicts import Counts, State

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

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Kept:
    """A check with what was measured in it."""

    asked: Asked
    measurements: list[dict[str, Any]] = field(default_factory=list)


class Measuring:
    """The checks of one watch. Use as an async context manager."""

    def __init__(self, watch: Watch, directory: Path, key: bytes, clock: Clock) -> None:
        """Take up what a directory holds: checks that were not done are asked anew."""
        self._watch, self._election, self._clock = watch, watch.election, clock
        self._directory = directory / FOLDER
        self._directory.mkdir(mode=0o700, exist_ok=True)
        self._doors = Doors(hashlib.sha256(b"measure" + key).digest(), OF_AN_ADDRESS, OF_ALL)
        self._known = {outside: folded(outside) for outside in _names(self._election)}
        self._kept: dict[str, _Kept] = {}
        self._queue: asyncio.Queue[str] = asyncio.Queue()
        for path in sorted(self._directory.glob("*.json")):
            self._take_up(path)

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
        return self._doors.form(self._clock.now())

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
        same = self._asked_lately(name, wanted, now)
        if same is not None:
            return same
        random = self._doors.check(form, now)
        if self._queue.qsize() >= MOST_WAITING:
            raise BadInput(Fault("Too many are waiting.", "Try again in some minutes.", field="busy"))
        self._doors.enter(address, now)
        id = hashlib.sha256(f"check {random}".encode()).hexdigest()[:32]
        if id not in self._kept:
            listed = folded(name.lstrip("@#")) in self._known.values()
            until = now + (KEPT if listed else KEPT_OUTSIDE)
            self._kept[id] = _Kept(Asked(id, now, name, tuple(wanted), listed, until))
            self._write(id)
            self._queue.put_nowait(id)
        return id

    def find(self, id: str) -> Asked | None:
        """A check that is kept."""
        kept = self._kept.get(id)
        return kept.asked if kept is not None and kept.asked.until > self._clock.now() else None

    def data(self, id: str) -> bytes | None:
        """Its measurements as JSON Lines, once it is done."""
        asked = self.find(id)
        if asked is None or asked.stage is not AskedStage.DONE:
            return None
        return b"".join(orjson.dumps(one) + b"\n" for one in self._kept[id].measurements)

    def _asked_lately(self, name: str, platforms: Sequence[str], now: datetime) -> str | None:
        for id, kept in reversed(self._kept.items()):
            asked = kept.asked
            if now - asked.at > SAME:
                return None
            if folded(asked.name) == folded(name) and tuple(asked.platforms) == tuple(platforms):
                return id
        return None

    # Asking

    async def _work(self) -> None:
        while True:
            id = await self._queue.get()
            if id not in self._kept:
                continue
            try:
                await self._check(id)
            except Exception as error:
                _log.error("a check could not be asked: %s", type(error).__name__)
            kept = self._kept[id]
            kept.asked = replace(kept.asked, stage=AskedStage.DONE, done=1.0)
            self._write(id)
            await self._watch.tell()

    async def _check(self, id: str) -> None:
        kept = self._kept[id]
        kept.measurements = []
        kept.asked = replace(kept.asked, stage=AskedStage.ASKING, lines=(), rounds=(), spared=())
        check = Check(self._watch.prober, self._clock, settings_of(self._election), self._watch.lend)
        people = self._people(kept.asked)
        todo = [
            (platform, session, surfaces)
            for platform in self.platforms()
            if platform.id in kept.asked.platforms
            for session, surfaces in _by_session(platform)
        ]
        for number, (platform, session, surfaces) in enumerate(todo):
            place = await self._watch.place(platform, session)
            asked: set[str] = set()
            async with aclosing(check.rounds(place, people, MOST_ROUNDS, surfaces)) as rounds:
                async for progress in rounds:
                    asked.add(progress.surface)
                    share = (number + len(asked) / (len(surfaces) + 1)) / len(todo)
                    self._learn(kept, platform.id, progress, share)
                    await self._watch.tell()
            if not asked and platform.id not in kept.asked.spared:
                kept.asked = replace(kept.asked, spared=(*kept.asked.spared, platform.id))

    def _people(self, asked: Asked) -> list[Somebody]:
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

    def _learn(self, kept: _Kept, platform: str, progress: Progress, share: float) -> None:
        names = tuple(AskedName(m.name, m.role, _seen(m)) for m in progress.round)
        round_ = AskedRound(platform, progress.surface, progress.round[0].at, progress.seed.hex(), names)
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

    def _write(self, id: str) -> None:
        """Durable before anybody is told its address."""
        kept = self._kept[id]
        text = orjson.dumps({"asked": asdict(kept.asked), "measurements": kept.measurements}, default=str)
        temporary = self._directory / f"{id}.{secrets.token_hex(4)}.new"
        with temporary.open("wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._directory / f"{id}.json")

    def _take_up(self, path: Path) -> None:
        try:
            plain = orjson.loads(path.read_bytes())
            asked = _asked(plain["asked"])
        except (OSError, ValueError, KeyError, TypeError):
            _log.warning("the check in %s cannot be read and is left out", path.name)
            return
        if asked.until <= self._clock.now():
            path.unlink(missing_ok=True)
            return
        self._kept[asked.id] = _Kept(asked, plain["measurements"])
        if asked.stage is not AskedStage.DONE:
            self._queue.put_nowait(asked.id)

    async def _keep_house(self) -> None:
        while True:
            await asyncio.sleep(HOUSEKEEPING_S)
            self.forget_what_is_old()

    def forget_what_is_old(self) -> None:
        """Delete what is no longer kept."""
        now = self._clock.now()
        for id in [id for id, kept in self._kept.items() if kept.asked.until <= now]:
            del self._kept[id]
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


def _line(platform: str, line: Line) -> AskedLine:
    checked, last = line.checked, line.last
    return AskedLine(
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


def _asked(plain: dict[str, Any]) -> Asked:
    return Asked(
        **{
            **plain,
            "at": parse_rfc3339(plain["at"]),
            "platforms": tuple(plain["platforms"]),
            "spared": tuple(plain["spared"]),
            "until": parse_rfc3339(plain["until"]),
            "stage": AskedStage(plain["stage"]),
            "lines": tuple(
                AskedLine(
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
                AskedRound(
                    **{
                        **one,
                        "at": parse_rfc3339(one["at"]),
                        "names": tuple(
                            AskedName(name["name"], Role(name["role"]), name["seen"]) for name in one["names"]
                        ),
                    }
                )
                for one in plain["rounds"]
            ),
        }
    )
