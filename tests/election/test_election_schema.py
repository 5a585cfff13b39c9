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
from siaga.election.model import ContestantKind, ControlKind, EventKind, NameKind
from siaga.election.readers import PAGE
from siaga.election.reading import read_election
from siaga.election.schema import election_schema

SCHEMA = election_schema(READERS)
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
def test_what_ships_passes_the_schema_and_names_it(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert list(VALIDATOR.iter_errors(value_of(text))) == []
    assert text.splitlines()[0] == "# yaml-language-server: $schema=election.schema.json"


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


def test_the_schema_knows_the_words_that_the_product_knows() -> None:
    definitions = SCHEMA["$defs"]
    assert definitions["ContestantSection"]["properties"]["kind"]["enum"] == list(ContestantKind)
    assert definitions["ControlSection"]["properties"]["kind"]["enum"] == list(ControlKind)
    assert definitions["EventSection"]["properties"]["kind"]["enum"] == list(EventKind)
    assert definitions["SurfaceSection"]["properties"]["surface"]["enum"] == list(Surface)
    assert definitions["SurfaceSection"]["properties"]["session"]["enum"] == list(Session)
    assert [kind["required"] for kind in definitions["NameSection"]["oneOf"]] == [[kind] for kind in NameKind]


def test_the_readers_in_the_schema_are_those_that_it_is_made_with() -> None:
    enum = SCHEMA["$defs"]["PlatformSection"]["properties"]["reader"]["enum"]
    assert enum == sorted([*READERS, PAGE])
    fewer = election_schema({"x": READERS["x"]})
    assert fewer["$defs"]["PlatformSection"]["properties"]["reader"]["enum"] == ["page", "x"]


@pytest.mark.parametrize(
    "fields",
    [
        "options: {region: Java}",
        "options: {language: id}",
        "credential: {environment: A}",
        "recipe: forum.yaml",
        "browser: switched-on",
    ],
)
def test_the_schema_knows_what_each_reader_takes(fields: str) -> None:
    assert not refuses(small().replace("reader: nostr", "reader: nostr\n    options: {region: ID}"))
    text = small().replace("reader: nostr", f"reader: nostr\n    {fields}")
    assert refuses(text)
    with pytest.raises(BadInput):
        read_election(text, READERS)


def test_every_field_is_described() -> None:
    sections = {"": SCHEMA, **SCHEMA["$defs"]}
    undescribed = [
        f"{name}.{field}"
        for name, section in sections.items()
        for field, described in section["properties"].items()
        if not described.get("description") and "$ref" not in described
    ]
    assert undescribed == []


def test_no_default_says_what_a_file_cannot_say() -> None:
    for section in (SCHEMA, *SCHEMA["$defs"].values()):
        for described in section["properties"].values():
            assert described.get("default", 1) is not None
            assert "anyOf" not in described
