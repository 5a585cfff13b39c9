"""From rows to completed rounds, in the one order that live and replay share."""

from dataclasses import replace

import numpy as np
import pytest
from tests.detection.detection_rounds import MINUTE

from siaga.detection.round_facts import RoundFacts, facts_of
from siaga.detection.rounds import Columns, OutOfOrder, Rounds, Words, joined
from siaga.domain.answers import Role
from siaga.simulation.streams import Streams

STREAMS = Streams(
    1, 6, targets=("b", "a"), controls=3, canaries=1, vantages=("medan", "jakarta"), facts=True,
    texts={"a": ["z", "y"]}, missing=0.2,
)  # fmt: skip
COLUMNS, WORDS = STREAMS.columns()
NAMES = len(STREAMS.subjects)


def as_recorded(_: str, role: Role) -> Role:
    return role


def all_of(columns: Columns, words: Words = WORDS, window: int | None = None) -> list[RoundFacts]:
    rounds = Rounds(as_recorded, window)
    return [*rounds.add(columns, words), *rounds.end(words)]


def order(facts: list[RoundFacts]) -> list[tuple[int, str]]:
    return [(round_.at, round_.vantage) for round_ in facts]


def test_rows_are_the_rounds_that_measurements_are() -> None:
    by_rows = all_of(COLUMNS)
    by_hand = [facts_of(asked, as_recorded) for asked in STREAMS.rounds()]
    assert order(by_rows) == order(by_hand)
    for rows, hand in zip(by_rows, by_hand, strict=True):
        assert rows.layout == hand.layout
        for name in ("codes", "matching", "age", "ordered", "position"):
            np.testing.assert_array_equal(getattr(rows, name), getattr(hand, name), name)
        assert (rows.odd, rows.graded) == (hand.odd, hand.graded)
        assert [rows.name_of(n) for n in range(NAMES)] == [hand.name_of(n) for n in range(NAMES)]
        assert [rows.failure_of(n) for n in range(NAMES)] == [hand.failure_of(n) for n in range(NAMES)]


def test_rows_in_any_order_are_the_same_rounds() -> None:
    shuffled = COLUMNS.rows(np.random.default_rng(2).permutation(len(COLUMNS)))
    assert order(all_of(shuffled)) == order(all_of(COLUMNS))


def test_a_round_is_given_once_no_row_of_the_window_can_change_it() -> None:
    rounds = Rounds(as_recorded, window=MINUTE)
    first, second = COLUMNS.rows(np.arange(2 * NAMES)), COLUMNS.rows(np.arange(2 * NAMES, 6 * NAMES))
    assert list(rounds.add(first, WORDS)) == []
    given = list(rounds.add(second, WORDS))
    newest = int(second.at.max())
    assert given
    assert all(round_.at <= newest - MINUTE for round_ in given)
    assert order([*given, *rounds.end(WORDS)]) == order(all_of(joined([first, second])))


def test_a_row_that_comes_after_its_place_was_passed_is_not_taken() -> None:
    rounds = Rounds(as_recorded, window=MINUTE)
    assert list(rounds.add(COLUMNS.rows(np.arange(NAMES, len(COLUMNS))), WORDS))
    with pytest.raises(OutOfOrder):
        list(rounds.add(COLUMNS.rows(np.arange(NAMES)), WORDS))


def test_no_rows_are_no_rounds() -> None:
    rounds = Rounds(as_recorded)
    assert list(rounds.add(COLUMNS.rows(np.zeros(0, np.intp)), WORDS)) == []
    assert list(rounds.end(WORDS)) == []


def test_rounds_complete_at_once_are_in_order_of_their_ids() -> None:
    together = replace(COLUMNS, at=np.zeros(len(COLUMNS), np.int64))
    facts = all_of(together)
    ids = sorted(set(zip(COLUMNS.round_high.tolist(), COLUMNS.round_low.tolist(), strict=True)))
    vantage_of = dict(
        zip(
            zip(COLUMNS.round_high.tolist(), COLUMNS.round_low.tolist(), strict=True),
            (WORDS.vantage[code] for code in COLUMNS.vantage.tolist()),
            strict=True,
        )
    )
    assert [round_.vantage for round_ in facts] == [vantage_of[id_] for id_ in ids]


def test_a_subject_has_the_role_that_it_is_declared_to_have() -> None:
    rounds = Rounds(lambda subject, role: Role.CONTROL if subject == "a" else role, None)
    list(rounds.add(COLUMNS, WORDS))
    first = next(rounds.end(WORDS))
    roles = dict(zip(first.layout.subjects, first.layout.roles, strict=True))
    assert (roles["a"], roles["b"], roles["canary-0"]) == (Role.CONTROL, Role.TARGET, Role.CANARY)
