"""Ids that hold their moment, and are the same again from the same moment and randomness."""

from datetime import UTC, datetime, timedelta
from uuid import RFC_4122

from hypothesis import given
from hypothesis import strategies as st

from siaga.domain.ids import moment_of, uuid7

AT = datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)
"""The moment of the example in RFC 9562, appendix A.6."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
moments = st.integers(0, 250 * 10**15).map(lambda since: EPOCH + timedelta(microseconds=since))
randomness = st.integers(0, (1 << 74) - 1)


def test_the_example_of_the_standard_comes_out() -> None:
    random_bits = 0xCC3 << 62 | 0x18C4DC0C0C07398F
    assert str(uuid7(AT, random_bits)) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


@given(moments, st.integers(0, (1 << 90) - 1))
def test_it_is_a_version_7_id_whatever_the_randomness(at: datetime, random_bits: int) -> None:
    made = uuid7(at, random_bits)
    assert (made.version, made.variant) == (7, RFC_4122)
    assert made == uuid7(at, random_bits & (1 << 74) - 1)


@given(moments, randomness)
def test_the_moment_comes_back_to_the_millisecond(at: datetime, random_bits: int) -> None:
    assert abs(moment_of(uuid7(at, random_bits)) - at) <= timedelta(milliseconds=1)


@given(randomness, randomness)
def test_ids_sort_by_their_moment(early: int, late: int) -> None:
    assert uuid7(AT, early) < uuid7(AT + timedelta(milliseconds=1), late)


@given(randomness, randomness)
def test_other_randomness_is_another_id(first: int, second: int) -> None:
    assert (uuid7(AT, first) == uuid7(AT, second)) == (first == second)
