"""The schema of room files for editors agrees with the reader, and knows every kind of channel."""

import io
import json
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML
from tests.cases.room_samples import PLATFORM, SMALL, changed, faults

from siaga.cases.room_schema import room_schema
from siaga.notifying.registry import FORMS

SCHEMA = room_schema(FORMS)
SHIPPED = files("siaga.cases").joinpath("room.yaml").read_text(encoding="utf-8").replace("PLATFORM", PLATFORM)


def is_refused(text: str) -> bool:
    value: Any = json.loads(json.dumps(YAML(typ="safe", pure=True).load(io.StringIO(text)), default=str))
    return not Draft202012Validator(SCHEMA).is_valid(value)


def test_it_is_a_schema_and_takes_what_is_in_order() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert not is_refused(SMALL)
    assert not is_refused(SHIPPED)


def test_its_kinds_of_channels_are_those_that_it_is_made_with() -> None:
    assert SCHEMA["$defs"]["ChannelSection"]["properties"]["kind"]["enum"] == list(FORMS)
    letter_only = room_schema({"letter": FORMS["letter"]})
    assert letter_only["$defs"]["ChannelSection"]["properties"]["kind"]["enum"] == ["letter"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("room: small", "room: Small Room"),
        ("approvals: 2", "approvals: 6"),
        ("[id, en]", "[id, xx]"),
        ("language: en", "language: fr"),
        ("monday", "mondays"),
        ('"22:00"', '"25:00"'),
        ("critical:", "grave:"),
        ("{kind: letter}", "{kind: pigeon}"),
        ("{kind: letter}", "{kind: letter, address: a@host.example}"),
        ("{kind: letter}", "{kind: email}"),
        (", secret: {environment: HOOK}", ""),
        ("on-call@host.example", "on call"),
        ("{environment: MAIL}", "{environment: MAIL, file: b}"),
        (", user: room", ""),
        ("label: A room", "lable: A room"),
    ],
)
def test_schema_and_reader_both_refuse_typical_faults(old: str, new: str) -> None:
    text = changed(old, new)
    assert is_refused(text)
    assert faults(text)


def test_every_field_is_described() -> None:
    undescribed = [
        f"{name}.{field}"
        for name, section in {"": SCHEMA, **SCHEMA["$defs"]}.items()
        for field, described in section["properties"].items()
        if not described.get("description") and "$ref" not in described
    ]
    assert undescribed == []
