"""What goes in and out of a simulated platform, without a network."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import orjson

JSON = "application/json; charset=utf-8"
MOST_PARAMETERS = 64


@dataclass(frozen=True, slots=True)
class Incoming:
    """One HTTP request as it arrived."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    """Decoded parameters; of repeated ones the last."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    body: bytes = b""

    def bearer(self) -> str | None:
        """The token of an `Authorization: Bearer` header."""
        kind, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() or None if kind.casefold() == "bearer" else None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One answer, before it is sent."""

    status: int
    body: bytes
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    """Beside content-type and content-length."""

    @classmethod
    def json(cls, document: object, status: int = 200, **headers: str) -> "Outgoing":
        """A JSON answer. Underscores in header names stand for hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(status, orjson.dumps(document), JSON, named)

    def lines(self) -> list[str]:
        """The body's lines: for a WebSocket, a frame each."""
        return self.body.decode().split("\n") if self.body else []

    @classmethod
    def page(cls, html: str, status: int) -> "Outgoing":
        """An HTML answer, as walls in front of an API give."""
        return cls(status, html.encode(), "text/html; charset=utf-8")


@dataclass(frozen=True, slots=True)
class NetworkEffect:
    """What a network in between does to an answer, beside or instead of delivering it."""

    delay_s: float = 0.0
    """Wait so many real seconds first."""
    reset: bool = False
    """Then break the connection instead of answering."""


def parameters(query: str) -> dict[str, str]:
    """An address's parameters, decoded; of repeated ones the last.

    Raises:
        ValueError: there are more than `MOST_PARAMETERS`.
    """
    return dict(parse_qsl(query, max_num_fields=MOST_PARAMETERS))
