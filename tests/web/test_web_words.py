"""The pages' words: catalogues are whole, numbers and odds read as people say them."""

import string
from datetime import UTC, datetime

import pytest

from siaga.web.messages import messages
from siaga.web.words import SOURCE_LANGUAGE, Speech, languages, translations


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", [name for name in languages() if name != SOURCE_LANGUAGE])
def test_every_message_is_translated_with_the_same_fields(language: str) -> None:
    catalogue = translations(language)
    for file, line, message in messages():
        translated = catalogue.gettext(message)
        known = catalogue._catalog  # type: ignore[attr-defined]
        assert message in known, f"{file}:{line}: {message!r} is not in {language}.po"
        assert fields(translated) == fields(message), f"{language}.po: fields differ in {message!r}"


def test_no_translation_is_left_over() -> None:
    said = {message for _, _, message in messages()}
    for language in languages():
        known = getattr(translations(language), "_catalog", {})
        assert set(known) - {""} <= said


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
    assert speech.time(at) == "07:02"
    assert speech.zone_name(at) == "WIB"
    assert "25 Jan 2024" in speech.clock(at)
