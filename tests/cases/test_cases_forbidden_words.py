"""Each word of the rule does its work in a sentence."""

import pytest

from siaga.cases.notices.forbidden import forbidden
from siaga.cases.notices.forbidden_words import ROOTS_ID, ROOTS_WITH_SUFFIX_ID, VERBS_EN

SENTENCES = {
    "base": "Please {} this post.",
    "third": "We ask that the platform {} this post.",
    "gerund": "We suggest {} this post.",
    "participle": "This post should be {}.",
    "noun": "We request the {} of this post.",
}
BORROWED = {"suspend", "delete", "hide", "remove", "block", "ban", "banned", "takedown", "shadowban"}


@pytest.mark.parametrize(("word", "form"), VERBS_EN.items())
def test_an_english_verb_is_refused_in_its_form(word: str, form: str) -> None:
    assert forbidden(SENTENCES[form].format(word)) is not None
    assert forbidden(f"The platform has {word} this post.") is None or form != "participle"


@pytest.mark.parametrize("root", sorted(ROOTS_ID - BORROWED) + sorted(ROOTS_WITH_SUFFIX_ID))
def test_an_indonesian_root_is_refused_with_its_affixes(root: str) -> None:
    for word in (f"{root}kan", f"{root}kanlah", f"di{root}kan", f"di{root}i"):
        assert forbidden(f"Mohon unggahan ini {word}.") is not None, word
        assert forbidden(f"Unggahan ini telah {word}.") is None, word


@pytest.mark.parametrize("root", sorted(ROOTS_WITH_SUFFIX_ID - ROOTS_ID))
def test_a_root_without_a_suffix_tells_what_is_there(root: str) -> None:
    assert forbidden(f"Mohon periksa mengapa unggahan ini {root}.") is None
