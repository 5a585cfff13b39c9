"""Each form of a value reads what it says, and tells what else to write."""

import re
from datetime import timedelta

import pytest
from jsonschema import Draft202012Validator

from siaga.config.scalars import (
    ScalarType,
    address,
    matching,
    number,
    one_of,
    parse_id,
    plain_text,
    span,
    text,
    whole,
)
from siaga.config.tree import Items, Position, Scalar
from siaga.config.wording import Unreadable

AT = Position("field", 1)


def read(form: ScalarType, written: str, *, quoted: bool = False) -> object:
    return form.parse(Scalar(written, AT, quoted))


def problem(form: ScalarType, written: str, *, quoted: bool = False) -> Unreadable:
    with pytest.raises(Unreadable) as refused:
        read(form, written, quoted=quoted)
    assert refused.value.do
    return refused.value


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("", "Nothing stands here"),
        (" ", "Nothing stands here"),
        ("2024", "reads as a number"),
        ("x" * 201, "201 characters"),
        ("a\nb", "Line breaks"),
        (" a", "outer spaces"),
        ("a\u202eb", "control characters"),
    ],
)
def test_a_text_is_some_words_on_one_line(written: str, what: str) -> None:
    assert what in problem(text(), written).what


def test_letters_joiners_belong_to_a_text_and_quotes_make_a_number_one() -> None:
    assert read(text(), "a\u200db") == "a\u200db"
    assert read(text(), "2024", quoted=True) == "2024"
    with pytest.raises(Unreadable, match="A text is expected"):
        plain_text(Items([], AT))


def test_a_choice_proposes_the_nearest_word() -> None:
    form = one_of(["public", "signed-in"])
    assert read(form, "public") == "public"
    assert problem(form, "publik").do == "Did you mean 'public'? Use one of: public, signed-in."
    assert form.schema == {"enum": ["public", "signed-in"]}


@pytest.mark.parametrize("written", ["1e3", "nan", "٣", "0x10", "+1", "", "1_000", "99999999999"])
def test_a_number_is_written_in_plain_digits(written: str) -> None:
    assert "number is expected" in problem(number(0, 10), written).what


def test_a_number_has_bounds_that_belong_to_it() -> None:
    assert read(number(1, 60), "1") == 1.0
    assert read(number(1, 60), "60") == 60.0
    assert "out of range" in problem(number(1, 60), "0.999").what
    assert "out of range" in problem(number(1, 60), "60.001").what
    assert "number is expected" in problem(number(1, 60), "5", quoted=True).what


def test_a_whole_number_is_one() -> None:
    assert read(whole(2, 100), "100") == 100
    assert "no whole number" in problem(whole(2, 100), "2.5").what


def test_a_span_has_bounds_and_is_quoted_where_it_does_not_read() -> None:
    form = span(timedelta(seconds=1), timedelta(days=7), "A round every {}")
    assert read(form, "7d") == timedelta(days=7)
    assert problem(form, "8d").what == "A round every 8d is out of range."
    assert problem(form, "8d").do.startswith("Write a span from 1s to 7d")
    assert problem(form, "soon").what == "'soon': Invalid time span."
    schema = Draft202012Validator(form.schema)
    assert schema.is_valid("1h30m")
    assert not any(map(schema.is_valid, ("", "soon", "5 m", 5)))


def test_an_address_is_encrypted_where_it_must_be_and_has_no_path_where_it_may_not() -> None:
    form = address("https", "http", unencrypted="Links would travel unencrypted.", path=False, do="Or ask.")
    assert read(form, "https://host.example/") == "https://host.example/"
    assert read(form, "http://127.0.0.1:8024") == "http://127.0.0.1:8024"
    assert problem(form, "http://host.example").what == "Links would travel unencrypted."
    assert problem(form, "https://host.example/a").what == "A path stands in the address."
    assert problem(form, "ftp://host.example").do.endswith("Or ask.")
    schema = Draft202012Validator(form.schema)
    assert schema.is_valid("https://host.example/")
    assert not any(map(schema.is_valid, ("https://host.example/a", "ftp://host.example", "https://a@b")))


def test_an_id_is_lower_case_words_and_one_is_proposed() -> None:
    assert parse_id("a-1") == "a-1"
    for written in ("A", "a_b", "-a", "a--b", "a" * 49):
        with pytest.raises(Unreadable):
            parse_id(written)
    with pytest.raises(Unreadable) as refused:
        parse_id("My Room!")
    assert refused.value.do.endswith("my-room.")
    with pytest.raises(Unreadable) as refused:
        parse_id("???")
    assert refused.value.do.endswith("some-words.")


def test_a_pattern_matches_the_whole_text() -> None:
    form = text(matching(re.compile("AS[0-9]+"), "is no network.", "Write AS7713."))
    assert read(form, "AS7713") == "AS7713"
    assert problem(form, "AS7713 ID").what == "'AS7713 ID' is no network."
