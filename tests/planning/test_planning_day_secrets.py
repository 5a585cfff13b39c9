"""The day's key and canaries: asked for once a day, burned words gone for the day and over a restart."""

from datetime import UTC, date, datetime, timedelta

import pytest

from siaga.planning.day_secrets import DaySecrets

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_key_is_asked_for_once_a_day() -> None:
    asked: list[date] = []

    def key_of(day: date) -> bytes:
        asked.append(day)
        return bytes([day.day]) * 32

    secrets = DaySecrets(key_of)
    assert secrets.key(NOON) == secrets.key(NOON + timedelta(hours=11)) == b"\x01" * 32
    assert secrets.key(NOON + DAY) == b"\x02" * 32
    assert asked == [date(2027, 3, 1), date(2027, 3, 2)]


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="31 bytes"):
        DaySecrets(lambda day: b"k" * 31).key(NOON)


def test_burned_words_are_replaced_on_their_platform_until_the_day_ends() -> None:
    secrets = DaySecrets(lambda day: b"k" * 32)
    word = secrets.canaries("x", NOON)[1]
    secrets.burn("x", word, NOON)
    assert word not in secrets.canaries("x", NOON)
    again = DaySecrets(lambda day: b"k" * 32)
    again.restore(secrets.state())
    assert again.canaries("x", NOON) == secrets.canaries("x", NOON)
    fresh = DaySecrets(lambda day: b"k" * 32)
    assert secrets.canaries("bluesky", NOON) == fresh.canaries("bluesky", NOON)
    secrets.burn("x", secrets.canaries("x", NOON + DAY)[0], NOON + DAY)
    assert len(secrets.state()) == 1, "past days are forgotten"
