"""A stream's run of rounds in trouble, and its place: what the states of places are made of.

Each stream counts its rounds in trouble; a run of them trips it. What is tripped together is one cause.
"""

from dataclasses import dataclass

from siaga.detection.settings import (
    PLACE_CURRENT_ROUNDS,
    TROUBLE_EVIDENCE,
    TROUBLE_SHARED_ROUNDS,
    TROUBLE_STAKE,
    Settings,
)


@dataclass(slots=True)
class TroubleRun:
    """One stream's run of rounds in trouble."""

    kind: str | None = None
    """Kind of the present run; None while all is well."""
    met: str | None = None
    """Kind of the latest round in trouble, however long ago."""
    failure: str = ""
    """The failing step or answer that was met most recently."""
    run: int = 0
    good: int = 0
    """Good rounds since the last bad one."""
    begun: int = 0
    """When the run's first round was complete."""
    before: int = -1
    """When the last good round before it was complete; -1 for none."""
    last_good: int = -1
    recovered: int = 0
    """When the first good round after the run was complete."""
    worth: float = 0.0
    """Evidence that the run is no accident of the stream's usual rate."""
    tripped: bool = False
    rounds: int = 0
    bad: int = 0
    asked: int = 0
    missing: int = 0
    """Controls asked and missing (or not measured) in the run."""

    def shares(self, kind: str) -> bool:
        """Whether one of the last rounds was in trouble of this kind."""
        return self.met == kind and self.good <= TROUBLE_SHARED_ROUNDS

    @property
    def calm(self) -> bool:
        """Whether a good round changes nothing here."""
        return self.run == 0

    def quiet(self, at: int) -> None:
        """A good round while all is well."""
        self.rounds += 1
        self.good += 1
        self.last_good = at

    def take(
        self, kind: str | None, failure: str, counts: tuple[int, int], at: int, gap: int, settings: Settings
    ) -> bool:
        """Note a round; True when the stream tripped or its trip ended."""
        self.rounds += 1
        return (
            self._good(at, settings) if kind is None else self._bad(kind, failure, counts, at, gap, settings)
        )

    def _good(self, at: int, settings: Settings) -> bool:
        self.good += 1
        if self.good == 1:
            self.recovered = at
        self.last_good = at
        if self.tripped and self.good < settings.trouble_rounds:
            return False
        ended = self.tripped
        self.run, self.kind, self.worth, self.tripped = 0, None, 0.0, False
        self.asked = self.missing = 0
        return ended

    def _bad(
        self, kind: str, failure: str, counts: tuple[int, int], at: int, gap: int, settings: Settings
    ) -> bool:
        if self.run == 0:
            self.begun, self.before = at, self.last_good
        rate = max(settings.trouble_rate, (self.bad + 1) / (self.rounds + 1 / settings.trouble_rate))
        self.worth = min((self.worth + gap / settings.span_us) * TROUBLE_STAKE / rate, settings.evidence_cap)
        if not self.tripped:
            self.bad += 1
        self.run += 1
        self.good = 0
        self.kind, self.met, self.failure = kind, kind, failure
        self.asked += counts[0]
        self.missing += counts[1]
        trips = not self.tripped and self.run >= settings.trouble_rounds and self.worth >= TROUBLE_EVIDENCE
        self.tripped = self.tripped or trips
        return trips


@dataclass(slots=True)
class Site:
    """What `places` must know of one stream."""

    index: int
    surface: str
    vantage: str
    trouble: TroubleRun
    last: int
    """When its last round was complete."""
    interval: int
    """How far apart its rounds usually are, microseconds."""

    def current(self, at: int, settings: Settings) -> bool:
        """Whether it is still being asked at `at`."""
        return at - self.last <= PLACE_CURRENT_ROUNDS * self.interval + settings.longest_gap_us
