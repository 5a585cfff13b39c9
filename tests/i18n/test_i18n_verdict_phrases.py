"""States, answers and verdicts in words that people use."""

from datetime import timedelta

from tests.web import sample_room as sample

from siaga.domain.answers import Answer, Surface
from siaga.domain.verdicts import Counts, State, Verdict
from siaga.i18n.speech import Speech
from siaga.i18n.verdict_phrases import (
    ANSWERS,
    STATES,
    SURFACES,
    controls_sentence,
    counts_sentence,
    growth_sentence,
    odds_sentence,
)


def counted(asked: int, controls: int) -> Verdict:
    return sample.verdict("x", "mahfud", State.FINDABLE, counts=Counts(asked, 0, controls, 0))


def test_how_many_there_are_chooses_the_form_of_each_language() -> None:
    assert counts_sentence(Speech("en", "UTC"), counted(1, 12)).startswith("Missing in 0 of 1 check;")
    assert "comparison names missing in 0 of 12 checks." in counts_sentence(
        Speech("en", "UTC"), counted(1, 12)
    )
    assert counts_sentence(Speech("id", "UTC"), counted(1, 12)) == (
        "Hilang dalam 0 dari 1 pemeriksaan; nama pembanding hilang dalam 0 dari 12 pemeriksaan."
    )


def test_every_word_that_a_verdict_may_carry_is_said_in_words() -> None:
    """What a page does not know it would leave out; so all must be known."""
    assert set(STATES) == set(State)
    assert set(ANSWERS) == set(Answer)
    assert set(SURFACES) == {surface.value for surface in Surface}


def test_odds_are_told_with_the_span_of_the_promise_and_what_was_allowed() -> None:
    speech, month = Speech("en", "UTC"), timedelta(days=30)
    allowed = odds_sentence(speech, sample.alarmed().said[0], month)
    assert "allowing it to be up to 2 times as hard to find" in allowed
    assert "in at most one of 43 million monitoring periods of 30 days" in allowed
    assert "allowing" not in odds_sentence(speech, sample.SUPPRESSED, month)
    assert odds_sentence(speech, sample.verdict("x", "mahfud", State.FINDABLE, evidence=50.0), month) == ""
    assert odds_sentence(speech, sample.verdict("x", None, State.PLATFORM_DOWN, evidence=50.0), month) == ""


def test_evidence_that_has_grown_since_is_told_and_nothing_else() -> None:
    speech = Speech("en", "UTC")
    grown = growth_sentence(speech, sample.SUPPRESSED, 1e9)
    assert grown == "Evidence has since grown to 1 billion to 1."
    assert growth_sentence(speech, sample.SUPPRESSED, 1e7) == ""
    impaired = sample.verdict("x", "mahfud", State.IMPAIRED, evidence=50.0)
    assert growth_sentence(speech, impaired, 1e9) == ""
    fine = sample.verdict("x", "mahfud", State.FINDABLE, evidence=0.0)
    assert growth_sentence(speech, fine, 1e9) == ""


def test_controls_that_are_few_or_left_out_are_named_with_what_to_do() -> None:
    speech = Speech("en", "UTC")
    assert controls_sentence(speech, {}, (), 12, 3) == "Working as usual."
    assert controls_sentence(speech, {}, (), 5, 3).startswith("Working, but few")
    left_out = controls_sentence(speech, {"people": ["c1", "c2"]}, ("c3",), 5, 3)
    assert left_out.startswith("people search: c1, c2 not used")
    assert "only 3 comparison names left. Add more." in left_out
    assert "c3 raised an alarm" in left_out
    assert "too few comparison names left" in controls_sentence(speech, {"people": ["c1", "c2"]}, (), 4, 3)
