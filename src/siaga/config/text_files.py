"""The text of a file that somebody wrote or saved, and what is wrong where a program wrote it otherwise.

People hand over spreadsheets, files of word processors, other encodings, quotes and spaces that an editor put
in. Each is told as what it is, before YAML stumbles over it.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from siaga.domain.errors import BadInput, Fault

_SIGNATURES: Final[Mapping[bytes, tuple[str, str]]] = MappingProxyType(
    {
        b"PK\x03\x04": ("a spreadsheet, a document or a ZIP archive", "Write what it says into a text file."),
        b"\xd0\xcf\x11\xe0": ("an old spreadsheet or document", "Write what it says into a text file."),
        b"%PDF": ("a PDF", "Write what it says into a text file."),
        b"{\\rtf": ("a document of a word processor", "Save it as plain text in UTF-8."),
        b"\x1f\x8b": ("a compressed file", "Unpack it first."),
        b"\x89PNG": ("a picture", "Name the text file instead."),
        b"\xff\xd8\xff": ("a picture", "Name the text file instead."),
        b"SQLite format 3": ("a database", "Name the text file instead."),
        b"PAR1": ("a Parquet file", "Name the text file instead."),
    }
)
"""How files begin that are no text, what they are and what to do."""
_UTF8_MARK: Final = b"\xef\xbb\xbf"
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_SPACES: Final = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\ufeff"
"""Spaces that are none for YAML."""
_WORD: Final = r"[\w.-]+"
_TYPED_OTHERWISE: Final = (
    (
        re.compile(r" *\t\s*\S"),
        "A tab stands at the beginning of this line.",
        "Indent with spaces.",
    ),
    (
        re.compile(rf" *[{_SPACES}].*\S| *(?:- +)*(?:{_WORD}:|-)[{_SPACES}]"),
        "A space of another kind (such as a non-breaking one) stands here.",
        "Delete it and type a plain space.",
    ),
    (
        re.compile(
            rf"\s*(?:- +)*(?:{_WORD}: +|- +|(?:{_WORD}: *)?[\[{{](?:.*[,:\[{{])? *)"  # where a value begins
            r"[“”„«‘’‚][^“”„«»‘’‚]*[”“»’‘] *(?:[,\]}].*|#.*)?$"
        ),
        "Typographic quotes stand around this text.",
        'Type straight quotes: "...".',
    ),
    (
        re.compile(rf"\s*(?:- +)*{_WORD}[：﹕︰]"),
        "A colon of another script stands here.",
        "Type a plain colon and a space.",
    ),
)
"""What an editor or a keyboard may put into a line, what it is and what to type."""
_BREAK: Final = re.compile(r"\r\n?|\n")
_WEB_PAGE: Final = re.compile(r"\s*<(?:!doctype|html|\?xml)", re.IGNORECASE)


def text_of_bytes(raw: bytes, file: str, most: int) -> str:
    """The text that a file's bytes are, without the mark that some editors put before it.

    Args:
        raw: the file, or its beginning.
        file: its name, for faults.
        most: so many bytes a file may have.

    Raises:
        BadInput: it is too large, no text, or in another encoding than UTF-8.
    """
    for signature, (kind, do) in _SIGNATURES.items():
        if raw.startswith(signature):
            raise BadInput(Fault(f"This is {kind}, not a text file.", do, file))
    if len(raw) > most:
        size = f"{most >> 20} MiB" if most >= 1 << 20 else f"{most >> 10} KiB"
        raise BadInput(Fault(f"The file is larger than {size}.", "Shorten it.", file))
    if raw.startswith(_UTF16_MARKS) or _is_half_nul(raw):
        raise BadInput(
            Fault("The file is in UTF-16, not in UTF-8.", "Save it with the encoding UTF-8.", file)
        )
    raw = raw.removeprefix(_UTF8_MARK)
    if b"\x00" in raw:
        line = raw.count(b"\n", 0, raw.index(b"\x00")) + 1
        raise BadInput(Fault("This is not a text file.", "Name the text file instead.", file, line))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        meant = raw[error.start : error.start + 1].decode("cp1252", "replace")
        what = f"The file is not in UTF-8; in Windows-1252 {meant!r} stands here."
        raise BadInput(Fault(what, "Save it with the encoding UTF-8.", file, line)) from None


def _is_half_nul(raw: bytes) -> bool:
    """Whether every second byte is NUL, as in UTF-16 of Latin letters."""
    start = raw[:400]
    return len(start) >= 4 and max(start[::2].count(0), start[1::2].count(0)) > len(start) // 3


def refuse_typed_otherwise(text: str, file: str) -> None:
    """Refuse what editors, keyboards and spreadsheets make of YAML.

    Raises:
        BadInput: with a fault for each line.
    """
    if _WEB_PAGE.match(text):
        raise BadInput(Fault("This is a web page, not a YAML file.", "Save the file itself.", file, 1))
    lines = _BREAK.split(text)
    if _is_table(lines):
        what = "This is a table (CSV), not a YAML file."
        raise BadInput(Fault(what, "Write `field: value` lines, as the documentation shows.", file, 1))
    faults = [
        Fault(what, do, file, number)
        for number, line in enumerate(lines, 1)
        if not line.lstrip().startswith("#")
        for pattern, what, do in _TYPED_OTHERWISE
        if pattern.match(line)
    ]
    if faults:
        raise BadInput(*faults)


def _is_table(lines: list[str]) -> bool:
    """Whether the first two lines are rows of as many cells."""
    rows = [line for line in lines if line.strip() and not line.startswith("#")][:2]
    if len(rows) < 2 or any(": " in row or row.rstrip().endswith(":") or row[0] in "-{[" for row in rows):
        return False
    return any(rows[0].count(mark) == rows[1].count(mark) >= 1 for mark in ",;\t")
