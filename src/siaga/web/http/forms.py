"""Reads what a form sends, within bounds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

MOST_BYTES: Final = 128 * 1024
MOST_FIELDS: Final = 200
FORM: Final = "application/x-www-form-urlencoded"


class Form(Mapping[str, str]):
    """The fields of a form; of one that came several times, the last."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self.pairs = pairs
        """As they came."""
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
        return tuple(value for pair, value in self.pairs if pair == name)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a form."""

    name: str
    media_type: str
    data: bytes


async def read_form_with_file(request: Request, field: str, most: int) -> tuple[Form, Upload | None]:
    """The form that a request carries, and the file in one of its fields, of so many bytes at most.

    Raises:
        HTTPException: 411, its size is not said; 413, it is too large; 400 or 415, it cannot be read.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await read_form(request), None
    size = request.headers.get("content-length", "")
    if not size.isascii() or not size.isdigit():
        raise HTTPException(411)
    if int(size) > most + MOST_BYTES:
        raise HTTPException(413)
    async with request.form(max_files=1, max_fields=20, max_part_size=MOST_BYTES) as sent:
        pairs = [(name, value) for name, value in sent.multi_items() if isinstance(value, str)]
        file = sent.get(field)
        data = await file.read() if isinstance(file, UploadFile) else b""
        if len(data) > most:
            raise HTTPException(413)
        if not data or not isinstance(file, UploadFile):
            return Form(pairs), None
        return Form(pairs), Upload(file.filename or "", file.content_type or "", data)


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
