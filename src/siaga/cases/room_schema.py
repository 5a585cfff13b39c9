"""The JSON Schema of room files: from the models, with the kinds of channels that Siaga knows."""

from collections.abc import Mapping
from typing import Any

from siaga.cases.channels import ChannelForm
from siaga.cases.room_sections import ChannelSection, RoomFileSection
from siaga.config.schema import schema_of


def room_schema(channels: Mapping[str, ChannelForm]) -> dict[str, Any]:
    """What editors need to know of a room file. `channels` are the known kinds, by the file's word."""
    schema = schema_of(
        RoomFileSection,
        "Siaga room file",
        "Who runs the room, whom it writes to at each platform, and by when. `siaga room check FILE "
        "ELECTION` checks what a schema cannot: platforms of the election file, contacts on the ladder.",
    )
    channel = schema["$defs"][ChannelSection.__name__]
    channel["properties"]["kind"] = {
        "description": channel["properties"]["kind"]["description"],
        "enum": list(channels),
    }
    channel["allOf"] = [_fields_of(form) for form in channels.values()]
    return schema


def _fields_of(form: ChannelForm) -> dict[str, Any]:
    """What one kind takes: a field is needed, or it is not allowed."""
    fields = {
        "address": False if form.address is None else dict(form.address.schema),
        "secret": form.secret is not None,
    }
    return {
        "if": {"properties": {"kind": {"const": form.kind}}, "required": ["kind"]},
        "then": {
            "required": [name for name, taken in fields.items() if taken is not False],
            "properties": fields,
        },
    }
