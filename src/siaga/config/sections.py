"""Models of a file's sections, over pydantic: one class says a section's fields, forms and meaning.

A subclass names its fields with types of `scalars.py` and a docstring each; the parser, the JSON Schema and
the hints of editors come from it. No message of pydantic's reaches people.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import cache
from typing import Any, Self, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ModelWrapValidatorHandler,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from siaga.config.kinds import FileKind, refuse_other_kind
from siaga.config.reading import FileReading
from siaga.config.tree import Fields, Items, Position, Scalar, Tree, read_tree
from siaga.config.wording import Unreadable, quoted
from siaga.domain.errors import BadInput, Fault


def _dashed(name: str) -> str:
    return name.replace("_", "-")


def _fields_expected(names: Collection[str]) -> Unreadable:
    fields = ", ".join(f"`{name}:`" for name in names)
    return Unreadable("Fields are expected here.", f"Write fields, such as {fields}.")


def fields_of(tree: object) -> dict[str, Tree]:
    """The fields of a mapping, under whatever names.

    Raises:
        Unreadable: it is none.
    """
    if not isinstance(tree, Fields):
        raise Unreadable("Fields are expected here.", "Write `name: value`.")
    return tree.fields


@cache
def _field_names(model: type[BaseModel]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of a section's fields as files have them; of those, the required ones."""
    required = {_dashed(name): field.is_required() for name, field in model.model_fields.items()}
    return tuple(required), tuple(name for name, is_required in required.items() if is_required)


class Section(BaseModel):
    """One mapping of a file. It knows where it and its fields stand."""

    model_config = ConfigDict(
        alias_generator=_dashed, extra="forbid", frozen=True, use_attribute_docstrings=True
    )
    _tree: Fields = PrivateAttr()

    @property
    def position(self) -> Position:
        """Where the section stands in its file."""
        return self._tree.position

    def position_of(self, name: str) -> Position:
        """Where the value of a field stands, by the field's name in the file."""
        return self._tree.position_of(name)

    @model_validator(mode="wrap")
    @classmethod
    def _read(cls, tree: Any, read: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        known, required = _field_names(cls)
        if not isinstance(tree, Fields):
            raise _fields_expected(required or known)
        reading = context_of(info)
        before = len(reading.faults)
        fields = reading.known_fields(tree, known, required)
        cls.check_combination(tree, reading)
        is_sound = len(reading.faults) == before
        section = read(fields)
        section._tree = tree
        if is_sound:
            before = len(reading.faults)
            section.check(reading)
            if len(reading.faults) == before:
                reading.sections[tree.position.path] = section
        return section

    @classmethod
    def check_combination(cls, tree: Fields, reading: FileReading) -> None:
        """Adds a fault for fields that may not stand together, or not without each other."""

    def check(self, reading: FileReading) -> None:
        """Adds a fault for what does not hold between the section's own fields."""


def context_of(info: ValidationInfo) -> FileReading:
    """The reading that a validator is part of."""
    assert isinstance(info.context, FileReading)
    return info.context


@dataclass(frozen=True, slots=True)
class ListOf:
    """Marks a tuple as a list of the file, with so many items; where `unique`, no text stands in it twice."""

    most: int
    least: int = 1
    unique: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_wrap_validator_function(self._read, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        bounds = {"minItems": self.least, "maxItems": self.most}
        return {**handler(schema), **bounds, **({"uniqueItems": True} if self.unique else {})}

    def _read(self, tree: Any, read: Callable[[object], object], info: ValidationInfo) -> object:
        if not isinstance(tree, Items):
            raise Unreadable("A list is expected here.", "Write `- ` before each item, a line each.")
        reading = context_of(info)
        if not self.least <= len(tree.items) <= self.most:
            what = f"The list has {len(tree.items)} items."
            reading.wrong(tree.position, what, f"Write {self.least} to {self.most} items.")
        seen: set[str] = set()
        for item in tree.items if self.unique else ():
            if isinstance(item, Scalar) and item.text in seen:
                reading.wrong(item.position, f"{quoted(item.text)} stands here twice.", "Remove one.")
            elif isinstance(item, Scalar):
                seen.add(item.text)
        return read(tree.items[: self.most])


@dataclass(frozen=True, slots=True)
class KeyedBy:
    """Marks a dict as fields of the file that all have one form, under some of these names."""

    names: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_wrap_validator_function(self._read, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        values = handler(schema)["additionalProperties"]
        return {
            "type": "object",
            "properties": dict.fromkeys(self.names, values),
            "additionalProperties": False,
        }

    def _read(self, tree: Any, read: Callable[[object], object], info: ValidationInfo) -> object:
        if not isinstance(tree, Fields):
            raise _fields_expected(self.names)
        return read(context_of(info).known_fields(tree, self.names, ()))


SectionT = TypeVar("SectionT", bound=Section)


def read_sections(
    model: type[SectionT],
    kind: FileKind,
    text: str,
    file: str = "",
    zone_of: Callable[[Fields], tzinfo] = lambda _: UTC,
) -> tuple[FileReading, SectionT | None]:
    """A file's text as the model's fields, with every fault of their form; None where there is one.

    `file` is named in faults. `zone_of` says in which zone the file's times without an offset are.

    Raises:
        BadInput: the text is no YAML, is empty, or is plainly a file of another kind.
    """
    root, faults = read_tree(text, file)
    if root is None or (isinstance(root, Scalar) and not root.text):
        raise BadInput(Fault("The file is empty.", kind.begin, file))
    if not isinstance(root, Fields):
        problem = _fields_expected(
            [name for name, field in model.model_fields.items() if field.is_required()]
        )
        raise BadInput(*faults, Fault(problem.what, problem.do, file, root.position.line))
    refuse_other_kind(root.fields, kind, file)
    reading = FileReading(root, file, faults, zone_of(root))
    try:
        section = model.model_validate(root, context=reading)
    except ValidationError as error:
        _add(reading, error)
        return reading, None
    return reading, section if not reading.faults else None


def _add(reading: FileReading, error: ValidationError) -> None:
    for problem in error.errors(include_url=False, include_input=False):
        if problem["type"] == "missing":
            continue  # `known_fields` said it, or that the field's name is mistyped
        cause = problem.get("ctx", {}).get("error")
        if not isinstance(cause, Unreadable):
            raise error
        reading.wrong(_position(reading.root, problem["loc"]), cause.what, cause.do)


def _position(root: Tree, location: tuple[int | str, ...]) -> Position:
    """Where pydantic's location stands in the tree; names of union members in it are passed over."""
    tree = root
    for part in location:
        if isinstance(tree, Fields) and part in tree.fields:
            tree = tree.fields[str(part)]
        elif isinstance(tree, Items) and isinstance(part, int):
            tree = tree.items[part]
    return tree.position
