"""The page about election files leaves nothing out."""

import pytest
from tests.election.election_samples import ROOT

from siaga.domain.answers import Session, Surface
from siaga.election.model import ContestantKind, ControlKind, EventKind, NameKind
from siaga.election.schema import election_schema
from siaga.platforms.registry import platforms

PAGE = (ROOT / "docs" / "election-file.md").read_text(encoding="utf-8")
SCHEMA = election_schema(platforms())
FIELDS = sorted(
    {
        field
        for section in (SCHEMA, *SCHEMA["$defs"].values())
        for field, schema in section.get("properties", {}).items()
        if schema is not False
    }
)
WORDS = [*ContestantKind, *ControlKind, *EventKind, *NameKind, *Surface, *Session]


@pytest.mark.parametrize("word", [*FIELDS, *sorted(set(WORDS))])
def test_every_field_and_word_is_documented(word: str) -> None:
    assert f"`{word}`" in PAGE or f"`{word}:`" in PAGE
