"""What a simulated X takes for a query, and what it refuses, as the real one does."""

import pytest

from siaga.simulation.contracts.x_queries import LONGEST_QUERY, what_is_wrong, words_and_operators


@pytest.mark.parametrize(
    "query",
    [
        "mahfud",
        '"mahfud md" -is:retweet',
        "#MahfudMD -is:retweet",
        "from:mohmahfudmd -is:reply -is:retweet",
        "conversation_id:1750000000000000000 is:reply",
        "(mahfud OR ganjar) lang:in",
        "@mohmahfudmd",
        "a" * LONGEST_QUERY,
        '"(mahfud"',
    ],
)
def test_a_sound_query_is_taken(query: str) -> None:
    assert what_is_wrong(query) == ""


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("", "characters"),
        ("a" * (LONGEST_QUERY + 1), "characters"),
        ("(mahfud", "not closed"),
        ("mahfud)", "closes nothing"),
        ("()", "closes nothing"),
        ('"mahfud', "quotation mark"),
        ("OR mahfud", "nothing before"),
        ("mahfud OR", "nothing after"),
        ("(mahfud OR)", "closes nothing"),
        ("mahfud OR OR md", "nothing before"),
        ("nosuch:thing mahfud", "invalid operator"),
        ("from:", "without a value"),
        ("-is:retweet", "stand alone"),
        ("lang:in", "stand alone"),
        ("-mahfud", "stand alone"),
    ],
)
def test_a_malformed_query_is_refused_with_the_reason(query: str, why: str) -> None:
    assert why in what_is_wrong(query)


def test_words_and_operators_are_told_apart() -> None:
    assert words_and_operators('"mahfud md" -is:retweet lang:in') == ("mahfud md", {})
    assert words_and_operators("from:@mohmahfudmd -is:reply") == ("", {"from": "mohmahfudmd"})
