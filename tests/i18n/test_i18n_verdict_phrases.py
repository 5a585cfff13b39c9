"""States, answers and verdicts in words that people use."""

from siaga.domain.answers import Answer, Surface
from siaga.domain.verdicts import State
from siaga.i18n.speech import Speech
from siaga.i18n.verdict_phrases import ANSWERS, STATES, SURFACES, controls_sentence


def test_every_word_that_a_verdict_may_carry_is_said_in_words() -> None:
    """What a page does not know it would leave out; so all must be known."""
    assert set(STATES) == set(State)
    assert set(ANSWERS) == set(Answer)
    assert set(SURFACES) == {surface.value for surface in Surface}


def test_controls_that_are_few_or_left_out_are_named_with_what_to_do() -> None:
    speech = Speech("en", "UTC")
    assert controls_sentence(speech, {}, (), 12, 3, True) == "Working as usual."
    assert controls_sentence(speech, {}, (), 5, 3, True).startswith("Working, but few")
    left_out = controls_sentence(speech, {"people": ["c1", "c2"]}, ("c3",), 5, 3, True)
    assert left_out.startswith("people search: c1, c2 not used")
    assert "only 3 comparison names left. Add more." in left_out
    assert "c3 raised an alarm" in left_out
    assert "too few comparison names left" in controls_sentence(
        speech, {"people": ["c1", "c2"]}, (), 4, 3, True
    )


def test_controls_are_not_as_usual_where_none_was_reached() -> None:
    speech = Speech("en", "UTC")
    assert controls_sentence(speech, {}, (), 12, 3, False).startswith("Not measured")
