"""A missing credential is named by its kind, with where to get it and where to put it, in each language."""

from dataclasses import replace

import pytest

from siaga.domain.credentials import MissingCredential
from siaga.i18n.credential_phrases import missing_sentence, remedy_sentence
from siaga.i18n.speech import Speech
from siaga.platforms.platform import CREDENTIAL_WORDS

ENGLISH, INDONESIAN = Speech("en", "UTC"), Speech("id", "UTC")
LACKED = MissingCredential("x", "bearer", "https://x.example/keys", "SIAGA_X_BEARER_TOKEN", None, is_all=True)


@pytest.mark.parametrize("kind", CREDENTIAL_WORDS)
@pytest.mark.parametrize("is_all", [True, False])
def test_each_kind_is_named(kind: str, is_all: bool) -> None:
    sentence = missing_sentence(ENGLISH, replace(LACKED, kind=kind, is_all=is_all), "X")
    assert CREDENTIAL_WORDS[kind].split(" ", 1)[1] in sentence
    assert sentence.startswith("X is not being measured" if is_all else "X is only partly measured")


def test_a_variable_and_the_page_that_gives_one_out_are_said() -> None:
    assert remedy_sentence(ENGLISH, LACKED) == (
        "Get one at https://x.example/keys, set the environment variable SIAGA_X_BEARER_TOKEN, "
        "and restart Siaga."
    )
    assert "variabel lingkungan SIAGA_X_BEARER_TOKEN" in remedy_sentence(INDONESIAN, LACKED)


def test_of_a_file_nobody_learns_where_on_the_machine_it_is() -> None:
    sentence = remedy_sentence(ENGLISH, replace(LACKED, environment=None, file="/etc/siaga/x.token"))
    assert "in the file x.token" in sentence
    assert "/etc" not in sentence
