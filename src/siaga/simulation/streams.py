"""Seeded streams of measurements with named troubles: for scenarios, benchmarks and other people's tests.

    streams = Streams(seed=7, rounds=600, targets=("mahfud", "ganjar"))
    streams.withhold("mahfud", 300, 420)
    streams.outage(450, 470)
    for measurements in streams.rounds(): ...

Rounds are counted from 0; round `k` of every stream begins at `start + k * cadence` (streams a little apart).
Troubles are applied in the order of the calls: a later one covers an earlier one where they meet.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from siaga.detection.rounds import Columns, Words
from siaga.domain.answers import Answer, Role, Session
from siaga.domain.records import Measurement
from siaga.measurements.schema import SCHEMA, to_measurements

ANSWERS = tuple(Answer)
ROLES = tuple(Role)
SESSIONS = tuple(Session)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
PAGE = 20
"""Results on a full first page."""


def _code(answer: Answer) -> int:
    return ANSWERS.index(answer)


class Streams:
    """One platform's streams: every surface from every vantage, all names in each round, in random order."""

    def __init__(
        self,
        seed: int,
        rounds: int,
        targets: Sequence[str] = ("anies", "muhaimin", "prabowo", "gibran", "ganjar", "mahfud"),
        controls: int = 12,
        canaries: int = 0,
        platform: str = "x",
        surfaces: Sequence[str] = ("search-latest",),
        vantages: Sequence[str] = ("jakarta",),
        start: datetime = datetime(2024, 1, 24, tzinfo=UTC),
        cadence: timedelta = timedelta(minutes=1),
        missing: float = 0.005,
        facts: bool = False,
        texts: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """
        Args:
            missing: how often any asking comes back empty by accident.
            texts: the texts of a subject, asked in turns; others are asked by their own word.
            facts: whether results vary, with ages and order; else pages are full and say neither.
        """
        self.random = np.random.Generator(np.random.PCG64(seed))
        self.platform, self.start, self.cadence = platform, start, cadence
        self.streams = [(surface, vantage) for surface in surfaces for vantage in vantages]
        self.subjects = [
            *targets,
            *(f"control-{number}" for number in range(controls)),
            *(f"canary-{number}" for number in range(canaries)),
        ]
        self.roles = [Role.TARGET] * len(targets) + [Role.CONTROL] * controls + [Role.CANARY] * canaries
        self.names = sum(role is not Role.CANARY for role in self.roles)
        self.count = rounds
        shape = (len(self.streams), rounds, len(self.subjects))
        self.odds = np.full((rounds, len(self.subjects)), missing / (1 - missing))
        """Odds of being missing by accident, by round and name; change before `settle`."""
        self.answer = np.full(shape, _code(Answer.RESULTS), np.uint8)
        self.matching = np.full(shape, PAGE, np.int32)
        self.age = np.full(shape, np.nan, np.float32)
        self.ordered = np.full(shape, -1, np.int8)
        self.position = self.random.random(shape, np.float32).argsort(axis=2).argsort(axis=2).astype(np.int32)
        self.offsets = [cadence * index / (2 * len(self.streams)) for index in range(len(self.streams))]
        self.shift = np.zeros(rounds, np.int64)
        """Microseconds by which the clock is wrong, by round."""
        self.texts = {**{subject: [subject] for subject in self.subjects}, **(texts or {})}
        if facts:
            self._facts()
        self._settled = False

    def _facts(self) -> None:
        rate = self.random.lognormal(np.log(12.0), 0.8, len(self.subjects))
        hours = np.arange(self.count) * (self.cadence / timedelta(hours=1))
        daily = 1 + 0.5 * np.sin(2 * np.pi * hours / 24)
        volume = self.random.poisson(5 * rate * daily[:, None], self.matching.shape)
        self.matching = np.maximum(1, np.minimum(volume, PAGE)).astype(np.int32)
        scale = 600 / (rate * daily[:, None])
        self.age = self.random.exponential(scale, self.age.shape).astype(np.float32)
        self.ordered = np.ones(self.ordered.shape, np.int8)

    # What names are like from the start

    def own_odds(self, subject: str, ratio: float) -> None:
        """The name is missing by accident with `ratio` times the odds of the others, from the start."""
        self.odds[:, self.subjects.index(subject)] *= ratio

    def drift(self, ratio: float, period: float) -> None:
        """All names' odds swing together by up to `ratio` up and down, once in `period` rounds."""
        swing = np.sin(2 * np.pi * np.arange(self.count) / period)
        self.odds *= (ratio**swing)[:, None]

    def unequal(self, sigma: float) -> None:
        """Every name's odds are its own: log-normal with this sigma."""
        self.odds *= self.random.lognormal(0, sigma, len(self.subjects))

    def settle(self) -> None:
        """Draw the accidents; called by the first trouble or output."""
        if self._settled:
            return
        self._settled = True
        chance = (self.odds / (1 + self.odds)).astype(np.float32)
        lost = self.random.random(self.answer.shape, np.float32) < chance
        self._set(lost, Answer.EMPTY)
        canary = [index for index, role in enumerate(self.roles) if role is Role.CANARY]
        self.answer[:, :, canary] = _code(Answer.EMPTY)
        self.matching[:, :, canary] = 0

    # Troubles

    def withhold(
        self,
        subject: str,
        begin: int,
        end: int,
        share: float = 1.0,
        answer: Answer = Answer.EMPTY,
        surfaces: Sequence[str] = (),
        vantages: Sequence[str] = (),
        text: str | None = None,
    ) -> None:
        """The name is missing in this share of rounds; only when asked by `text`, if that is given."""
        mask = self._where(begin, end, surfaces, vantages, [subject])
        if text is not None:
            turn = np.arange(self.count) % len(self.texts[subject])
            mask = mask & (turn == self.texts[subject].index(text))[None, :, None]
        self._set(mask & self._chance(share), answer)

    def outage(
        self,
        begin: int,
        end: int,
        share: float = 1.0,
        answer: Answer = Answer.ERROR,
        surfaces: Sequence[str] = (),
        vantages: Sequence[str] = (),
    ) -> None:
        """Every name fails with this chance: an outage, a burst of failures, limits, a dead network."""
        mask = self._where(begin, end, surfaces, vantages, self.subjects)
        self._set(mask & self._chance(share), answer)

    def bursts(self, a_day: float, rounds: float, share: tuple[float, float]) -> None:
        """Random bursts of common failure: so many a day, lengths exponential, shares uniform."""
        days = self.count * self.cadence / timedelta(days=1)
        for _ in range(self.random.poisson(a_day * days)):
            begin = int(self.random.integers(self.count))
            length = 1 + int(self.random.exponential(rounds))
            self.outage(begin, begin + length, float(self.random.uniform(*share)))

    def cut(self, begin: int, end: int, after: int, vantages: Sequence[str] = ()) -> None:
        """A limit of ours: in each round only the first `after` askings are answered."""
        mask = self._where(begin, end, (), vantages, self.subjects)
        self._set(mask & (self.position >= after), Answer.LIMITED)

    def thin(self, subject: str, begin: int, end: int, results: int, surfaces: Sequence[str] = ()) -> None:
        """Only so many results where there were more."""
        mask = self._results(begin, end, surfaces, subject)
        self.matching[mask] = np.minimum(self.matching[mask], results)

    def old(self, subject: str, begin: int, end: int, age: timedelta, surfaces: Sequence[str] = ()) -> None:
        """Nothing newer than this."""
        mask = self._results(begin, end, surfaces, subject)
        self.age[mask] = np.maximum(self.age[mask], age.total_seconds())

    def shuffle(self, subject: str, begin: int, end: int, surfaces: Sequence[str] = ()) -> None:
        """Results in no order where newest-first was asked."""
        self.ordered[self._results(begin, end, surfaces, subject)] = 0

    def wrong(self, subject: str, begin: int, end: int, surfaces: Sequence[str] = ()) -> None:
        """A full page of results that do not carry the name."""
        self.settle()
        mask = self._where(begin, end, surfaces, (), [subject])
        self.answer[mask] = _code(Answer.RESULTS)
        self.matching[mask] = 0

    def found(self, subject: str, begin: int, end: int, surfaces: Sequence[str] = ()) -> None:
        """The name comes back with a full page, whatever it is: a reader that calls anything results."""
        self.settle()
        mask = self._where(begin, end, surfaces, (), [subject])
        self.answer[mask] = _code(Answer.RESULTS)
        self.matching[mask] = PAGE

    def clock_jump(self, begin: int, end: int, by: timedelta) -> None:
        """The measuring clock is wrong by this."""
        self.shift[begin:end] += by // MICROSECOND

    def _chance(self, share: float) -> npt.NDArray[np.bool_]:
        if share >= 1:
            return np.ones((1, 1, 1), bool)
        return self.random.random(self.answer.shape, np.float32) < share

    def _where(
        self, begin: int, end: int, surfaces: Sequence[str], vantages: Sequence[str], subjects: Sequence[str]
    ) -> npt.NDArray[np.bool_]:
        self.settle()
        stream = [
            (not surfaces or surface in surfaces) and (not vantages or vantage in vantages)
            for surface, vantage in self.streams
        ]
        name = [subject in subjects for subject in self.subjects]
        number = np.arange(self.count)
        when = (number >= begin) & (number < end)
        where: npt.NDArray[np.bool_] = (
            np.array(stream)[:, None, None] & when[None, :, None] & np.array(name)[None, None, :]
        )
        return where

    def _results(self, begin: int, end: int, surfaces: Sequence[str], subject: str) -> npt.NDArray[np.bool_]:
        found: npt.NDArray[np.bool_] = self.answer == _code(Answer.RESULTS)
        return self._where(begin, end, surfaces, (), [subject]) & found

    def _set(self, mask: npt.NDArray[np.bool_], answer: Answer) -> None:
        mask = np.broadcast_to(mask, self.answer.shape)
        self.answer[mask] = _code(answer)
        self.matching[mask] = 0

    # Output

    def columns(self) -> tuple[Columns, Words]:
        """All rows in order of round, stream and position, as detection's columns."""
        self.settle()
        streams, rounds, names = self.answer.shape
        order = self.position.argsort(axis=2)
        began = (self.start - EPOCH) // MICROSECOND + np.arange(rounds) * (self.cadence // MICROSECOND)
        offset = np.array([after // MICROSECOND for after in self.offsets])

        def flat(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
            taken = np.take_along_axis(array, order, axis=2)
            return taken.transpose(1, 0, 2).reshape(-1)

        def spread(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
            return np.broadcast_to(values, (rounds, streams, names)).reshape(-1)

        position = flat(self.position)
        at = spread((began + self.shift)[:, None, None] + offset[None, :, None]) + position * 100_000
        answer = flat(self.answer)
        results = answer == _code(Answer.RESULTS)
        count = np.where(results, np.maximum(flat(self.matching), 0), np.nan)
        age, ordered = flat(self.age), flat(self.ordered).astype(np.float64)
        who = flat(np.broadcast_to(np.arange(names), self.answer.shape)).astype(np.int32)
        words = self._words()
        name = flat(np.broadcast_to(self._texts_asked(words.name), self.answer.shape))
        surfaces = np.array([words.surface.index(surface) for surface, _ in self.streams], np.int32)
        vantages = np.array([words.vantage.index(vantage) for _, vantage in self.streams], np.int32)
        number = np.arange(rounds * streams, dtype=np.uint64).reshape(rounds, streams)
        high = (np.maximum(began, 0) // 1000).astype(np.uint64) << np.uint64(16) | np.uint64(0x7000)
        role = np.array([ROLES.index(role) for role in self.roles], np.int32)
        zero = np.zeros(len(who), np.int32)
        columns = Columns(
            round_high=spread(high[:, None, None]),
            round_low=spread((number | np.uint64(1 << 63))[:, :, None]),
            position=position.astype(np.int32),
            at=at.astype(np.int64),
            platform=zero,
            surface=spread(surfaces[None, :, None]),
            vantage=spread(vantages[None, :, None]),
            session=zero,
            subject=who,
            role=role[who],
            name=name,
            answer=answer.astype(np.int32),
            failure=zero - 1,
            count=np.where(results, np.maximum(count, 1), np.where(answer == _code(Answer.EMPTY), 0, np.nan)),
            matching=np.where(results, count, np.where(answer == _code(Answer.EMPTY), 0, np.nan)),
            newest_age_s=np.where(results, age, np.nan).astype(np.float64),
            ordered=np.where(results & (ordered >= 0), ordered, np.nan),
            total_ms=np.full(len(who), 100.0),
        )
        return columns, words

    def _words(self) -> Words:
        return Words(
            platform=[self.platform],
            surface=list(dict.fromkeys(surface for surface, _ in self.streams)),
            vantage=list(dict.fromkeys(vantage for _, vantage in self.streams)),
            session=[session.value for session in SESSIONS],
            subject=self.subjects,
            role=[role.value for role in ROLES],
            name=list(dict.fromkeys(text for texts in self.texts.values() for text in texts)),
            answer=[answer.value for answer in ANSWERS],
            failure=[],
        )

    def _texts_asked(self, words: Sequence[str]) -> npt.NDArray[np.int32]:
        """Which of `words` each subject is asked by, by round and subject."""
        turns = [[words.index(text) for text in self.texts[subject]] for subject in self.subjects]
        return np.array([[texts[k % len(texts)] for texts in turns] for k in range(self.count)], np.int32)

    def table(self) -> pa.RecordBatch:
        """All rows as a record batch in the exchange schema, for Parquet."""
        columns, words = self.columns()
        size = len(columns)
        ids = np.empty((size, 2), ">u8")
        ids[:, 0] = columns.round_high
        ids[:, 1] = columns.round_low ^ (np.arange(size, dtype=np.uint64) << np.uint64(24))
        rounds = np.empty((size, 2), ">u8")
        rounds[:, 0], rounds[:, 1] = columns.round_high, columns.round_low

        def uuid(values: npt.NDArray[Any]) -> pa.Array:
            raw = pa.Array.from_buffers(pa.binary(16), size, [None, pa.py_buffer(values.tobytes())])
            return pa.ExtensionArray.from_storage(pa.uuid(), raw)

        def word(name: str) -> pa.Array:
            codes = pa.array(getattr(columns, name), mask=getattr(columns, name) < 0)
            return pa.DictionaryArray.from_arrays(codes, pa.array(getattr(words, name), pa.string()))

        def number(name: str, kind: pa.DataType) -> pa.Array:
            values = getattr(columns, name)
            return pa.array(values, pa.float64(), mask=np.isnan(values)).cast(kind)

        made = {
            "id": uuid(ids),
            "round": uuid(rounds),
            "position": pa.array(columns.position),
            "at": pa.array(columns.at).cast(SCHEMA.field("at").type),
            "election": pa.array(["simulated"] * size).dictionary_encode(),
            "reader": pa.array(["simulated@1"] * size).dictionary_encode(),
            "agent": pa.array(["siaga"] * size).dictionary_encode(),
            "count": number("count", pa.int64()),
            "matching": number("matching", pa.int64()),
            "newest_age_s": number("newest_age_s", pa.float64()),
            "ordered": number("ordered", pa.bool_()),
            "total_ms": number("total_ms", pa.float64()),
        }
        for name in ("platform", "surface", "vantage", "session", "subject", "role", "name", "answer"):
            made[name] = word(name)
        arrays = [made.get(field.name, pa.nulls(size, field.type)) for field in SCHEMA]
        return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)

    def rounds(self) -> Iterator[list[Measurement]]:
        """The rounds one by one, in order of completion, as the live watch would hand them over."""
        everything = list(to_measurements(self.table()))
        size = len(self.subjects)
        made = [everything[first : first + size] for first in range(0, len(everything), size)]
        yield from sorted(made, key=lambda round_: (max(m.at for m in round_), round_[0].round))
