"""A stream as detection sees it: its place, its parts, its past and how its controls do."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from siaga.detection.own_past import OwnPast
from siaga.detection.rules.common_mode import Site
from siaga.detection.rules.slow_tier import Block
from siaga.detection.settings import LEVEL_KEEPS, LEVEL_TAKES, USUAL_ROUNDS

Index = npt.NDArray[np.intp]


@dataclass(slots=True)
class StreamState:
    """One stream: a surface from a vantage in a session."""

    site: Site
    session: str
    parts: tuple[int, int, int, int]
    """The platform, the surface, the vantage and the stream itself, as parts of the evidence."""
    rows: Index
    """The same, as an index."""
    past: OwnPast
    block: Block
    level: float = 0.0
    """The controls' recent missing share."""
    usual: float = 0.0
    """The controls' long-run missing share."""
    shares: int = 0
    """Comparable rounds in them."""
    compared: int = -1
    """When the last comparable round was complete."""
    canaries: int = 0
    """Rounds in a row in which a canary was found."""

    def share(self, missing: int, controls: int) -> None:
        """Note the controls' missing share of a comparable round."""
        now = missing / controls
        self.level = LEVEL_KEEPS * self.level + LEVEL_TAKES * now
        self.shares += 1
        self.usual += (now - self.usual) / min(self.shares, USUAL_ROUNDS)
