"""Trouble that meets all names alike at a place: `common-mode@1`. It is never evidence about one name.

Each stream counts its rounds in trouble; a run of them trips it. What is tripped together is one cause, named
by the widest place that it fills: the platform, a surface, a vantage, a single stream.
"""

from dataclasses import dataclass

import numpy as np

from siaga.detection.round_facts import RoundFacts
from siaga.detection.round_plan import RoundPlan
from siaga.detection.rule import Rule
from siaga.detection.rules.missing import FOUND, LAYOUT, LIMITS, MISSING, NETWORK
from siaga.detection.settings import (
    CANARY_ROUNDS,
    NOT_MEASURED_ONE_IN,
    PLACE_CURRENT_ROUNDS,
    TROUBLE_EVIDENCE,
    TROUBLE_SHARED_ROUNDS,
    TROUBLE_STAKE,
    Settings,
)
from siaga.domain.verdicts import State
from siaga.i18n.speech import N_

DOWN, LIMITED, OFFLINE, UNREADABLE, CANARY, FEW = (
    "down",
    "limits",
    "network",
    "layout",
    "canary found",
    "too few controls",
)
"""Kinds of trouble. Only the first says something about the platform; `network` may."""

RULE = Rule(
    id="common-mode@1",
    decides="Whether all names fail alike at a place: surface_down, platform_down, vantage_blocked, "
    "unmeasurable.",
    states=frozenset(
        {
            State.FINDABLE,
            State.SURFACE_DOWN,
            State.PLATFORM_DOWN,
            State.VANTAGE_BLOCKED,
            State.UNMEASURABLE,
            State.INSUFFICIENT,
        }
    ),
    kinds={
        DOWN: N_("controls are missing as well"),
        LIMITED: N_("a limit, a quota or a wall"),
        OFFLINE: N_("no answer over the network"),
        UNREADABLE: N_("answers that the reader does not know"),
        CANARY: N_("a random text is found, so nothing found there can be trusted"),
        FEW: N_("too few controls could be measured"),
    },
)
NOT_MEASURED = {LIMITS: LIMITED, NETWORK: OFFLINE, LAYOUT: UNREADABLE}
"""The kind of trouble by what most of the askings that were not measured count as."""


def trouble_of(
    plan: RoundPlan, facts: RoundFacts, canaries: int, controls: tuple[int, int], settings: Settings
) -> tuple[str | None, str]:
    """The kind of trouble that a round is in, if any, and the answer or step that shows it.

    Args:
        canaries: in how many rounds in a row, this one included, a canary was found.
        controls: measured, and missing of them.
    """
    measured, missing = controls
    codes = facts.codes[plan.names]
    if canaries >= CANARY_ROUNDS:
        return CANARY, facts.name_of(int(plan.canaries[facts.codes[plan.canaries] == FOUND][0]))
    lost = codes >= LIMITS
    if NOT_MEASURED_ONE_IN * int(np.count_nonzero(lost)) >= len(codes) > 0:
        counts = np.bincount(codes[lost], minlength=LAYOUT + 1)
        worst = max(NOT_MEASURED, key=lambda code: int(counts[code]))
        return NOT_MEASURED[worst], facts.failure_of(int(plan.names[np.flatnonzero(codes == worst)[0]]))
    if measured < settings.least_controls:
        return FEW, ""
    if missing >= settings.trouble_share * measured:
        gone = plan.controls[facts.codes[plan.controls] == MISSING]
        return DOWN, facts.failure_of(int(gone[0]))
    return None, ""


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
