"""Who is asked together: everybody where they fit, in turns where they do not."""

from dataclasses import replace

import pytest
from tests.planning.planning_stories import election

from siaga.domain.answers import Role
from siaga.election.model import ControlKind
from siaga.planning.round_composition import LEAST_ROUND_SIZE, RoundComposition, SurfaceSubject

SEED = b"s" * 32
WORDS = ("first", "second", "third")


def composition(
    targets: int, controls: int, size: int, canaries: tuple[str, ...] = ("qzxv",)
) -> RoundComposition:
    declared = election(targets=targets, controls=controls, canaries=canaries)
    return RoundComposition(declared, "x", "search-latest", size)


def test_where_just_all_fit_a_round_asks_all() -> None:
    whole = composition(3, 5, size=9)
    assert (whole.groups, whole.size) == (1, 9)
    asked = {asking.subject for asking in whole.askings(SEED, whole.targets, 0, 0, WORDS)}
    assert len(asked) == 9


def test_with_one_place_less_controls_take_turns_and_every_target_is_asked() -> None:
    less = composition(3, 5, size=8)
    assert less.groups == 1
    assert less.size == 3 + 4 + 1
    controls = [
        {
            asking.subject
            for asking in less.askings(SEED, less.targets, 0, number, WORDS)
            if asking.role == "control"
        }
        for number in range(5)
    ]
    assert all(len(round_) == 4 for round_ in controls)
    assert len(set.union(*controls)) == 5


def test_a_round_too_small_to_compare_is_refused() -> None:
    composition(1, 2, size=LEAST_ROUND_SIZE)
    with pytest.raises(ValueError, match="cannot compare"):
        composition(1, 2, size=LEAST_ROUND_SIZE - 1)


def test_without_a_canary_its_place_is_free() -> None:
    assert composition(3, 5, size=8, canaries=()).size == 8


def test_groups_are_alike_to_within_one_and_hold_everybody_once() -> None:
    many = composition(23, 4, size=10)
    groups = many.deal(SEED)
    assert max(map(len, groups)) - min(map(len, groups)) <= 1
    assert sorted(subject.subject for group in groups for subject in group) == sorted(
        target.subject for target in many.targets
    )


def test_the_main_name_comes_every_other_turn() -> None:
    subject = SurfaceSubject("m", Role.TARGET, ("main", "first", "second"))
    assert [subject.name(turn) for turn in range(6)] == ["main", "first", "main", "second", "main", "first"]


def test_an_everyday_word_is_asked_for_posts_and_not_among_people() -> None:
    declared = election(targets=3, controls=5)
    word, *others = declared.controls
    word = replace(word, kind=ControlKind.EVERYDAY_WORD)
    declared = replace(declared, controls=(word, *others))
    people, posts = (RoundComposition(declared, "x", surface) for surface in ("people", "search-latest"))
    assert word.id in {part.subject for part in posts.controls}
    assert {part.subject for part in people.controls} == {control.id for control in others}
    assert word.id in people.left_out
