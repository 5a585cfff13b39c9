"""The names of a platform: their numbers, what is learned of their odds, and who was missing alone."""

import numpy as np
import pytest

from siaga.detection.names import Names
from siaga.detection.rounds import Rounds
from siaga.detection.settings import Settings
from siaga.detection.watch import Detection
from siaga.domain.answers import Role
from siaga.domain.verdicts import State
from siaga.simulation.streams import Streams

SETTINGS = Settings()


def _learned(misses: int, controls_missing: int = 0) -> Names:
    """A name that was missing alone so many times, and found while a control was missing so many times."""
    names = Names("x")
    names.hold(1)
    who = np.array([0])
    for x, missing, times in ((1, 0, misses), (0, 1, controls_missing)):
        for _ in range(times):
            names.learn(who, np.array([x]), 9, missing, SETTINGS)
    return names


@pytest.mark.parametrize("ratio", [1.5, 2.0, 3.0])
def test_a_name_that_was_harder_to_find_from_the_start_is_no_finding(ratio: float) -> None:
    streams = Streams(8, 4000, missing=0.03)
    for name in ("anies", "ganjar", "mahfud"):
        streams.own_odds(name, ratio)
    columns, words = streams.columns()
    detection = Detection()
    rounds = Rounds(detection.role, None)
    list(rounds.add(columns, words))
    changes = [change for facts in rounds.end(words) for change in detection.take_facts(facts)]
    assert not [change for change in changes if change.state.is_finding]
    mahfud = next(verdict for verdict in detection.verdicts() if verdict.subject == "mahfud")
    assert float(mahfud.detail["odds_ratio"]) == pytest.approx(ratio, rel=0.4)
    assert float(mahfud.detail["psi"]) >= 2


def test_subjects_are_numbered_as_they_appear_and_only_targets_are_watched() -> None:
    names = Names("x")
    numbers = [
        names.number(*who) for who in (("cat", Role.CONTROL), ("a", Role.TARGET), ("cat", Role.CONTROL))
    ]
    assert numbers == [0, 1, 0]
    assert names.subjects == ["cat", "a"]
    assert set(names.watched) == names.fresh == {1}
    assert names.watched[1].state is State.INSUFFICIENT
    assert names.busy, "a name that was never judged is looked at in every round"


def test_a_control_that_becomes_a_target_keeps_its_number() -> None:
    names = Names("x")
    assert names.number("cat", Role.CONTROL) == names.number("cat", Role.TARGET) == 0
    assert set(names.watched) == {0}


@pytest.mark.parametrize(("misses", "doubtful"), [(4, False), (5, True)])
def test_a_name_is_doubted_only_after_misses_enough(misses: int, doubtful: bool) -> None:
    # Each weighs 9/10, and four whole ones are wanted.
    assert bool(_learned(misses).doubtful[0]) is doubtful


def test_a_name_that_is_missing_as_often_as_its_controls_is_not_doubted() -> None:
    assert _learned(misses=10, controls_missing=40).doubtful[0]
    assert not _learned(misses=10, controls_missing=60).doubtful[0]


def test_what_was_learned_stays_when_names_are_added() -> None:
    names = _learned(5)
    names.compare(np.array([0, 1, 2]), np.array([0]))
    names.hold(100)
    assert names.odds_up[0] == pytest.approx(4.5)
    assert names.doubtful[0]
    assert names.pairs[0, :4].tolist() == [0, 1, 1, 0]


def test_of_two_names_missing_together_neither_was_missing_alone() -> None:
    names = Names("x")
    names.compare(np.array([0, 1, 2]), np.array([0, 1]))
    assert names.pairs[:3, :3].tolist() == [[0, 0, 1], [0, 0, 1], [0, 0, 0]]
