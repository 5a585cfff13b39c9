"""A layout's askings by role."""

from tests.detection.detection_rounds import facts, measured, numbered

from siaga.detection.round_facts import Layout
from siaga.detection.round_plan import plan_of
from siaga.domain.answers import Role


def test_askings_are_parted_by_role_and_canaries_are_no_names() -> None:
    plan, numbers = numbered(facts(*(measured(who) for who in ("b", "c1", "q1", "a", "c2"))))
    assert numbers == {"a": 0, "b": 1, "c1": 2, "c2": 3}
    assert (plan.targets.tolist(), plan.controls.tolist(), plan.canaries.tolist()) == ([0, 1], [2, 3], [4])
    assert plan.names.tolist() == plan.name_subjects.tolist() == [0, 1, 2, 3]
    assert plan.control_subjects == (2, 3)
    assert plan.once
    assert plan.controls_once


def test_targets_are_by_their_number_though_a_later_layout_is_by_their_word() -> None:
    plan = plan_of(Layout(("a", "b", "d"), (Role.TARGET,) * 3), [7, 2, 5])
    assert plan.target_subjects.tolist() == plan.subjects.tolist() == [2, 5, 7]
    assert plan.targets.tolist() == [1, 2, 0]


def test_a_name_asked_by_two_texts_is_one_subject_of_two_askings() -> None:
    asked = ("a", "short"), ("a", "long"), ("c1", "x"), ("c1", "y")
    plan, _ = numbered(facts(*(measured(subject, name=name) for subject, name in asked)))
    assert plan.subjects.tolist() == [0]
    assert plan.target_subjects.tolist() == [0, 0]
    assert not plan.once
    assert not plan.controls_once
