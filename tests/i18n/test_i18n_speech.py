"""Numbers, odds and times read as people of each language say them."""

from datetime import UTC, datetime, timedelta

import pytest

from siaga.i18n.speech import Speech


@pytest.mark.parametrize(
    ("evidence", "english", "indonesian"),
    [
        (0.4, "less than 1 to 1", "kurang dari 1 banding 1"),
        (float("nan"), "less than 1 to 1", "kurang dari 1 banding 1"),
        (1.29, "1.2 to 1", "1,2 banding 1"),
        (431, "431 to 1", "431 banding 1"),
        (43_219, "43.2 thousand to 1", "43,2 ribu banding 1"),
        (4_321_999, "4.3 million to 1", "4,3 juta banding 1"),
        (1e30, "more than 1,000 trillion to 1", "lebih dari 1.000 triliun banding 1"),
    ],
)
def test_odds_are_said_as_people_say_them_and_never_rounded_up(
    evidence: float, english: str, indonesian: str
) -> None:
    assert Speech("en", "Asia/Jakarta").odds(evidence) == english
    assert Speech("id", "Asia/Jakarta").odds(evidence) == indonesian


def test_times_are_told_in_the_election_zone() -> None:
    speech = Speech("id", "Asia/Jakarta")
    at = datetime(2024, 1, 25, 0, 2, 11, tzinfo=UTC)
    assert speech.time(at) == "07.02"
    assert speech.clock(at) == "25 Jan 2024, 07.02.11"
    assert Speech("en", "Asia/Jakarta").clock(at) == "25 Jan 2024, 07:02:11"
    assert speech.zone_name(at) == "WIB"
    assert "25 Jan 2024" in speech.clock(at)


@pytest.mark.parametrize(
    ("span", "english", "indonesian"),
    [
        (timedelta(seconds=41.9), "41 seconds", "41 detik"),
        (timedelta(minutes=1, seconds=59), "1 minute", "1 menit"),
        (timedelta(hours=24), "24 hours", "24 jam"),
        (timedelta(hours=28, minutes=43, seconds=30), "28 hours 43 minutes", "28 jam 43 menit"),
        (timedelta(days=30), "30 days", "30 hari"),
        (timedelta(days=5, hours=3, minutes=50), "5 days 3 hours", "5 hari 3 jam"),
    ],
)
def test_spans_are_told_to_the_minute_and_never_rounded_up(
    span: timedelta, english: str, indonesian: str
) -> None:
    assert Speech("en", "Asia/Jakarta").span(span) == english
    assert Speech("id", "Asia/Jakarta").span(span) == indonesian
