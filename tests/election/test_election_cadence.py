"""How often each name is asked: in each round, or when its turn comes."""

from dataclasses import replace
from datetime import timedelta

from benchmarks.many_names import legislative

from siaga.election.cadence import cadences
from siaga.planning.round_composition import RoundComposition

MANY = legislative(names=300, lists=12, platforms=1)
HALF_HOUR, DAY = timedelta(minutes=30), timedelta(days=1)


def test_lists_and_heads_are_asked_in_each_round_and_others_once_a_day_where_that_is_declared() -> None:
    for surface in cadences(MANY)["p0"]:
        assert surface.asks_some_always
        assert surface.between_askings(is_first=True) == HALF_HOUR
        assert surface.between_askings(is_first=False) == DAY
        assert surface.is_turn_of(is_first=False)
        assert not surface.is_turn_of(is_first=True)


def test_without_a_declared_span_all_take_turns_alike() -> None:
    (platform,) = MANY.platforms
    alike = replace(
        platform, surfaces=tuple(replace(watch, others_every=None) for watch in platform.surfaces)
    )
    for surface in cadences(replace(MANY, platforms=(alike,)))["p0"]:
        assert not surface.asks_some_always
        assert surface.between_askings(is_first=True) == surface.between_askings(is_first=False) > HALF_HOUR


def test_where_all_fit_into_a_round_each_is_asked_in_each() -> None:
    for surface in cadences(legislative(names=10, lists=2, platforms=1))["p0"]:
        assert surface.between_askings(is_first=False) == surface.every == HALF_HOUR
        assert not surface.is_turn_of(is_first=False)


def test_what_is_said_is_what_is_planned() -> None:
    (platform,) = MANY.platforms
    planned = [RoundComposition(MANY, platform.id, watch).shape for watch in platform.surfaces]
    assert [surface.shape for surface in cadences(MANY)["p0"]] == planned
