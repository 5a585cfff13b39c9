"""Blocks of rounds as rounds: who was missing often, on both sides of each boundary."""

import numpy as np
import pytest

from siaga.detection.rules.slow_tier import Block, BlockOutcome
from siaga.detection.settings import Settings

SETTINGS = Settings()
NAME, CONTROLS = 0, np.array([1, 2, 3, 4])


def block_of(rounds: int, missing: dict[int, int], asked: int | None = None) -> Block:
    """A block of so many rounds in which each of these was missing so often; the name was `asked`."""
    block = Block()
    for number in range(rounds):
        who = [NAME, *CONTROLS.tolist()] if asked is None or number < asked else CONTROLS.tolist()
        gone = [subject for subject in who if number < missing.get(subject, 0)]
        block.add(np.array(who), np.array(gone, np.intp))
    return block


def closed(block: Block) -> BlockOutcome | None:
    return block.close(CONTROLS, np.array([NAME]), SETTINGS)


@pytest.mark.parametrize(("misses", "gone"), [(11, []), (12, [NAME])])
def test_a_name_is_flagged_when_missing_in_three_of_ten_rounds(misses: int, gone: list[int]) -> None:
    outcome = closed(block_of(40, {NAME: misses}))
    assert outcome is not None
    assert (outcome.controls, outcome.often, outcome.gone.tolist()) == (4, 0, gone)


def test_where_controls_are_often_missing_more_is_tolerated() -> None:
    # A share of 10% at 4.5 times the odds is a third.
    rounds = dict.fromkeys(CONTROLS.tolist(), 4)
    for misses, gone in ((13, []), (14, [NAME])):
        outcome = closed(block_of(40, {**rounds, NAME: misses}))
        assert outcome is not None
        assert outcome.gone.tolist() == gone


@pytest.mark.parametrize(("asked", "gone"), [(20, [NAME]), (19, [])])
def test_a_name_is_judged_where_it_was_measured_in_half_of_the_block(asked: int, gone: list[int]) -> None:
    outcome = closed(block_of(40, {NAME: asked}, asked=asked))
    assert outcome is not None
    assert outcome.gone.tolist() == gone


def test_a_block_in_which_controls_are_missing_too_says_nothing() -> None:
    assert closed(block_of(40, {NAME: 40, 1: 30})) is not None
    assert closed(block_of(40, {NAME: 40, 1: 30, 2: 30})) is None


def test_a_block_with_too_few_controls_says_nothing() -> None:
    block = block_of(40, {NAME: 40})
    assert block.close(CONTROLS[:2], np.array([NAME]), SETTINGS) is None


def test_the_next_block_begins_empty() -> None:
    block = block_of(40, {NAME: 40})
    closed(block)
    assert (block.rounds, int(block.asked.sum()), int(block.missing.sum())) == (0, 0, 0)


def test_counts_stay_when_names_are_added() -> None:
    block = block_of(40, {NAME: 40})
    block.hold(100)
    outcome = closed(block)
    assert outcome is not None
    assert outcome.gone.tolist() == [NAME]
