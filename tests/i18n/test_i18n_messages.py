"""The catalogues are whole: every message is translated, with its fields, and none is left over."""

import re
import string

import pytest

from siaga.i18n.messages import messages
from siaga.i18n.speech import SOURCE_LANGUAGE, languages, translations


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def known_in(language: str) -> dict[str, str]:
    """What a catalogue has, by the source's singular; of several forms, the first."""
    found = getattr(translations(language), "_catalog", {})
    return {key[0] if isinstance(key, tuple) else key: text for key, text in found.items()}


@pytest.mark.parametrize("language", [name for name in languages() if name != SOURCE_LANGUAGE])
def test_every_message_is_translated_with_the_same_fields(language: str) -> None:
    known = known_in(language)
    missing = [f"#: {file}:{line}: {message!r}" for file, line, message in messages() if message not in known]
    assert not missing, f"not in {language}.po:\n" + "\n".join(missing)
    for _, _, message in messages():
        assert fields(known[message]) == fields(message), f"{language}.po: fields differ in {message!r}"


def test_no_translation_is_left_over() -> None:
    said = {message for _, _, message in messages()}
    for language in languages():
        assert set(known_in(language)) - {""} <= said


@pytest.mark.parametrize("bookish", ["surel", "peramban", "kuki", "tembok", "kenari", "dicurigai", "kambuh"])
def test_the_indonesian_catalogue_has_the_words_that_people_use(bookish: str) -> None:
    texts = getattr(translations("id"), "_catalog", {}).values()
    assert len(texts) > 1000
    assert not [text for text in texts if re.search(rf"\b{bookish}\b", text, re.IGNORECASE)]
