"""A layout's askings by role, as indices: made once for each layout."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from siaga.detection.round_facts import Layout
from siaga.domain.answers import Role

Index = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """The askings of targets, controls and canaries; what a round of the layout is read by."""

    targets: Index
    """Askings of targets, by subject."""
    target_subjects: Index
    """Their subjects, ascending."""
    once: bool
    """Whether each target is asked by one text only."""
    subjects: Index
    """The target subjects, each once."""
    members: frozenset[int]
    """The same, as a set."""
    controls: Index
    control_subjects: tuple[int, ...]
    controls_once: bool
    canaries: Index
    names: Index
    """Askings of targets and controls."""
    name_subjects: Index
    """Their subjects."""


def plan_of(layout: Layout, number: list[int]) -> RoundPlan:
    """The layout's plan; `number` has each asking's subject, -1 for canaries."""
    by_role: dict[Role, list[int]] = {role: [] for role in Role}
    for index, role in enumerate(layout.roles):
        by_role[role].append(index)
    # Subjects are numbered in order of appearance, so a later layout's may not be ascending.
    targets = sorted(by_role[Role.TARGET], key=lambda index: (number[index], index))
    target_subjects = np.array([number[index] for index in targets], np.intp)
    controls = tuple(number[index] for index in by_role[Role.CONTROL])
    names = sorted(by_role[Role.TARGET] + by_role[Role.CONTROL])
    return RoundPlan(
        targets=np.array(targets, np.intp),
        target_subjects=target_subjects,
        once=len(set(target_subjects.tolist())) == len(targets),
        subjects=np.unique(target_subjects),
        members=frozenset(target_subjects.tolist()),
        controls=np.array(by_role[Role.CONTROL], np.intp),
        control_subjects=controls,
        controls_once=len(set(controls)) == len(controls),
        canaries=np.array(by_role[Role.CANARY], np.intp),
        names=np.array(names, np.intp),
        name_subjects=np.array([number[index] for index in names], np.intp),
    )
