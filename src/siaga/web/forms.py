"""Reads what a form sends, within bounds."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

MOST_BYTES: Final = 128 * 1024
MOST_FIELDS: Final = 200
FORM: Final = "application/x-www-form-urlencoded"


class Form(Mapping[str, str]):
    """The fields of a form; of one that came several times, the last."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self._pairs = pairs
        self._last = dict(pairs)

    def __getitem__(self, name: str) -> str:
        return self._last[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._last)

    def __len__(self) -> int:
        return len(self._last)

    def text(self, name: str) -> str:
        """A field, line ends as `\\n`; empty where it is missing."""
        return self._last.get(name, "").replace("\r\n", "\n").strip()

    def all(self, name: str) -> tuple[str, ...]:
        """Every value that came under a name."""
        return tuple(value for one, value in self._pairs if one == name)


NOTHING: Final = Form(())
"""What somebody has typed who has typed nothing yet."""


async def read_form(request: Request) -> Form:
    """The form that a request carries.

    Raises:
        HTTPException: 415, it is no form; 413, it is too large; 400, it cannot be read.
    """
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != FORM:
        raise HTTPException(415)
    try:
        text = (await read_body(request, MOST_BYTES)).decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise HTTPException(400) from None
    if any("\x00" in part or "\ufffe" in part for pair in pairs for part in pair):
        raise HTTPException(400)
    return Form(pairs)


async def read_body(request: Request, most: int) -> bytes:
    """The request's body, at most so many bytes.

    Raises:
        HTTPException: 413, it is larger.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise HTTPException(413)
    return bytes(body)
