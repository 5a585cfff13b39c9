"""The forms that only election files have: countries, languages, zones, names, canaries, promises."""

from datetime import timedelta

import pytest

from siaga.config.tree import Position, Scalar
from siaga.config.wording import Unreadable
from siaga.election.file_scalars import (
    known_countries,
    known_languages,
    least_controls,
    parse_canary,
    parse_promise,
    parse_time_zone,
    parse_voting_day,
)
from siaga.election.model import Promise


def test_promises() -> None:
    assert parse_promise("1/30d") == Promise(1.0, timedelta(days=30))
    assert parse_promise("0.5/24h") == Promise(0.5, timedelta(days=1))
    assert parse_promise("1000/1h") == Promise(1000.0, timedelta(hours=1))
    for text in ("1/30", "1 in 30d", "0/30d", "2000/30d", "1/0d", "1/500000d", "nan/30d", "1000.1/1h"):
        with pytest.raises(Unreadable):
            parse_promise(text)


def test_countries_and_languages_are_those_of_unicode() -> None:
    assert {"ID", "SG", "NO"} <= known_countries()
    assert not {"XQ", "001", "id"} & known_countries()
    assert {"id", "en", "jv"} <= known_languages()


def test_zones_are_those_of_this_machine() -> None:
    assert parse_time_zone("Asia/Jakarta") == "Asia/Jakarta"
    for text in ("Asia/Jakarda", "../etc/localtime", "WIB"):
        with pytest.raises(Unreadable):
            parse_time_zone(text)


def test_a_voting_day_is_within_reason() -> None:
    assert (parse_voting_day("1990-01-01").year, parse_voting_day("2100-12-31").year) == (1990, 2100)
    for text in ("1989-12-31", "2101-01-01", "2029-02-30"):
        with pytest.raises(Unreadable):
            parse_voting_day(text)


def test_a_canary_is_ten_to_fifteen_letters_and_digits() -> None:
    assert [parse_canary(text) for text in ("a" * 10, "a" * 15)] == ["a" * 10, "a" * 15]
    for text in ("a" * 9, "a" * 16, "1" + "a" * 10, "A" * 12):
        with pytest.raises(Unreadable):
            parse_canary(text)


@pytest.mark.parametrize(("written", "least"), [("2", 2), ("100", 100), ("1", 3), ("many", 3)])
def test_the_least_controls_are_as_written_or_the_default(written: str, least: int) -> None:
    assert least_controls(Scalar(written, Position("least-controls", 1))) == least
    assert least_controls(None) == 3
