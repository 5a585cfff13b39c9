"""The newest comparable rounds of one stream in one channel: who was missing, and how the controls did.

What a claim needs beside its evidence is read from here: whether the name changed, since when, where, under
which texts, and the plain counts. Rounds are kept once for all names, and of the names only what was not as
usual; both in rings, so that memory is bounded.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Shorts = npt.NDArray[np.int32]
FIRST_ROUNDS = 32
EVENTS_A_ROUND = 24
"""Of so many names a round, on average, it is kept that they were missing; of more, fewer rounds are."""


@dataclass(frozen=True, slots=True)
class NameRounds:
    """The rounds of the history in which one name was measured, oldest first; arrays by round."""

    number: Ints
    at: Ints
    missing: npt.NDArray[np.bool_]
    odds: npt.NDArray[np.float64]
    """The controls' odds of being missing, as known before the round."""
    usual: npt.NDArray[np.bool_]
    """Whether the controls did as usual then."""
    controls: Shorts
    controls_missing: Shorts


@dataclass(slots=True)
class RoundHistory:
    """One stream's rounds. Arrays have an entry a round or an event, in a ring."""

    most: int
    """Rounds that are kept."""
    before: int = -1
    """When the stream's last comparable round before the history began was complete; -1 for none."""
    count: int = 0
    """Rounds so far, kept or not."""
    at: Ints = field(default_factory=lambda: np.zeros(FIRST_ROUNDS, np.int64))
    asked: Shorts = field(default_factory=lambda: np.zeros(FIRST_ROUNDS, np.int32))
    """The cohorts asked, as the caller numbers sets of them."""
    controls: Shorts = field(default_factory=lambda: np.zeros(FIRST_ROUNDS, np.int32))
    missing: Shorts = field(default_factory=lambda: np.zeros(FIRST_ROUNDS, np.int32))
    odds: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(FIRST_ROUNDS))
    usual: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(FIRST_ROUNDS, np.bool_))
    compared: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(FIRST_ROUNDS, np.bool_))
    """Whether the round compared: those that did not only help to say since when."""
    events: Ints = field(default_factory=lambda: np.zeros((4, FIRST_ROUNDS), np.int64))
    """Round, name, answer and text; the answer is -1 where the name was not measured, -2 where found."""
    noted: int = 0
    """Events in use."""
    whole_from: int = 0
    """The first round of which all events are kept."""

    def add(
        self,
        at: int,
        asked: int,
        controls: int,
        missing: int,
        odds: float = 0.0,
        usual: bool = True,
        compared: bool = True,
    ) -> None:
        """A round: `missing` of its `controls` were missing."""
        size = len(self.at)
        if self.count == size < self.most:
            size = min(2 * size, self.most)
            for name in ("at", "asked", "controls", "missing", "odds", "usual", "compared"):
                old = getattr(self, name)
                longer = np.zeros(size, old.dtype)
                longer[: len(old)] = old
                setattr(self, name, longer)
        place = self.count % size
        self.at[place], self.asked[place] = at, asked
        self.controls[place], self.missing[place] = controls, missing
        self.odds[place], self.usual[place], self.compared[place] = odds, usual, compared
        self.count += 1

    def follow_on(self, past: "RoundHistory", newest: int) -> None:
        """Begin with the newest rounds of another history of the stream, in which everybody was as usual."""
        for number in range(max(past.first, past.count - newest), past.count):
            place = number % len(past.at)
            if past.compared[place]:
                self.add(int(past.at[place]), int(past.asked[place]), int(past.controls[place]), 0)

    def note(self, names: npt.NDArray[np.intp], answers: list[int], texts: list[int]) -> None:
        """In the round added last these names were missing, or (answer -1) not measured."""
        need = self.noted + len(names)
        if need > self.events.shape[1]:
            self._make_room(len(names))
        columns = slice(self.noted, self.noted + len(names))
        self.events[0, columns] = self.count - 1
        self.events[1, columns] = names
        self.events[2, columns] = answers
        self.events[3, columns] = texts
        self.noted += len(names)

    def _make_room(self, more: int) -> None:
        """Drop events of rounds that are not kept any more; of the oldest too, where there are too many."""
        kept = self.events[:, : self.noted]
        kept = kept[:, kept[0] >= self.count - self.most]
        most = EVENTS_A_ROUND * self.most
        if kept.shape[1] + more > most:
            kept = kept[:, kept.shape[1] // 2 :]
            self.whole_from = int(kept[0, 0]) + 1
            kept = kept[:, kept[0] >= self.whole_from]
        size = self.events.shape[1]
        while size < kept.shape[1] + more or size < 2 * kept.shape[1]:
            size *= 2
        self.events = np.zeros((4, size), np.int64)
        self.noted = kept.shape[1]
        self.events[:, : self.noted] = kept

    @property
    def first(self) -> int:
        """The oldest round that is kept."""
        return max(self.count - len(self.at), self.whole_from, 0)

    def of(self, name: int, sets: npt.NDArray[np.intp], newest: int) -> NameRounds:
        """The newest rounds in which a name was measured.

        Args:
            sets: the numbers of those sets of cohorts that hold the name's.
            newest: of so many of the stream's rounds at most, those that compared; -1 for all that are kept,
                those that compared nothing too.
        """
        start = self.first if newest < 0 else max(self.first, self.count - newest)
        numbers = np.arange(start, self.count)
        mine = self.events[:, : self.noted]
        mine = mine[:, (mine[1] == name) & (mine[0] >= (numbers[0] if len(numbers) else 0))]
        keep = np.isin(self.asked[numbers % len(self.at)], sets)
        if newest >= 0:
            keep &= self.compared[numbers % len(self.at)]
        absent, gone = mine[0, mine[2] == -1], mine[0, mine[2] >= 0]
        keep[absent - start] = False
        missing = np.zeros(len(numbers), np.bool_)
        missing[gone - start] = True
        numbers, missing = numbers[keep], missing[keep]
        place = numbers % len(self.at)
        return NameRounds(
            numbers,
            self.at[place],
            missing,
            self.odds[place],
            self.usual[place],
            self.controls[place],
            self.missing[place],
        )

    def answers(self, name: int, since: int) -> list[tuple[int, int]]:
        """The answers and texts of a name's events, from the round `since` on."""
        mine = self.events[:, : self.noted]
        mine = mine[:, (mine[1] == name) & (mine[0] >= since)]
        return list(zip(mine[2].tolist(), mine[3].tolist(), strict=True))

    def times_missed(self, name: int, newest: int) -> list[int]:
        """When the name was missing in the newest rounds, oldest first."""
        mine = self.events[:, : self.noted]
        start = max(self.count - newest, 0)
        numbers = np.unique(mine[0, (mine[1] == name) & (mine[2] >= 0) & (mine[0] >= start)])
        times: list[int] = self.at[numbers % len(self.at)].tolist()
        return times

    def rounds_since(self, at: int) -> int:
        """Rounds that were complete at `at` or later, of those kept."""
        return int(np.count_nonzero(self.at[: self.count] >= at))
