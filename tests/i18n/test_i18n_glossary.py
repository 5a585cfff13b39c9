"""The glossary explains each word in every language."""

import pytest

from siaga.i18n.glossary import GLOSSARY, GlossaryWord
from siaga.i18n.speech import SOURCE_LANGUAGE, Speech, languages


@pytest.mark.parametrize("word", GLOSSARY.values(), ids=GLOSSARY)
def test_a_word_is_explained_in_every_language(word: GlossaryWord) -> None:
    assert word.meaning.endswith(".")
    for language in set(languages()) - {SOURCE_LANGUAGE}:
        assert Speech(language, "UTC").gettext(word.meaning) != word.meaning
