"""The pages' words: catalogues are whole, numbers and odds read as people say them."""

import string
from datetime import UTC, datetime, timedelta

import pytest
from tests.web import sample_room as sample

from siaga.domain.answers import Answer, Surface
from siaga.domain.verdicts import Counts, State, Verdict
from siaga.i18n.messages import messages
from siaga.i18n.speech import SOURCE_LANGUAGE, Speech, languages, translations
from siaga.i18n.verdict_phrases import (
    ANSWERS,
    STATES,
    SURFACES,
    counts_sentence,
    growth_sentence,
    odds_sentence,
)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def known_in(language: str) -> dict[str, str]:
    """What a catalogue has, by the source's singular; of several forms, the first."""
    found = getattr(translations(language), "_catalog", {})
    return {key[0] if isinstance(key, tuple) else key: text for key, text in found.items()}


def test_how_many_there_are_chooses_the_form_of_each_language() -> None:
    assert counts_sentence(Speech("en", "UTC"), counted(1, 12)).startswith("Asked 1 time, missing 0;")
    assert "controls asked 12 times, missing 0." in counts_sentence(Speech("en", "UTC"), counted(1, 12))
    assert counts_sentence(Speech("id", "UTC"), counted(1, 12)) == (
        "Ditanyakan 1 kali, hilang 0; pembanding ditanyakan 12 kali, hilang 0."
    )


def counted(asked: int, controls: int) -> Verdict:
    return sample.verdict("x", "mahfud", State.FINDABLE, counts=Counts(asked, 0, controls, 0))


@pytest.mark.parametrize("language", [name for name in languages() if name != SOURCE_LANGUAGE])
def test_every_message_is_translated_with_the_same_fields(language: str) -> None:
    known = known_in(language)
    for file, line, message in messages():
        translated = known.get(message, "")
        assert message in known, f"{file}:{line}: {message!r} is not in {language}.po"
        assert fields(translated) == fields(message), f"{language}.po: fields differ in {message!r}"


def test_no_translation_is_left_over() -> None:
    said = {message for _, _, message in messages()}
    for language in languages():
        assert set(known_in(language)) - {""} <= said


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


def test_every_word_that_a_verdict_may_carry_is_said_in_words() -> None:
    """What a page does not know it would leave out; so all must be known."""
    assert set(STATES) == set(State)
    assert set(ANSWERS) == set(Answer)
    assert set(SURFACES) == {surface.value for surface in Surface}


def test_odds_are_told_with_the_span_of_the_promise_and_what_was_allowed() -> None:
    speech, month = Speech("en", "UTC"), timedelta(days=30)
    allowed = odds_sentence(speech, sample.alarmed().said[0], month)
    assert "allowing it to be up to 2 times as hard to find" in allowed
    assert "at most once in 43 million watches of 30 days" in allowed
    assert "allowing" not in odds_sentence(speech, sample.SUPPRESSED, month)
    assert odds_sentence(speech, sample.verdict("x", "mahfud", State.FINDABLE, evidence=50.0), month) == ""
    assert odds_sentence(speech, sample.verdict("x", None, State.PLATFORM_DOWN, evidence=50.0), month) == ""


def test_evidence_that_has_grown_since_is_told_and_nothing_else() -> None:
    speech = Speech("en", "UTC")
    grown = growth_sentence(speech, sample.SUPPRESSED, 1e9)
    assert grown == "Since then the evidence has grown to 1 billion to 1."
    assert growth_sentence(speech, sample.SUPPRESSED, 1e7) == ""
    impaired = sample.verdict("x", "mahfud", State.IMPAIRED, evidence=50.0)
    assert growth_sentence(speech, impaired, 1e9) == ""
    fine = sample.verdict("x", "mahfud", State.FINDABLE, evidence=0.0)
    assert growth_sentence(speech, fine, 1e9) == ""
