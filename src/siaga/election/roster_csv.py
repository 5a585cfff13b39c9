"""Who stands, from a table: CSV as commissions publish it and spreadsheets save it."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Final

from siaga.config.text_files import text_of_bytes
from siaga.config.wording import closest, quoted
from siaga.domain.errors import BadInput, Fault
from siaga.domain.matching import folded
from siaga.election.model import ContestantKind, NameKind
from siaga.election.roster import AccountNetwork, FoundContestant, FoundName

MOST_TABLE_BYTES: Final = 16 * 1024 * 1024
SEVERAL: Final = "|"
"""Divides several names in one cell."""
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("id",),
    "kind": ("kind", "jenis"),
    "label": ("label", "ballot name"),
    "name": ("name", "full", "full name", "nama", "nama lengkap"),
    "short": ("short", "short name", "nama singkat", "panggilan"),
    "nickname": ("nickname", "julukan"),
    "misspelling": ("misspelling", "salah eja"),
    "hashtag": ("hashtag", "tagar"),
    "list": ("list", "party", "partai", "daftar"),
    "place": ("place", "nomor urut", "no urut"),
    "number": ("number", "nomor"),
    "tags": ("tags", "label lain", "dapil", "district"),
}
"""What a column means, and the headings by which it is known. Each network has one more."""
_KINDS: Final = {
    "name": NameKind.FULL,
    "short": NameKind.SHORT,
    "nickname": NameKind.NICKNAME,
    "misspelling": NameKind.MISSPELLING,
    "hashtag": NameKind.HASHTAG,
}


def contestants_of_table(
    raw: bytes, file: str, networks: Sequence[AccountNetwork], notes: list[str]
) -> list[FoundContestant]:
    """Everybody in a table, with accounts on `networks`. `notes` gets what was assumed and not taken.

    Raises:
        BadInput: it is no such table; with every fault, by line and column.
    """
    text = _decoded(raw, file, notes)
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    faults: list[Fault] = []
    found: list[FoundContestant] = []
    try:
        columns = _columns(next(reader, []), networks, file, notes)
        for row in reader:
            if any(cell.strip() for cell in row):
                cells = dict(zip(columns, row, strict=False))
                found += _contestant(cells, networks, file, reader.line_num, faults)
    except csv.Error as error:
        what = f"The row cannot be read: {error}."
        raise BadInput(Fault(what, "Save the table anew as CSV.", file, reader.line_num)) from None
    if faults:
        raise BadInput(*faults)
    return found


def _decoded(raw: bytes, file: str, notes: list[str]) -> str:
    if b"\x00" not in raw[:4000] and not raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")):
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            try:
                text = raw.decode("cp1252")
            except UnicodeDecodeError:
                text = ""
            if text and len(raw) <= MOST_TABLE_BYTES:
                notes.append(f"{file} is not in UTF-8 and was read as Windows-1252: look at accents.")
                return text
    return text_of_bytes(raw, file, MOST_TABLE_BYTES)


def _columns(
    headings: Sequence[str], networks: Sequence[AccountNetwork], file: str, notes: list[str]
) -> list[str]:
    names = {heading: column for column, headings in COLUMNS.items() for heading in headings}
    names |= {called: network.reader for network in networks for called in network.called}
    known = [names.get(folded(heading.replace("_", " ")), "") for heading in headings]
    for column in {column for column in known if column}:
        if known.count(column) > 1:
            what = f"Two columns say `{column}`."
            raise BadInput(Fault(what, "Remove one, or give it another heading.", file, 1, column))
    if "name" not in known:
        meant = next((h for h in headings if closest(folded(h), COLUMNS["name"])), None)
        guess = f" Is {quoted(meant)} meant?" if meant else ""
        do = f"Give the column of full names the heading `name`.{guess}"
        raise BadInput(Fault("No column is headed `name`.", do, file, 1))
    left = [
        heading for heading, column in zip(headings, known, strict=True) if heading.strip() and not column
    ]
    if left:
        notes.append(f"Columns of {file} that were not taken: {', '.join(left)}.")
    return [column or f"?{index}" for index, column in enumerate(known)]


def _contestant(
    row: Mapping[str, str],
    networks: Sequence[AccountNetwork],
    file: str,
    line: int,
    faults: list[Fault],
) -> list[FoundContestant]:
    cells = {column: " ".join(cell.split()) for column, cell in row.items()}
    if not cells.get("name"):
        faults.append(Fault("The name is missing.", "Write it, or remove the row.", file, line, "name"))
        return []
    names = [
        FoundName(part.lstrip("#") if kind is NameKind.HASHTAG else part, kind, column)
        for column, kind in _KINDS.items()
        for part in _parts(cells.get(column, ""))
    ]
    names += [
        FoundName(part.lstrip("@"), NameKind.HANDLE, network.reader, network.reader)
        for network in networks
        for part in _parts(cells.get(network.reader, ""))
    ]
    kind = folded(cells.get("kind", "")) or "person"
    if kind not in {ContestantKind.PERSON, ContestantKind.PARTY, ContestantKind.LIST}:
        do = "Write person, party or list; leave the cell empty for a person."
        faults.append(Fault(f"{quoted(cells['kind'])} is no kind here.", do, file, line, "kind"))
        return []
    return [
        FoundContestant(
            file,
            line,
            "",
            cells.get("id", ""),
            ContestantKind(kind),
            cells.get("label") or _parts(cells["name"])[0],
            tuple(names),
            cells.get("list", ""),
            _whole(cells.get("place", ""), file, line, "place", faults),
            _whole(cells.get("number", ""), file, line, "number", faults),
            tuple(_parts(cells.get("tags", ""))),
        )
    ]


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(SEVERAL) if part.strip()]


def _whole(cell: str, file: str, line: int, column: str, faults: list[Fault]) -> int | None:
    if not cell:
        return None
    if cell.isascii() and cell.isdigit() and len(cell) <= 4:
        return int(cell)
    faults.append(Fault(f"{quoted(cell)} is no such number.", "Write digits alone.", file, line, column))
    return None
