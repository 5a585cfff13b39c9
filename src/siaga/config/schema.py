"""The JSON Schema of a model's file, for editors: what the models say, in the words that a file uses."""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from siaga.config.sections import Section


class _FileSchema(GenerateJsonSchema):
    """A file cannot say `null`, needs no titles, and writes only plain defaults."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        described = self.generate_inner(schema["schema"])
        default = self.get_default_value(schema)
        if isinstance(default, tuple):
            default = list(default)
        is_plain = isinstance(default, int | float | str | list) and default != []
        return {**described, "default": default} if is_plain else described

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def schema_of(model: type[Section], title: str, description: str) -> dict[str, Any]:
    """The schema of a whole file."""
    described = model.model_json_schema(schema_generator=_FileSchema)
    for section in described.get("$defs", {}).values():
        section.pop("title", None)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title}
    return {**head, **_on_one_line(described), **head, "description": description}


def _on_one_line(schema: Any) -> Any:
    """The same without the line breaks of docstrings."""
    if isinstance(schema, list):
        return [_on_one_line(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: " ".join(value.split())
        if key == "description" and isinstance(value, str)
        else _on_one_line(value)
        for key, value in schema.items()
    }
