"""The order of a round: fixed beforehand, uniform, and recomputable by anyone."""

import dataclasses
import hashlib
import hmac
import itertools
from collections import Counter
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.planning.planning_stories import START, election, key_of, planner_of

from siaga.domain.answers import Answer, Session
from siaga.domain.records import Measurement, Round, Stream
from siaga.planning import seeds
from siaga.planning.seeds import OrderCheck, below, commitment, order, round_id, round_seed, verify_round

KEY = bytes(range(32))
STREAM = Stream("x", "search-latest", "jakarta", Session.PUBLIC)


def a_round() -> Round:
    planner = planner_of(election())
    (round_,) = planner.take_due(planner.next_due())
    return round_


def measured(round_: Round) -> list[Measurement]:
    return [
        Measurement(
            id=uuid4(),
            round=round_.id,
            position=asking.position,
            at=round_.at,
            election="test",
            platform=round_.stream.platform,
            surface=round_.stream.surface,
            vantage=round_.stream.vantage,
            session=round_.stream.session,
            subject=asking.subject,
            role=asking.role,
            name=asking.name,
            answer=Answer.RESULTS,
        )
        for asking in round_.askings
    ]


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6])
def test_each_order_comes_from_exactly_one_outcome_of_the_draws(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes = itertools.product(*(range(bound) for bound in range(count, 1, -1)))
    orders: Counter[tuple[int, ...]] = Counter()
    for outcome in outcomes:
        monkeypatch.setattr(seeds, "words", lambda _seed, drawn=outcome: iter(drawn))
        orders[order(b"", range(count))] += 1
    assert set(orders) == set(itertools.permutations(range(count)))
    assert set(orders.values()) == {1}


@given(st.integers(1, 1 << 32))
def test_a_draw_accepts_as_many_words_for_each_number(bound: int) -> None:
    accepted = (1 << 32) // bound * bound
    assert below(bound, iter([accepted - 1])) == bound - 1
    if accepted < 1 << 32:
        assert below(bound, iter([accepted, (1 << 32) - 1, 0])) == 0
        with pytest.raises(ValueError, match="ran out"):
            below(bound, iter([accepted]))


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_orders_of_real_seeds_are_uniform(count: int) -> None:
    orders: Counter[tuple[int, ...]] = Counter()
    kinds = len(list(itertools.permutations(range(count))))
    each = 100
    for number in range(kinds * each):
        orders[order(round_seed(KEY, UUID(int=number)), range(count))] += 1
    chi_square = sum((orders[kind] - each) ** 2 / each for kind in itertools.permutations(range(count)))
    freedom = kinds - 1
    assert chi_square < freedom + 5 * (2 * freedom) ** 0.5 + 5


def test_every_subject_is_as_often_first_as_last() -> None:
    places: Counter[tuple[int, int]] = Counter()
    for number in range(13_000):
        for position, item in enumerate(order(round_seed(KEY, UUID(int=number)), range(13))):
            places[item, position] += 1
    chi_square = sum((places[cell] - 1000) ** 2 / 1000 for cell in itertools.product(range(13), range(13)))
    assert chi_square < 144 + 5 * (2 * 144) ** 0.5


def test_the_documented_example_holds() -> None:
    id_ = round_id(KEY, START, STREAM, 7)
    seed = round_seed(KEY, id_)
    assert commitment(KEY) == "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd"
    assert str(id_) == "018d3fd8-f680-7000-801e-1c699f88d225"
    assert seed.hex() == "531a7560672fbdd76d2a53a7474dfb2c2fb65ca7e18cc28b3189c0a695250180"
    assert order(seed, ["anies", "cat", "ganjar", "mahfud", "prabowo"]) == (
        "cat",
        "anies",
        "ganjar",
        "mahfud",
        "prabowo",
    )


def test_a_second_plain_implementation_gives_the_same_order() -> None:
    def words_of(seed: bytes) -> Iterator[int]:
        for counter in itertools.count():
            digest = hashlib.sha256(seed + counter.to_bytes(8, "big")).hexdigest()
            yield from (int(digest[place : place + 8], 16) for place in range(0, 64, 8))

    for number in range(200):
        id_ = round_id(KEY, START, STREAM, number)
        seed = hmac.new(KEY, id_.bytes, hashlib.sha256).digest()
        left, drawn = list(range(number % 50)), words_of(seed)
        for last in reversed(range(1, len(left))):
            word = next(word for word in drawn if word < 2**32 - 2**32 % (last + 1))
            chosen = word % (last + 1)
            left[last], left[chosen] = left[chosen], left[last]
        assert order(seed, range(number % 50)) == tuple(left)


def test_a_planned_round_verifies_once_its_key_is_public() -> None:
    round_ = a_round()
    key = key_of(START.date())
    assert verify_round(key, commitment(key), measured(round_)) is OrderCheck.FOLLOWS
    assert verify_round(key, commitment(key).upper(), measured(round_)[::-1]) is OrderCheck.FOLLOWS


def test_what_was_changed_afterwards_is_seen() -> None:
    round_ = a_round()
    key = key_of(START.date())
    asked = measured(round_)
    swapped = [
        dataclasses.replace(asked[0], subject=asked[1].subject),
        dataclasses.replace(asked[1], subject=asked[0].subject),
        *asked[2:],
    ]
    elsewhere = [dataclasses.replace(one, vantage="elsewhere") for one in asked]
    renamed = [dataclasses.replace(one, round=UUID(int=one.round.int ^ 1)) for one in asked]
    assert verify_round(key, commitment(KEY), asked) is OrderCheck.OTHER_KEY
    assert verify_round(KEY, commitment(KEY), asked) is OrderCheck.OTHER_ROUND
    assert verify_round(key, commitment(key), elsewhere) is OrderCheck.OTHER_ROUND
    assert verify_round(key, commitment(key), renamed) is OrderCheck.OTHER_ROUND
    assert verify_round(key, commitment(key), swapped) is OrderCheck.OTHER_ORDER
    assert verify_round(key, commitment(key), asked[1:]) is OrderCheck.INCOMPLETE
    assert verify_round(key, commitment(key), [*asked, asked[0]]) is OrderCheck.INCOMPLETE
    assert verify_round(key, commitment(key), [*asked[1:], elsewhere[0]]) is OrderCheck.MIXED
    assert verify_round(key, commitment(key), []) is OrderCheck.MIXED


def test_a_round_left_out_of_the_record_leaves_a_gap() -> None:
    numbers = [seeds.number_of(round_id(KEY, START, STREAM, number)) for number in (5, 6, 1 << 24)]
    assert numbers == [5, 6, 0]
