"""Keeps the checks that people asked for: a file each, durable before its address is told, erased in time."""

import logging
import os
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import orjson

from siaga.domain.answers import Answer, Role, Session
from siaga.domain.damage import Damage
from siaga.domain.matching import undivided
from siaga.domain.time import Clock, parse_rfc3339
from siaga.domain.verdicts import Counts, State
from siaga.measurements.files import put_aside
from siaga.ports.checks import NameCheck, NameCheckAnswer, NameCheckResult, NameCheckRound, NameCheckStage

FOLDER: Final = "checks"
MOST_KEPT: Final = 5_000
"""Checks; of more, the oldest go first."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class CheckRecord:
    """A check with what was measured in it."""

    asked: NameCheck
    measurements: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _CheckIndex:
    """What is remembered of every check without reading its file."""

    at: datetime
    until: datetime
    what: tuple[str, tuple[str, ...]]
    """The name, folded, and the platforms."""


class CheckStore:
    """The checks of one watch, in a folder of its directory."""

    def __init__(self, directory: Path, clock: Clock) -> None:
        """Take up what the directory holds; what is old or half written is erased."""
        self._directory, self._clock = directory / FOLDER, clock
        self._directory.mkdir(mode=0o700, exist_ok=True)
        self._index: dict[str, _CheckIndex] = {}
        """All that are kept, the oldest first."""
        self._unfinished: dict[str, CheckRecord] = {}
        """Those that wait or are being asked, by id; all others are on disk alone."""
        for record in sorted(self._on_disk(), key=lambda record: record.asked.at):
            self._remember(record.asked)
            if record.asked.stage is not NameCheckStage.DONE:
                self._unfinished[record.asked.id] = record

    def unfinished(self) -> Sequence[str]:
        """Ids of the checks that were not done yet, the oldest first."""
        return list(self._unfinished)

    def __contains__(self, id: str) -> bool:
        return id in self._index

    def add(self, asked: NameCheck) -> None:
        """Keep a new check; returns once it is durable.

        Raises:
            OSError: it cannot be written; it is not kept.
        """
        record = CheckRecord(asked)
        self._write(record)
        self._unfinished[asked.id] = record
        self._remember(asked)

    def in_progress(self, id: str) -> CheckRecord:
        """A check that is not done, to be changed as it is asked."""
        return self._unfinished[id]

    def finish(self, id: str) -> None:
        """Write a check that is done.

        Raises:
            OSError: it cannot be written; it stays in memory, and is asked anew after a restart.
        """
        self._write(self._unfinished[id])
        del self._unfinished[id]

    def find(self, id: str) -> NameCheck | None:
        """A check that is kept."""
        index = self._index.get(id)
        if index is None or index.until <= self._clock.now():
            return None
        record = self._unfinished.get(id) or self._read(self._path(id))
        return None if record is None else record.asked

    def measurements(self, id: str) -> Sequence[dict[str, Any]] | None:
        """What was measured in a check, once it is done."""
        if id in self._unfinished or self.find(id) is None:
            return None
        record = self._read(self._path(id))
        return None if record is None else record.measurements

    def newest_of(self, name: str, platforms: Sequence[str], since: datetime) -> str | None:
        """The id of the newest check of the same name on the same platforms that was asked after `since`."""
        what = (undivided(name), tuple(platforms))
        for id, index in reversed(self._index.items()):
            if index.at <= since:
                return None
            if index.what == what:
                return id
        return None

    def erase_old(self) -> None:
        """Delete what is no longer kept."""
        now = self._clock.now()
        for id in [id for id, index in self._index.items() if index.until <= now]:
            self._erase(id)

    def _remember(self, asked: NameCheck) -> None:
        self._index[asked.id] = _CheckIndex(
            asked.at, asked.until, (undivided(asked.name), tuple(asked.platforms))
        )
        if len(self._index) > MOST_KEPT:
            self._erase(next(id for id in self._index if id not in self._unfinished))

    def _erase(self, id: str) -> None:
        del self._index[id]
        self._path(id).unlink(missing_ok=True)

    def _path(self, id: str) -> Path:
        return self._directory / f"{id}.json"

    def _write(self, record: CheckRecord) -> None:
        id = record.asked.id
        text = orjson.dumps({"asked": asdict(record.asked), "measurements": record.measurements}, default=str)
        temporary = self._directory / f"{id}.{secrets.token_hex(4)}.new"
        with temporary.open("wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._path(id))

    def _on_disk(self) -> list[CheckRecord]:
        kept = []
        for path in self._directory.iterdir():
            if ".damaged-" in path.name:
                continue
            record = self._read(path) if path.suffix == ".json" else None
            if record is None or record.asked.until <= self._clock.now():
                path.unlink(missing_ok=True)
            else:
                kept.append(record)
        return kept

    def _read(self, path: Path) -> CheckRecord | None:
        try:
            values = orjson.loads(path.read_bytes())
            return CheckRecord(_asked(values["asked"]), values["measurements"])
        except (ValueError, KeyError, TypeError, AttributeError):
            _log.warning("%s", Damage.CHECK.at(path, f"it is now {put_aside(path).name}"))
            return None


def _asked(values: dict[str, Any]) -> NameCheck:
    return NameCheck(
        **{
            **values,
            "at": parse_rfc3339(values["at"]),
            "platforms": tuple(values["platforms"]),
            "spared": tuple(values["spared"]),
            "until": parse_rfc3339(values["until"]),
            "stage": NameCheckStage(values["stage"]),
            "lines": tuple(_line(line) for line in values["lines"]),
            "rounds": tuple(_round(round_) for round_ in values["rounds"]),
        }
    )


def _line(values: dict[str, Any]) -> NameCheckResult:
    return NameCheckResult(
        **{
            **values,
            "state": State(values["state"]),
            "answer": Answer(values["answer"]),
            "counts": Counts(**values["counts"]),
            "session": Session(values.get("session", Session.PUBLIC)),
        }
    )


def _round(values: dict[str, Any]) -> NameCheckRound:
    names = tuple(NameCheckAnswer(name["name"], Role(name["role"]), name["seen"]) for name in values["names"])
    session = Session(values.get("session", Session.PUBLIC))
    return NameCheckRound(**{**values, "at": parse_rfc3339(values["at"]), "names": names, "session": session})
