"""From columns of recorded measurements to completed rounds, in the one canonical order.

A round is complete when its last answer is; rounds are taken in order of completion, ties by round id. Rows
that come nearly in order of time stream through a window; any other order needs all rows held. Where a clock
was set meanwhile, the order is that of the record (`recorded_order.py`).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from siaga.detection.recorded_order import in_recorded_order
from siaga.detection.round_facts import Layout, RoundFacts
from siaga.detection.rules.missing import CODES, FOUND, MISSING
from siaga.domain.answers import Answer, Role

Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
ROLES = tuple(Role)


@dataclass(frozen=True, slots=True)
class Words:
    """What the codes of `Columns` mean. Codes keep their meaning from batch to batch; lists may grow."""

    platform: Sequence[str]
    surface: Sequence[str]
    vantage: Sequence[str]
    session: Sequence[str]
    subject: Sequence[str]
    role: Sequence[str]
    name: Sequence[str]
    answer: Sequence[str]
    failure: Sequence[str]


@dataclass(frozen=True, slots=True)
class Columns:
    """Measurements as columns of equal length; see `Words` for the codes."""

    round_high: npt.NDArray[np.uint64]
    round_low: npt.NDArray[np.uint64]
    """The round's UUID as two numbers."""
    position: Codes
    at: npt.NDArray[np.int64]
    """Microseconds since 1970."""
    platform: Codes
    surface: Codes
    vantage: Codes
    session: Codes
    subject: Codes
    role: Codes
    name: Codes
    answer: Codes
    failure: Codes
    """-1 where there is none."""
    count: Floats
    matching: Floats
    newest_age_s: Floats
    ordered: Floats
    total_ms: Floats
    """NaN where not said."""

    def __len__(self) -> int:
        return len(self.at)

    def rows(self, index: npt.NDArray[np.generic]) -> "Columns":
        """Some rows, by mask or index."""
        return Columns(*(getattr(self, column.name)[index] for column in fields(Columns)))


def joined(parts: Sequence[Columns]) -> Columns:
    """Columns one after another."""
    if len(parts) == 1:
        return parts[0]
    return Columns(
        *(np.concatenate([getattr(part, column.name) for part in parts]) for column in fields(Columns))
    )


class OutOfOrder(Exception):
    """A row came too late for the window: read again, holding all rows."""


class Rounds:
    """Gathers rows into completed rounds in canonical order.

    Args:
        roles: what a subject is, given what its record says.
        window: how far rows may be out of order, microseconds; None to hold all rows until the end.
    """

    def __init__(self, roles: Callable[[str, Role], Role], window: int | None = 600_000_000) -> None:
        self._roles = roles
        self._window = window
        self._held: list[Columns] = []
        self._newest = -(1 << 62)
        self._emitted = -(1 << 62)
        self._layouts: dict[bytes, Layout] = {}
        self._role_table: dict[tuple[int, int], int] = {}

    def add(self, columns: Columns, words: Words) -> Iterator[RoundFacts]:
        """Take rows; yields the rounds that no later row of the window can change.

        Raises:
            OutOfOrder: a row is more out of order than the window allows.
        """
        if not len(columns):
            return
        self._held.append(columns)
        if self._window is None:
            return
        newest = np.maximum(np.maximum.accumulate(columns.at), self._newest)
        if (columns.at < newest - self._window).any():
            raise OutOfOrder
        self._newest = int(newest[-1])
        yield from self._release(self._newest - self._window, words)

    def end(self, words: Words) -> Iterator[RoundFacts]:
        """No more rows: yields the remaining rounds."""
        if self._held:
            yield from self._release(1 << 62, words)

    def _release(self, until: int, words: Words) -> Iterator[RoundFacts]:
        rows = joined(self._held)
        number, ends, order = _rounds(rows, words, self._window is None)
        if int(ends.min()) <= self._emitted:
            raise OutOfOrder
        ready = ends <= until
        if not ready.any():
            self._held = [rows]
            return
        now = ready[number]
        self._held = [] if ready.all() else [rows.rows(~now)]
        place = np.empty(len(ends), np.int64)
        place[order] = np.arange(len(ends))
        chosen = rows if ready.all() else rows.rows(now)
        self._emitted = int(ends[ready].max())
        yield from self._facts(chosen, place[number[now]], ends[order], words)

    def _facts(
        self, rows: Columns, place: npt.NDArray[np.int64], ends: npt.NDArray[np.int64], words: Words
    ) -> Iterator[RoundFacts]:
        subject_rank, name_rank = _ranks(words.subject), _ranks(words.name)
        sort = np.lexsort((rows.position, name_rank[rows.name], subject_rank[rows.subject], place))
        rows, place = rows.rows(sort), place[sort]
        begin = np.flatnonzero(np.diff(place, prepend=-1))
        stop = np.append(begin[1:], len(place)).tolist()
        codes = _counted(rows, words)
        found = codes == FOUND
        roles = self._resolved(rows, words)
        who = rows.subject * len(ROLES) + roles
        canary = roles == ROLES.index(Role.CANARY)
        odd = np.logical_or.reduceat(np.where(canary, found, ~found), begin).tolist()
        matching = np.where(found, np.where(np.isnan(rows.matching), rows.count, rows.matching), np.nan)
        age = np.where(found, rows.newest_age_s, np.nan)
        in_order = np.where(found, rows.ordered, np.nan)
        said = ~(np.isnan(matching) & np.isnan(age) & np.isnan(in_order))
        graded = np.logical_or.reduceat(said, begin).tolist()
        outcomes = np.where(rows.failure >= 0, rows.failure + len(words.answer), rows.answer).astype(np.int32)
        outcome_words = [*words.answer, *words.failure]
        streams = zip(
            rows.platform[begin].tolist(),
            rows.surface[begin].tolist(),
            rows.vantage[begin].tolist(),
            rows.session[begin].tolist(),
            strict=True,
        )
        at = ends[place[begin]].tolist()
        for i, (first, last, stream) in enumerate(zip(begin.tolist(), stop, streams, strict=True)):
            yield RoundFacts(
                at=at[i],
                platform=words.platform[stream[0]],
                surface=words.surface[stream[1]],
                vantage=words.vantage[stream[2]],
                session=words.session[stream[3]],
                layout=self._layout(who[first:last], words),
                codes=codes[first:last],
                matching=matching[first:last],
                age=age[first:last],
                ordered=in_order[first:last],
                position=rows.position[first:last],
                odd=odd[i],
                graded=graded[i],
                names=rows.name[first:last],
                name_words=words.name,
                outcomes=outcomes[first:last],
                outcome_words=outcome_words,
            )

    def _resolved(self, rows: Columns, words: Words) -> Codes:
        """Each row's role: as declared, else as recorded."""
        width = len(words.role)
        pairs, where = np.unique(rows.subject * width + rows.role, return_inverse=True)
        resolved = []
        for subject, role in (divmod(pair, width) for pair in pairs.tolist()):
            if (subject, role) not in self._role_table:
                meant = self._roles(words.subject[subject], Role(words.role[role]))
                self._role_table[subject, role] = ROLES.index(meant)
            resolved.append(self._role_table[subject, role])
        return np.array(resolved, np.int32)[where]

    def _layout(self, who: Codes, words: Words) -> Layout:
        key = who.tobytes()
        layout = self._layouts.get(key)
        if layout is None:
            pairs = [divmod(pair, len(ROLES)) for pair in who.tolist()]
            layout = Layout(tuple(words.subject[s] for s, _ in pairs), tuple(ROLES[r] for _, r in pairs))
            if len(self._layouts) > 10_000:
                self._layouts.clear()
            self._layouts[key] = layout
        return layout


def _rounds(
    rows: Columns, words: Words, whole: bool
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Each row's round number; each round's completion; the rounds in canonical order.

    Args:
        whole: whether these are all rows, as they were given.
    """
    streams = (rows.platform, rows.surface, rows.vantage, rows.session)
    keys = (rows.round_high, rows.round_low, *streams)
    differs = np.ones(len(rows), bool)
    differs[1:] = np.logical_or.reduce([key[1:] != key[:-1] for key in keys])
    begin = np.flatnonzero(differs)
    texts = (words.platform, words.surface, words.vantage, words.session)
    ranked = [_ranks(text)[stream[begin]] for stream, text in zip(streams, texts, strict=True)]
    parts = (rows.round_high[begin], rows.round_low[begin], *ranked)
    sort = np.lexsort(parts[::-1])
    new = np.ones(len(begin), bool)
    new[1:] = np.logical_or.reduce([part[sort][1:] != part[sort][:-1] for part in parts])
    number_of_piece = np.empty(len(begin), np.int64)
    number_of_piece[sort] = np.cumsum(new) - 1
    end = rows.at + np.rint(np.nan_to_num(rows.total_ms) * 1000).astype(np.int64)
    ends = np.full(int(new.sum()), -(1 << 62))
    np.maximum.at(ends, number_of_piece, np.maximum.reduceat(end, begin))
    number = np.repeat(number_of_piece, np.diff(np.append(begin, len(rows))))
    # Numbers ascend by round id and stream already, so a stable sort by completion settles ties.
    if not whole:
        return number, ends, np.argsort(ends, kind="stable")
    first, stream, platform = np.full(len(ends), len(rows)), *np.zeros((2, len(ends)), np.int64)
    np.minimum.at(first, number_of_piece, begin)
    for text, rank in zip(texts, ranked, strict=True):
        stream[number_of_piece] = stream[number_of_piece] * len(text) + rank
    platform[number_of_piece] = ranked[0]
    return number, ends, in_recorded_order(ends, stream, platform, first)


def _ranks(texts: Sequence[str]) -> npt.NDArray[np.int64]:
    ranks = np.empty(len(texts), np.int64)
    ranks[sorted(range(len(texts)), key=texts.__getitem__)] = np.arange(len(texts))
    return ranks


def _counted(rows: Columns, words: Words) -> npt.NDArray[np.uint8]:
    """What each answer counts as, by `missing@2`."""
    codes = np.array([CODES[Answer(word)] for word in words.answer], np.uint8)[rows.answer]
    none = (rows.matching == 0) | (np.isnan(rows.matching) & (rows.count == 0))
    codes[(codes == FOUND) & none] = MISSING
    return codes
