"""Names are compared as people mean them: held against tables made from the Unicode data."""

import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.domain.matching import RULE, folded, undivided

ROOT = Path(__file__).parents[2]
CHARACTERS = [
    chr(code)
    for code in range(sys.maxunicode + 1)
    if unicodedata.category(chr(code)) not in {"Cn", "Co", "Cs"} and not 0x4E00 <= code <= 0xD7A3
]
"""Every character that Unicode assigns, but the bulk of Han and Hangul, which are all alike."""
STATED = dict(
    zip("łøđðıæœþßŋ", ("l", "o", "d", "d", "i", "ae", "oe", "th", "ss", "n"), strict=True),
)
"""Letters that Unicode does not decompose."""


def of(*categories: str) -> Iterator[str]:
    return (character for character in CHARACTERS if unicodedata.category(character) in categories)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("  Élan   ＡＢＣ ", "elan abc"),
        ("MAHFUD\tMD", "mahfud md"),
        ("Straße", "strasse"),
        ("ﬁnal", "final"),
        ("", ""),
        ("محمود", "محمود"),
        ("Rafał Trzaskowski", "rafal trzaskowski"),
        ("Ma’ruf", "ma'ruf"),
        ("Maʼruf", "ma'ruf"),
        ("Ma`ruf", "ma'ruf"),
        ("Jean‑Luc", "jean-luc"),
        ("محـــمود", "محمود"),
        ("أحمدی", "احمدي"),
        ("٢٠٢٤", "2024"),
        ("ᴍᴀʜꜰᴜᴅ", "mahfud"),
        ("İstanbul", "istanbul"),
        ("Ґанок", "ганок"),
    ],
)
def test_what_people_type_is_reduced_to_what_they_mean(text: str, plain: str) -> None:
    assert folded(text) == plain


@pytest.mark.parametrize(
    ("text", "other"), [("が", "か"), ("มา", "ม้า"), ("क्त", "कत"), ("Ганна", "Канна"), ("anies", "ānes")]
)
def test_what_readers_tell_apart_stays_apart(text: str, other: str) -> None:
    assert folded(text) != folded(other)


def test_every_character_is_the_same_as_its_capital_and_its_other_forms() -> None:
    different = {
        character
        for character in CHARACTERS
        for form in ("NFC", "NFD", "NFKC", "NFKD")
        if not character.isspace()
        and unicodedata.normalize("NFKC", character)[:1] != " "  # an accent that stands alone
        and folded(unicodedata.normalize(form, character)) != folded(character)
    }
    assert different <= set("`´"), "an apostrophe to people"
    subscript = "\u0345"  # an iota below is an accent to readers, and a letter to the Unicode case folding
    letters = [c for c in of("Ll", "Lt", "Lu") if subscript not in unicodedata.normalize("NFD", c)]
    capitals = {c for c in letters if folded(c.casefold()) != folded(c)}
    pairs = [(c, c.upper()) for c in letters if c.islower() and len(c.upper().lower()) == 1]
    capitals |= {small for small, capital in pairs if folded(capital) != folded(small)}
    assert capitals == set()


def test_a_latin_letter_with_something_to_it_is_that_letter() -> None:
    letters = {
        c: unicodedata.name(c) for c in of("Ll") if unicodedata.name(c).startswith("LATIN SMALL LETTER ")
    }
    plain = {
        letter: found[1].lower()
        for letter, name in letters.items()
        if (found := re.fullmatch(r"LATIN SMALL LETTER ([A-Z])(?: WITH .+)?", name))
    }
    assert len(plain) > 350
    with_a_sign = {"ŀ": "l.", "ẚ": "a'"}
    assert {letter: folded(letter) for letter in plain} == plain | with_a_sign
    assert folded("col·laboració") == folded("coŀlaboració")


def test_letters_that_unicode_does_not_decompose_are_stated() -> None:
    assert {letter: folded(letter) for letter in STATED} == STATED
    assert all(folded(letter.upper()) == folded(letter) for letter in STATED if letter != "ı")


def test_every_accent_is_off_and_every_mark_that_is_not_seen() -> None:
    accents = [c for c in of("Mn") if unicodedata.combining(c) in {*range(200, 241), *range(10, 36), 1, 7}]
    assert len(accents) > 500
    assert {c for c in accents if folded(f"a{c}b") != "ab"} == set()
    unseen = [
        c
        for c in of("Cf")
        if not re.search("NUMBER|SIGN|FOOTNOTE|END OF AYAH|ABBREVIATION|MARK ABOVE", unicodedata.name(c, ""))
    ]
    assert len(unseen) > 120
    assert {c for c in unseen if folded(f"a{c}b") != "ab"} == set()
    assert {
        c for c in map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]) if folded(f"❤{c}") != "❤"
    } == set()


def test_every_digit_is_its_number_and_every_dash_a_hyphen() -> None:
    assert {c for c in of("Nd") if folded(c) != str(unicodedata.decimal(c))} == set()
    dashes = {c for c in of("Pd") if folded(f"a{c}b") != "a-b"}
    assert dashes == set()


@pytest.mark.parametrize("apostrophe", list("'`´‘’‛′ʹʻʼʽʾʿˈꞌ՚׳＇"))
def test_every_apostrophe_is_one(apostrophe: str) -> None:
    assert folded(f"Ma{apostrophe}ruf") == "ma'ruf"


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert folded(folded(text)) == folded(text)


def test_folding_any_character_twice_changes_nothing_more() -> None:
    assert {c for c in CHARACTERS if folded(folded(c)) != folded(c)} == set()


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_letters_take_the_short_way_to_the_same_end(text: str) -> None:
    assert folded(text) == folded(f"{text} é").removesuffix("e").rstrip()


@given(st.text(max_size=20), st.text(max_size=20))
def test_words_fold_alone_as_they_fold_together(text: str, more: str) -> None:
    assert folded(f"{text} {more}").split() == [*folded(text).split(), *folded(more).split()]


def test_the_page_about_names_has_the_version_of_the_rule() -> None:
    assert f"`{RULE}`" in (ROOT / "docs" / "names.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["Ma'ruf Amin", "Maʼruf Amin", "Maruf Amin", "Ma-ruf  AMIN", "M.a.ruf Amin"])
def test_a_name_is_found_in_a_list_whatever_sign_was_typed(text: str) -> None:
    assert undivided(text) == "maruf amin"
