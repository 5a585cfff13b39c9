"""A stream as detection sees it: its place, its parts, its past, its controls and how far it is trusted."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from siaga.detection.attention import Attention
from siaga.detection.calm import ControlsPast
from siaga.detection.canary_doubt import CanaryDoubt
from siaga.detection.judged_controls import JudgedControls
from siaga.detection.result_order import ResultOrder
from siaga.detection.settings import ROSTER_ROUNDS
from siaga.detection.trouble_run import Site

Shorts = npt.NDArray[np.int32]


@dataclass(slots=True)
class StreamState:
    """One stream: a surface from a vantage in a session."""

    site: Site
    session: str
    parts: tuple[int, int, int, int]
    """The platform, the surface, the vantage and the stream itself, as parts of the evidence."""
    volume: Attention = field(default_factory=Attention)
    """What numbers of results are usual, ..."""
    freshness: Attention = field(default_factory=lambda: Attention(0.0))
    """... how new the newest is, ..."""
    order: ResultOrder = field(default_factory=ResultOrder)
    """... and whether they come newest first."""
    past: ControlsPast = field(default_factory=ControlsPast)
    """How often controls are missing."""
    steady: ControlsPast = field(default_factory=ControlsPast)
    """The same of those that are not missing time and again."""
    controls: JudgedControls = field(default_factory=JudgedControls)
    """Which controls compare where names are missing, ..."""
    answered: JudgedControls = field(default_factory=JudgedControls)
    """... and which where names are not measured: the same judgement of what could not be measured."""
    control_place: dict[int, int] = field(default_factory=dict)
    canaries: CanaryDoubt = field(default_factory=CanaryDoubt)
    asked: Shorts = field(default_factory=lambda: np.zeros(8, np.int32))
    missing: Shorts = field(default_factory=lambda: np.zeros(8, np.int32))
    """By name: comparable rounds in which it was measured, and missing."""
    controls_asked: int = 0
    controls_missing: int = 0
    compared: int = -1
    """When the last comparable round was complete."""
    lost: dict[int, int] = field(default_factory=dict)
    """By name: how far it was not measured in the last rounds, while these compared; see `LOST`."""
    rounds: int = 0
    rosters: list[tuple[int, int, int]] = field(default_factory=list)
    """How many names, and controls, the widest rounds of late asked, and in which round."""
    lopsided: int = 0
    """Rounds in a row in which every target was missing and every control found."""

    @property
    def instrument(self) -> tuple[str, str]:
        """What asks: the vantage with its session, at whatever surface."""
        return self.site.vantage, self.session

    def hold(self, subjects: int) -> None:
        """Make room for so many subjects."""
        if subjects > len(self.asked):
            more = np.zeros(2 * subjects - len(self.asked), np.int32)
            self.asked = np.concatenate([self.asked, more])
            self.missing = np.concatenate([self.missing, more])

    def control_numbers(self, subjects: list[int]) -> npt.NDArray[np.intp]:
        """These controls as `controls` numbers them; new ones get the next."""
        for subject in subjects:
            self.control_place.setdefault(subject, len(self.control_place))
        self.controls.hold(len(self.control_place))
        self.answered.hold(len(self.control_place))
        return np.array([self.control_place[subject] for subject in subjects], np.intp)

    @property
    def left_out(self) -> set[int]:
        """Controls that are persistently missing here, and so are not compared with."""
        return self._out(self.controls)

    @property
    def unanswered(self) -> set[int]:
        """Controls that persistently could not be measured here: nothing is compared with their silence."""
        return self._out(self.answered)

    def _out(self, judged: JudgedControls) -> set[int]:
        if not judged.out.any():
            return set()
        return {subject for subject, place in self.control_place.items() if judged.out[place]}

    def roster(self, names: int, controls: int) -> tuple[int, int]:
        """How many names, and controls, the round's committed order had, given how many were asked: as the
        widest of the last rounds."""
        self.rounds += 1
        while self.rosters and self.rosters[-1][0] <= names:
            self.rosters.pop()
        self.rosters.append((names, controls, self.rounds))
        if self.rosters[0][2] <= self.rounds - ROSTER_ROUNDS:
            self.rosters.pop(0)
        return self.rosters[0][:2]
