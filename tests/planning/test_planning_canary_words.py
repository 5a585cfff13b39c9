"""Canaries: words that follow from the day's key, new each day, another for one that is burned."""

from datetime import date

from tests.reference.canary import words as slow_words

from siaga.planning.canary_words import WORDS_A_DAY, canary_words

KEY = bytes(range(32))
DAY = date(2027, 3, 1)


def test_they_are_those_of_the_slow_program() -> None:
    assert list(canary_words(KEY, "x", DAY)) == slow_words(KEY, "x", "2027-03-01")
    assert canary_words(KEY, "x", DAY)[0] == "kodutipa"


def test_each_key_platform_and_day_has_its_own() -> None:
    others = (
        canary_words(b"k" * 32, "x", DAY),
        canary_words(KEY, "bluesky", DAY),
        canary_words(KEY, "x", date(2027, 3, 2)),
    )
    assert all(not set(canary_words(KEY, "x", DAY)) & set(words) for words in others)


def test_a_burned_word_is_replaced_and_the_others_stay() -> None:
    first, second, third = canary_words(KEY, "x", DAY)
    left = canary_words(KEY, "x", DAY, {second})
    assert left[:2] == (first, third)
    assert len(set(left)) == WORDS_A_DAY
    assert second not in left
