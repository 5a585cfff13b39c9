"""Who is asked together: everybody where they fit, in turns where they do not."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.planning.planning_stories import MINUTE, election

from siaga.domain.answers import Role
from siaga.election.model import Contestant, ContestantKind, ControlKind, Election, SurfaceWatch
from siaga.planning.round_composition import LEAST_ROUND_SIZE, RoundComposition, SurfaceSubject, Turn

SEED = b"s" * 32
WORDS = ("first", "second", "third")


def watched(surface: str, others_every: timedelta | None = None) -> SurfaceWatch:
    return SurfaceWatch(surface, 30 * MINUTE, others_every=others_every)


def targets_of(composition: RoundComposition, group: int, *again: str) -> list[str]:
    askings = composition.askings(SEED, Turn(7, 1, group), WORDS, again)
    return [asking.subject for asking in askings if asking.role is Role.TARGET]


def composition(
    targets: int, controls: int, size: int, canaries: tuple[str, ...] = ("qzxv",)
) -> RoundComposition:
    declared = election(targets=targets, controls=controls, canaries=canaries)
    return RoundComposition(declared, "x", watched("search-latest"), size)


def test_where_just_all_fit_a_round_asks_all() -> None:
    whole = composition(3, 5, size=9)
    assert (whole.groups, whole.size) == (1, 9)
    asked = {asking.subject for asking in whole.askings(SEED, Turn(0), WORDS)}
    assert len(asked) == 9


def test_with_one_place_less_controls_take_turns_and_every_target_is_asked() -> None:
    less = composition(3, 5, size=8)
    assert less.groups == 1
    assert less.size == 3 + 4 + 1
    controls = [
        {asking.subject for asking in less.askings(SEED, Turn(number), WORDS) if asking.role == "control"}
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
    groups = [targets_of(many, group) for group in range(many.groups)]
    assert max(map(len, groups)) - min(map(len, groups)) <= 1
    assert sorted(subject for group in groups for subject in group) == sorted(
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
    people, posts = (
        RoundComposition(declared, "x", watched(surface)) for surface in ("people", "search-latest")
    )
    assert word.id in {part.subject for part in posts.controls}
    assert {part.subject for part in people.controls} == {control.id for control in others}
    assert word.id in people.left_out


def of_lists(lists: int, others: int, others_every: timedelta | None) -> RoundComposition:
    """Lists, whoever heads each, and so many others on them."""
    declared: Election = election(targets=2 * lists + others, controls=12)

    def placed(number: int, contestant: Contestant) -> Contestant:
        if number < lists:
            return replace(contestant, kind=ContestantKind.PARTY)
        return replace(contestant, on_list=f"t{number % lists:03}", place=number // lists)

    contestants = tuple(placed(number, one) for number, one in enumerate(declared.contestants))
    return RoundComposition(
        replace(declared, contestants=contestants), "x", watched("search-latest", others_every)
    )


def test_lists_and_their_heads_are_in_each_round_and_everybody_else_comes_as_often_as_declared() -> None:
    many = of_lists(lists=12, others=276, others_every=timedelta(hours=12))
    assert (many.groups, many.shape.first, many.shape.group) == (24, 24, 12)
    groups = [set(targets_of(many, group)) for group in range(24)]
    always = set.intersection(*groups)
    assert always == {f"t{number:03}" for number in range(24)}
    assert len(set.union(*groups)) == 300
    assert sum(len(group - always) for group in groups) == 276


def test_without_a_declared_span_all_take_turns_alike() -> None:
    many = of_lists(lists=12, others=276, others_every=None)
    groups = [set(targets_of(many, group)) for group in range(many.groups)]
    assert set.intersection(*groups) == set()
    assert many.size <= 40


def test_a_name_under_suspicion_sits_in_every_round_and_takes_nobodys_place() -> None:
    many = of_lists(lists=12, others=276, others_every=timedelta(hours=12))
    suspect = next(subject for subject in targets_of(many, 3) if subject > "t023")
    others = [group for group in range(24) if suspect not in targets_of(many, group)]
    for group in others:
        assert set(targets_of(many, group, suspect)) == {*targets_of(many, group), suspect}
    assert (
        max(len(targets_of(many, group, "t100", "t101", "t102", "t103", "t104")) for group in range(24)) <= 40
    )


def test_a_burst_asks_those_under_suspicion_with_others_for_comparison_in_a_small_round() -> None:
    many = of_lists(lists=60, others=2000, others_every=timedelta(hours=24))
    askings = many.askings_of_suspects(SEED, Turn(5), WORDS, ["t700", "t701", "not-of-this-election"])
    roles = [asking.role for asking in askings]
    assert len(askings) == many.shape.burst_size == 40
    assert roles.count(Role.CONTROL) == 12
    asked = {asking.subject for asking in askings}
    assert {"t700", "t701"} <= asked
    assert len(asked & {f"t{number:03}" for number in range(120)}) == 25


def test_more_suspects_than_places_take_turns() -> None:
    many = of_lists(lists=60, others=2000, others_every=timedelta(hours=24))
    suspects = [f"t{number}" for number in range(700, 760)]
    seen = {
        asking.subject
        for number in range(10)
        for asking in many.askings_of_suspects(SEED, Turn(number), WORDS, suspects)
    }
    assert set(suspects) <= seen


def test_groups_of_one_surface_are_whole_parts_of_anothers() -> None:
    finer = of_lists(lists=12, others=276, others_every=timedelta(hours=12))
    coarser = of_lists(lists=12, others=276, others_every=timedelta(hours=6))
    small = [set(targets_of(finer, group)) for group in range(24)]
    large = [set(targets_of(coarser, group)) for group in range(12)]
    assert all(any(part <= whole for whole in large) for part in small)
