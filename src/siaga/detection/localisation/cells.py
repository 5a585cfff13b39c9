"""A stream as detection sees it, and a layout's askings by role."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from siaga.detection.block_tier import Block
from siaga.detection.facts import Layout
from siaga.detection.localisation.trouble import Site
from siaga.detection.past import Past
from siaga.domain.answers import Role

Index = npt.NDArray[np.intp]
FIRST = 60_000_000
"""What a series' first round counts as time watched, microseconds."""


@dataclass(slots=True)
class Cell:
    """One stream: a surface from a vantage in a session."""

    site: Site
    session: str
    parts: tuple[int, int, int, int]
    """The platform, the surface, the vantage and the stream itself, as parts of the evidence."""
    rows: Index
    """The same, as an index."""
    past: Past
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
        self.level = 0.9 * self.level + 0.1 * now
        self.shares += 1
        self.usual += (now - self.usual) / min(self.shares, 1000)


@dataclass(frozen=True, slots=True)
class Plan:
    """A layout's askings by role, as indices: made once for each layout."""

    targets: Index
    """Askings of targets, by subject."""
    target_subjects: Index
    """Their subjects, ascending."""
    once: bool
    """Whether each target is asked by one text only."""
    subjects: Index
    """The target subjects, each once."""
    controls: Index
    control_subjects: tuple[int, ...]
    controls_once: bool
    canaries: Index
    names: Index
    """Askings of targets and controls."""
    name_subjects: Index
    """Their subjects."""


def plan_of(layout: Layout, number: list[int]) -> Plan:
    """The layout's plan; `number` has each asking's subject, -1 for canaries."""
    by_role: dict[Role, list[int]] = {role: [] for role in Role}
    for index, role in enumerate(layout.roles):
        by_role[role].append(index)
    # Subjects are numbered in order of appearance, so a later layout's may not be ascending.
    targets = sorted(by_role[Role.TARGET], key=lambda index: (number[index], index))
    target_subjects = np.array([number[index] for index in targets], np.intp)
    controls = tuple(number[index] for index in by_role[Role.CONTROL])
    names = sorted(by_role[Role.TARGET] + by_role[Role.CONTROL])
    return Plan(
        targets=np.array(targets, np.intp),
        target_subjects=target_subjects,
        once=len(set(target_subjects.tolist())) == len(targets),
        subjects=np.unique(target_subjects),
        controls=np.array(by_role[Role.CONTROL], np.intp),
        control_subjects=controls,
        controls_once=len(set(controls)) == len(controls),
        canaries=np.array(by_role[Role.CANARY], np.intp),
        names=np.array(names, np.intp),
        name_subjects=np.array([number[index] for index in names], np.intp),
    )
