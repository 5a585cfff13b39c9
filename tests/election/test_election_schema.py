"""The schema for editors agrees with the reader: on shipped files, on typical faults, and word by word."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML
from tests.election.election_samples import READERS, ROOT, small

from siaga.domain.answers import Session, Surface
from siaga.domain.errors import BadInput
from siaga.election import reading
from siaga.election.model import ContestantKind, ControlKind, EventKind, NameKind
from siaga.election.reading import read_election

FILE = ROOT / "src" / "siaga" / "election" / "schema.json"
SCHEMA: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def value_of(text: str) -> Any:
    """The file's value as editors see it: days are texts there."""
    value = YAML(typ="safe", pure=True).load(io.StringIO(text))
    return json.loads(json.dumps(value, default=str))


def refuses(text: str) -> bool:
    return not VALIDATOR.is_valid(value_of(text))


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("file", sorted(ROOT.glob("elections/*.yaml")), ids=lambda file: file.name)
def test_what_ships_passes_the_schema_and_names_it_by_a_relative_path(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert list(VALIDATOR.iter_errors(value_of(text))) == []
    first = text.splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    assert (file.parent / first.partition("=")[2]).resolve() == FILE


def test_the_small_election_passes_the_schema() -> None:
    assert not refuses(small())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("votes: 2029-02-14\n", ""),
        ("votes: ", "wotes: "),
        ("election: test", "election: Test One"),
        ("label: Test\n", "label: 2024\n"),
        ("label: Test\n", "label:\n"),
        ("1/30d", "one in 30 days"),
        ("2029-02-14\n", "14.2.2029\n"),
        ("least-controls: 3", "least-controls: '3'"),
        ("kind: person", "kind: persona"),
        ("kind: person", "kind: ticket"),
        ("full: Sari Wijaya", "fill: Sari Wijaya"),
        ("hashtag: SariWijaya", "hashtag: '#SariWijaya'"),
        ("handle: sariwijaya", "handle: '@sariwijaya'"),
        ("kind: everyday-word", "kind: word"),
        ("[qzvexh7rwk4m]", "[kucing]"),
        ("canaries: [qzvexh7rwk4m]", "canaries: qzvexh7rwk4m"),
        ("reader: nostr", "reader: nostra"),
        ("surface: people", "surface: peoples"),
        ("every: 10m}", "every: 10 minutes}"),
        ("session: signed-in", "session: signed"),
        ("requests: 600", "requests: many"),
        ("https://bsky.social", "https://me:secret@bsky.social"),
        ("environment: BLUESKY_APP_PASSWORD", "password: secret"),
        ("environment: BLUESKY_APP_PASSWORD", "environment: two words"),
        ("family: 4", "family: 5"),
        ("network: AS7713", "network: Telkom"),
        ("starts: 2029-02-14T07:00", "starts: 7am"),
        ("denser: 2", "denser: 0.5"),
    ],
)
def test_schema_and_reader_both_refuse_typical_faults(old: str, new: str) -> None:
    text = small().replace(old, new, 1)
    assert text != small()
    assert refuses(text)
    with pytest.raises(BadInput):
        read_election(text, READERS)


def test_the_schema_knows_the_same_words_as_the_reader() -> None:
    definitions = SCHEMA["$defs"]
    assert tuple(SCHEMA["properties"]) == reading.FIELDS
    assert tuple(SCHEMA["required"]) == reading.REQUIRED
    assert definitions["contestant"]["properties"]["kind"]["enum"] == list(ContestantKind)
    assert definitions["control"]["properties"]["kind"]["enum"] == list(ControlKind)
    assert definitions["event"]["properties"]["kind"]["enum"] == list(EventKind)
    assert definitions["surface"]["properties"]["surface"]["enum"] == list(Surface)
    assert definitions["surface"]["properties"]["session"]["enum"] == list(Session)
    assert [one["required"] for one in definitions["name"]["oneOf"]] == [[kind] for kind in NameKind]


def test_every_field_is_described() -> None:
    def undescribed(schema: Any, path: str) -> list[str]:
        missing = []
        for name, field in schema.get("properties", {}).items():
            if not isinstance(field, dict) or name in schema.get("then", {}):
                continue
            target = SCHEMA["$defs"][field["$ref"].split("/")[-1]] if "$ref" in field else field
            if "description" not in field and "description" not in target:
                missing.append(f"{path}.{name}")
        return missing

    found = undescribed(SCHEMA, "")
    for name, definition in SCHEMA["$defs"].items():
        found += undescribed(definition, name)
    assert found == []
