"""Names are compared as people mean them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.domain.matching import folded


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("  Élan   ＡＢＣ ", "elan abc"),
        ("MAHFUD\tMD", "mahfud md"),
        ("Straße", "strasse"),
        ("ﬁnal", "final"),
        ("", ""),
        ("محمود", "محمود"),
    ],
)
def test_what_people_type_is_reduced_to_what_they_mean(text: str, plain: str) -> None:
    assert folded(text) == plain


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_letters_take_the_short_way_to_the_same_end(text: str) -> None:
    long_way = "".join(c for c in unicodedata.normalize("NFKD", text).casefold())
    assert folded(text) == " ".join(unicodedata.normalize("NFKC", long_way).split())
