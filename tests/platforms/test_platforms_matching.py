"""Which results really carry a name."""

import unicodedata
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.platforms.json import ContractViolation
from siaga.platforms.matching import (
    LONGEST_TEXT,
    as_tag,
    bare,
    most_shared_words,
    same_handle,
    tag,
    unescaped,
    whole_words,
    word_beginnings,
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("mahfud", "Mahfud bicara"),
        ("mahfud", "kata @mahfud, kemarin"),
        ("mahfud", "#Mahfud!"),
        ("mahfud", "mahfud's"),
        ("Mahfud MD", "MD: Mahfud"),
        ("Mahfud MD", "dukung #MahfudMD"),
        ("José", "JOSE datang"),
        ("jose", "José"),
        ("mahfud", "mah\u200bfud"),
        ("mahfud", "\u202bmahfud\u202c"),
        ("ＭＡＨＦＵＤ", "mahfud"),
        ("محفوظ", "قال محفوظ اليوم"),
        ("मोदी", "आज मोदी बोले"),
        ("ประยุทธ์", "นายกประยุทธ์กล่าว"),
        ("윤석열", "윤석열이 말했다"),
        ("岸田文雄", "総理の岸田文雄氏"),
        ("🐘", "gajah🐘🐘"),
        ("❤", "❤️"),
        ("C++", "belajar C++ yuk"),
    ],
)
def test_a_text_carries_the_name(name: str, text: str) -> None:
    assert whole_words(name)(text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("mahfud", "mahfudmd"),
        ("mahfud", "tanpa nama"),
        ("anies", "companies"),
        ("gan", "Ganjar"),
        ("Mahfud MD", "Mahfud saja"),
        ("मोद", "मोदी"),
        ("mahfud", ""),
        ("", "apa saja"),
        ("\u200f", "apa saja"),
    ],
)
def test_a_text_does_not_carry_the_name(name: str, text: str) -> None:
    assert not whole_words(name)(text)


@pytest.mark.parametrize(
    ("name", "text", "carries"),
    [
        ("mahfud", "Mahfud MD mohmahfudmd", True),
        ("mahfud", "mahfudmd.bsky.social", True),
        ("mahfud", "mohmahfud", False),
        ("mahfud md", "mahfudmd_official", True),
        ("mahfud md", "mahfud", False),
    ],
)
def test_people_are_known_by_how_their_names_begin(name: str, text: str, carries: bool) -> None:
    assert word_beginnings(name)(text) is carries


@pytest.mark.parametrize(
    ("name", "tags", "text", "carries"),
    [
        ("MahfudMD", ["mahfudmd"], "", True),
        ("#MahfudMD", ["#MAHFUDMD"], "", True),
        ("mahfudmd", [], "dukung #MahfudMD!", True),
        ("mahfudmd", [], "dukung mahfudmd", False),
        ("mahfudmd", ["mahfudmd2024"], "#mahfudmd2024", False),
        ("", [""], "#", False),
    ],
)
def test_a_hashtag_is_whole(name: str, tags: list[str], text: str, carries: bool) -> None:
    assert tag(name)(tags, text) is carries


def test_handles_are_the_same_or_not() -> None:
    assert same_handle("@Mahfud", "mahfud")
    assert not same_handle("mahfud", "mahfud2")
    assert not same_handle("", "")
    assert not same_handle("@", "")


@pytest.mark.parametrize(
    "name",
    ["", "#", "a b", "a:b", 'a"b', "a-b", "a/b", "a.b", "a\x00", "a\u00a0b", "-x", "Ma’ruf", "a\u2011b"],
)
def test_what_is_no_hashtag_is_not_asked_as_one(name: str) -> None:
    with pytest.raises(ContractViolation):
        as_tag(name)


@pytest.mark.parametrize("name", ["MahfudMD", "#Jokowi3Periode", "pemilu_2024", "محفوظ", "मोदी", "🐘"])
def test_hashtags_are_in_any_script(name: str) -> None:
    assert as_tag(name) == name.lstrip("#")


@given(st.text(), st.text())
def test_a_name_stands_in_every_text_that_has_it_as_a_word(before: str, after: str) -> None:
    assert whole_words("mahfud")(f"{before[:5000]} mahfud {after}")


@given(st.text(max_size=30), st.text(max_size=200))
def test_matching_never_raises(name: str, text: str) -> None:
    for look in (whole_words, word_beginnings):
        assert look(name)(text) in {True, False}
    assert tag(name)([text], text) in {True, False}
    assert same_handle(name, text) in {True, False}


APOSTROPHES = "'`´’‘ʼʻʾ"
HYPHENS = "-\u2010\u2011\u2013\u2212"


@pytest.mark.parametrize("typed", APOSTROPHES)
@pytest.mark.parametrize("shown", [*APOSTROPHES, "", "-", " ", "&#39;", "\u200b"])
def test_maruf_is_found_whichever_apostrophe_was_typed_or_shown(typed: str, shown: str) -> None:
    text = unescaped(f"Kata Ma{shown}ruf Amin kemarin")
    assert whole_words(f"Ma{typed}ruf Amin")(text)
    assert word_beginnings(f"Ma{typed}ruf Amin")(text)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Rafal Trzaskowski", "Rafał Trzaskowski wygrał"),
        ("Rafał Trzaskowski", "RAFAL TRZASKOWSKI"),
        ("Slawomir Mentzen", "Sławomir Mentzen"),
        ("Maruf Amin", "Ma’ruf Amin"),
        ("K.H. Ma'ruf", "KH Maruf"),
        ("KH Maruf", "K.H. Ma’ruf"),
        ("Jean-Luc", "Jean Luc"),
        ("Jean Luc", "Jean\u2011Luc"),
        ("Prabowo", "Prabowo-Gibran"),
        ("Gibran", "Prabowo–Gibran"),
        ("Erdogan", "Erdoğan'ın"),
        ("Sigurður", "Sigurdur"),
        ("محمد", "مُحَمَّـــد"),
        ("احمدي", "أحمدی"),
        ("Mahfud M.D.", "#MahfudMD"),
        ("Col·laboració", "Coŀlaboracio"),
        ("ジャン・リュック", "ジャン-リュック"),
        ("AT&T", "AT&amp;T"),
    ],
)
def test_what_a_reader_sees_as_the_same_name_is_found(typed: str, shown: str) -> None:
    assert whole_words(typed)(unescaped(shown))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Maruf", "Ma ruf"),
        ("Ma'ruf", "Ma, ruf"),
        ("Ma'ruf", "Ma''ruf"),
        ("Ma'ruf", "Marufi"),
        ("Jean-Luc", "Luc Jean"),
        ("ma ruf", "maru f"),
        ("Gibran", "Prabowo-Gibranku"),
    ],
)
def test_what_a_reader_sees_as_another_name_is_not_found(typed: str, shown: str) -> None:
    assert not whole_words(typed)(shown)


WITH_A_SIGN = "Ŀŀŉ"
"""Letters that are a letter and a sign."""
LETTERS = st.text(
    st.characters(categories=["Lu", "Ll"], max_codepoint=0x24F, exclude_characters=WITH_A_SIGN),
    min_size=1,
    max_size=12,
)
SIGNS = [*APOSTROPHES, *HYPHENS, "\u200d", "\u00ad", "·"]
WRITTEN = [str.upper, str.lower, str.title, partial(unicodedata.normalize, "NFD")]


@given(LETTERS, LETTERS, st.sampled_from(SIGNS))
def test_a_sign_within_a_name_neither_divides_nor_joins(first: str, second: str, sign: str) -> None:
    with_sign, without = f"{first}{sign}{second}", f"{first}{second}"
    assert whole_words(with_sign)(f"kata {without}!")
    assert whole_words(without)(f"kata {with_sign}!")
    assert whole_words(with_sign)(f"kata {with_sign}!")


@given(LETTERS, st.sampled_from(WRITTEN))
def test_a_name_is_found_however_it_is_written(name: str, written: Callable[[str], str]) -> None:
    assert whole_words(name)(f"kata {written(name)}, kemarin")


def test_only_so_much_of_a_text_is_looked_at() -> None:
    assert len(bare("x" * 10_000_000)) == LONGEST_TEXT
    assert not whole_words("a" * 200)("a" * 10_000_000)
    assert not whole_words(" ".join(["a"] * 100))("ba" * 5_000_000)


def test_words_that_most_texts_share_are_found_and_nothing_of_addresses() -> None:
    texts = ["Warung pagi https://toko.example/sejahtera", "@tetangga #warungku warung", "Ramai 12345"]
    assert most_shared_words([*texts, "ramai", "RAMAI"]) == ["ramai", "warung"]
    assert most_shared_words([]) == []
