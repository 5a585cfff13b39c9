"""Canaries found: one word blinds nobody, two within ten rounds do, twenty good rounds end it."""

from hypothesis import given
from hypothesis import strategies as st
from tests.reference.canary import Canaries

from siaga.detection.canary_doubt import CanaryDoubt


def after(rounds: list[list[str]]) -> CanaryDoubt:
    doubt = CanaryDoubt()
    for found in rounds:
        doubt.take(found)
    return doubt


def test_one_word_that_somebody_posts_is_burned_once_and_blinds_nobody() -> None:
    doubt = CanaryDoubt()
    assert doubt.take(["bakiludo"]) == ["bakiludo"]
    for _ in range(500):
        assert doubt.take(["bakiludo"]) == []
        assert not doubt.doubted


def test_two_different_words_within_ten_rounds_are_doubted() -> None:
    assert after([["a"], *[[]] * 8, ["b"]]).doubted
    assert not after([["a"], *[[]] * 9, ["b"]]).doubted
    assert after([["a", "b"]]).doubted


def test_it_is_trusted_again_after_twenty_rounds_without_one() -> None:
    assert after([["a", "b"], *[[]] * 19]).doubted
    assert not after([["a", "b"], *[[]] * 20]).doubted
    assert after([["a", "b"], *[[]] * 19, ["c"], *[[]] * 19]).doubted


def test_an_old_word_is_news_again() -> None:
    doubt = after([["a"], *[[]] * 10])
    assert doubt.take(["a"]) == ["a"]


@given(rounds=st.lists(st.sets(st.sampled_from("abc")), max_size=120), quiet=st.integers(0, 25))
def test_it_is_doubted_when_the_slow_program_doubts(rounds: list[set[str]], quiet: int) -> None:
    doubt, slow = CanaryDoubt(), Canaries()
    for number, found in enumerate(rounds):
        words = [] if quiet and number % quiet else sorted(found)
        doubt.take(words)
        slow.round(words)
        assert doubt.doubted is (slow.state("findable") == "unmeasurable")
