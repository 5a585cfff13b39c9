"""Labels by language."""

import pickle

import pytest

from siaga.domain.label import Label, label_in

DEBATE = Label({"id": "Debat kelima", "en": "Fifth debate"})


@pytest.mark.parametrize(("language", "text"), [("id", "Debat kelima"), ("en", "Fifth debate")])
def test_a_label_reads_in_the_language_asked_for(language: str, text: str) -> None:
    assert label_in(language, DEBATE) == text


def test_in_a_language_that_the_file_does_not_have_its_first_is_read() -> None:
    assert label_in("fr", DEBATE) == "Debat kelima"
    assert f"{DEBATE}" == str(DEBATE) == "Debat kelima"


def test_any_other_text_stays_as_it_is() -> None:
    assert label_in("en", "Debat kelima") == "Debat kelima"


def test_what_stands_around_a_label_stands_around_it_in_each_language() -> None:
    around = DEBATE.within(lambda text: f"{text} (Jakarta)")
    assert label_in("en", around) == "Fifth debate (Jakarta)"
    assert label_in("id", around) == "Debat kelima (Jakarta)"


def test_a_label_is_kept_with_its_languages() -> None:
    assert label_in("en", pickle.loads(pickle.dumps(DEBATE))) == "Fifth debate"
