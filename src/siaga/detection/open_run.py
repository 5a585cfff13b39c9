"""What is open about one name in one channel: since when, where, under which texts, and how it ends."""

from dataclasses import dataclass, field

from siaga.domain.verdicts import Counts, State


@dataclass(slots=True)
class OpenRun:
    """A difference, a suspicion or a finding."""

    stage: State
    """`insufficient` (it differs, and a change is not shown), `suspected`, or what the channel calls it."""
    onset: tuple[int, int]
    """When the last round as usual was complete (-1 for none), and the first not."""
    row: int
    """Where its evidence of recovery is."""
    evidence: float = 0.0
    """When the stage was entered."""
    alarm: float = 0.0
    """The evidence of an alarm then."""
    hits: set[int] = field(default_factory=set)
    """Streams that are part of it; kept through recovery."""
    counts: dict[int, list[int]] = field(default_factory=dict)
    """By stream, since the onset: the name asked and missing, its controls asked and missing."""
    missed: dict[int, int] = field(default_factory=dict)
    """By stream, its comparable rounds until the name was last missing there, that one included."""
    last: int = 0
    """When it was last missing twice in a row in a stream: among many streams accidents never end."""
    found: int = -1
    """When it was first found after that; -1 while it was not."""
    since_found: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    """The counts at the hit streams since then."""
    at: int = 0
    """When a hit stream's last round was complete."""
    texts: dict[str, list[int]] = field(default_factory=dict)
    """By text: rounds in which it was missing, and found."""
    answers: dict[str, int] = field(default_factory=dict)
    """By answer that came back instead (of a graded run: by what was wrong), how often."""
    together: list[int] = field(default_factory=list)
    """Controls that went missing together with the name."""

    def count(self, stream: int, missing: bool, controls: tuple[int, int], at: int) -> None:
        """A comparable round in which the name was measured."""
        counts = self.counts.setdefault(stream, [0, 0, 0, 0])
        hit = stream in self.hits
        for kept in (counts, self.since_found) if hit and self.found >= 0 else (counts,):
            kept[0] += 1
            kept[1] += missing
            kept[2] += controls[0]
            kept[3] += controls[1]

    def miss(self, stream: int, round_: int, at: int) -> None:
        """The name was missing in the stream's `round_`-th comparable round."""
        again = self.missed.get(stream) == round_ - 1
        self.missed[stream] = round_
        if again:
            self.last = at
            self.found = -1
            self.since_found = [0, 0, 0, 0]

    def find(self, at: int) -> None:
        """The name was found in a hit stream."""
        if self.found < 0:
            self.found = at

    def own_counts(self) -> Counts:
        """The plain counts at the streams that are part of it."""
        return Counts(*(sum(self.counts[stream][part] for stream in self.hits) for part in range(4)))

    def counts_since_found(self) -> Counts:
        """The plain counts of its recovery."""
        return Counts(*self.since_found)
