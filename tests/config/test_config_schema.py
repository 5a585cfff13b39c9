"""A schema says what its models say: fields, bounds, defaults and the docstrings as hints."""

from typing import Annotated

from jsonschema import Draft202012Validator
from pydantic import Field

from siaga.config.scalars import Id, Text, whole
from siaga.config.schema import schema_of
from siaga.config.sections import KeyedBy, ListOf, Section


class Drawer(Section):
    """One drawer
    of a desk."""

    id: Id
    """Its id."""


class Desk(Section):
    """A desk."""

    room: Id
    """Its id."""
    max_drawers: Annotated[int, whole(1, 9)] = 3
    """So many
    at most."""
    label: Text | None = None
    """A name."""
    drawers: Annotated[tuple[Drawer, ...], ListOf(2, unique=True)] = ()
    """From above."""
    sides: Annotated[dict[str, Drawer], KeyedBy(("left", "right"))] = Field({})
    """One a side."""


SCHEMA = schema_of(Desk, "A desk file", "For desks.")
VALIDATOR = Draft202012Validator(SCHEMA)


def test_it_is_a_schema_with_the_files_own_title() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert list(SCHEMA)[:2] == ["$schema", "title"]
    assert (SCHEMA["title"], SCHEMA["description"]) == ("A desk file", "For desks.")
    assert SCHEMA["required"] == ["room"]


def test_docstrings_are_the_hints_on_one_line() -> None:
    assert SCHEMA["properties"]["max-drawers"]["description"] == "So many at most."
    assert SCHEMA["$defs"]["Drawer"]["description"] == "One drawer of a desk."


def test_defaults_are_those_that_a_file_can_say() -> None:
    assert SCHEMA["properties"]["max-drawers"]["default"] == 3
    assert "default" not in SCHEMA["properties"]["label"]
    assert "default" not in SCHEMA["properties"]["drawers"]


def test_it_refuses_what_the_models_refuse() -> None:
    assert VALIDATOR.is_valid({"room": "a", "drawers": [{"id": "b"}], "sides": {"left": {"id": "c"}}})
    for wrong in (
        {},
        {"room": "A"},
        {"room": "a", "label": None},
        {"room": "a", "max-drawers": 10},
        {"room": "a", "drawers": []},
        {"room": "a", "drawers": [{"id": "b"}, {"id": "b"}]},
        {"room": "a", "sides": {"top": {"id": "c"}}},
        {"room": "a", "wat": 1},
    ):
        assert not VALIDATOR.is_valid(wrong), wrong
