"""What samples are made of: answers as the contracts describe them, and the contracts, both by hand.

Each sample has what the contract requires, a little of what it allows, and nothing of a reader's making.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from siaga.platforms.conversation import Response

NAME, HANDLE = "mahfud", "mohmahfudmd"
TEXTS = ("Mahfud bicara hukum", "Debat: #MahfudMD dan Mahfud", "Selamat pagi dari Mahfud")
TIMES = ("2024-01-25T04:58:00.000Z", "2024-01-25T04:30:00.000Z", "2024-01-25T03:00:00.000Z")

TEXT: dict[str, Any] = {"type": "string"}
NUMBER: dict[str, Any] = {"type": "integer"}
FLAG: dict[str, Any] = {"type": "boolean"}
TIME: dict[str, Any] = {
    "type": "string",
    "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$",
}
HEXADECIMAL: dict[str, Any] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}


def a(optional: dict[str, Any] | None = None, **required: Any) -> dict[str, Any]:
    """An object with these fields; more are allowed."""
    properties = {
        name.replace("__", "$"): schema for name, schema in {**required, **(optional or {})}.items()
    }
    return {
        "type": "object",
        "properties": properties,
        "required": [name.replace("__", "$") for name in required],
    }


def several(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


def exactly(value: object) -> dict[str, Any]:
    return {"const": value}


def answer(status: int, body: object = b"", **headers: str) -> Response:
    """An answer with a JSON body, or with bytes as they are."""
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    kind = "text/html" if raw[:1] == b"<" else "application/json"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, {"content-type": kind, **named}, raw, "https://example")


def frames(*said: object) -> Response:
    """What a relay said, one frame a line."""
    return Response(101, {}, b"\n".join(orjson.dumps(frame) for frame in said), "wss://relai.example")


@dataclass(frozen=True)
class Samples:
    """One platform's."""

    answers: Mapping[str, list[Response]]
    """By surface, the answers of a conversation that finds the name."""
    contract: Mapping[str, Sequence[dict[str, Any]]]
    """By surface, what the JSON of each of these answers has to be."""
    address: str
    unnamed: frozenset[str] = frozenset({"replies"})
    """Surfaces whose results name nobody: what came is what was asked for."""
    any_object: frozenset[str] = frozenset()
    """Surfaces where any JSON object is an answer of the contract."""
