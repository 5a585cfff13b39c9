"""The JSON Schema of election files: from the models, with the readers that Siaga knows."""

from collections.abc import Mapping
from typing import Any

from siaga.config.schema import schema_of
from siaga.election.readers import PAGE, ReaderFacts
from siaga.election.sections import ElectionFileSection, PlatformSection


def election_schema(readers: Mapping[str, ReaderFacts]) -> dict[str, Any]:
    """What editors need to know of an election file. `readers` are the known ones, by the file's word."""
    schema = schema_of(
        ElectionFileSection,
        "Siaga election file",
        "One election to be watched: contestants, names, controls, platforms, vantages, events. "
        "`siaga election check FILE` checks what a schema cannot: names apart, enough controls, budgets that "
        "carry the rounds.",
    )
    platform = schema["$defs"][PlatformSection.__name__]
    platform["properties"]["reader"]["enum"] = sorted([*readers, PAGE])
    platform["allOf"] = [_page(), *(_options(word, readers[word]) for word in sorted(readers))]
    return schema


def _page() -> dict[str, Any]:
    return {
        "if": _read_by(PAGE),
        "then": {"required": ["recipe", "browser"]},
        "else": {"properties": {"recipe": False, "browser": False}},
    }


def _options(word: str, facts: ReaderFacts) -> dict[str, Any]:
    """The options and the credential that one reader takes."""
    known = {
        name: {"pattern": f"^({option.pattern.pattern})$", "description": f"Write {option.say}."}
        for name, option in sorted(facts.options.items())
    }
    takes: dict[str, Any] = {"options": {"properties": known, "additionalProperties": False}}
    if facts.credential is None:
        takes["credential"] = False
    elif facts.credential == "password":
        takes["credential"] = {"required": ["account"]}
    return {"if": _read_by(word), "then": {"properties": takes}}


def _read_by(word: str) -> dict[str, Any]:
    return {"properties": {"reader": {"const": word}}, "required": ["reader"]}
