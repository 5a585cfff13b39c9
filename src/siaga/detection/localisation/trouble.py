"""Trouble that meets all names alike at a place: `common-mode@1`. It is never evidence about one name.

Each stream counts its rounds in trouble; a run of them trips it. What is tripped together is one cause, named
by the widest place that it fills: the platform, a surface, a vantage, a single stream.
"""

from dataclasses import dataclass, field

from siaga.detection.settings import Settings
from siaga.domain.verdicts import State

DOWN, LIMITED, OFFLINE, UNREADABLE, CANARY, FEW = (
    "down",
    "limits",
    "network",
    "layout",
    "canary found",
    "too few controls",
)
"""Kinds of trouble. Only the first says something about the platform; `network` may."""


@dataclass(slots=True)
class Trouble:
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
        """Whether one of the last three rounds was in trouble of this kind."""
        return self.met == kind and self.good <= 2

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
        self.worth = min((self.worth + gap / settings.span_us) * 0.5 / rate, settings.evidence_cap)
        if not self.tripped:
            self.bad += 1
        self.run += 1
        self.good = 0
        self.kind, self.met, self.failure = kind, kind, failure
        self.asked += counts[0]
        self.missing += counts[1]
        trips = not self.tripped and self.run >= settings.trouble_rounds and self.worth >= 1.0
        self.tripped = self.tripped or trips
        return trips


@dataclass(slots=True)
class Site:
    """What `places` must know of one stream."""

    index: int
    surface: str
    vantage: str
    trouble: Trouble
    last: int
    """When its last round was complete."""
    interval: int
    """How far apart its rounds usually are, microseconds."""

    def current(self, at: int, settings: Settings) -> bool:
        """Whether it is still being asked at `at`."""
        return at - self.last <= 5 * self.interval + settings.longest_gap_us


@dataclass(slots=True)
class Place:
    """An open state of a place: one cause."""

    surface: str | None
    vantage: str | None
    state: State
    kind: str
    failure: str
    since: int
    before: int
    at: int
    evidence: float
    asked: int
    missing: int
    sites: set[int] = field(default_factory=set)


def family(kind: str) -> str:
    """Kinds of trouble that are taken together as one cause."""
    return kind


def group(
    kind: str, struck: list[Site], current: list[Site]
) -> list[tuple[str | None, str | None, list[Site]]]:
    """The widest places that the struck sites fill: surface and vantage (None for all), sites."""
    hit = {site.index for site in struck}
    if all(site.index in hit for site in current):
        return [(_one({s.surface for s in current}), _one({s.vantage for s in current}), struck)]
    found: list[tuple[str | None, str | None, list[Site]]] = []
    by_vantage = kind == OFFLINE
    for first in ("vantage", "surface") if by_vantage else ("surface", "vantage"):
        for value in sorted({str(getattr(site, first)) for site in struck}):
            members = [site for site in current if getattr(site, first) == value]
            if not members or not all(site.index in hit for site in members):
                continue
            if len({site.index for site in members}) == 1 and len(struck) > 1 and first == "surface":
                # A surface asked from one vantage only: leave it to a vantage that explains more.
                vantage = members[0].vantage
                row = [site for site in current if site.vantage == vantage]
                if len(row) > 1 and all(site.index in hit for site in row):
                    continue
            other = _one({site.vantage if first == "surface" else site.surface for site in members})
            place = (value, other) if first == "surface" else (other, value)
            found.append((*place, members))
            hit -= {site.index for site in members}
    found.extend((site.surface, site.vantage, [site]) for site in struck if site.index in hit)
    return found


def _one(values: set[str]) -> str | None:
    return next(iter(values)) if len(values) == 1 else None
