"""What people hand over in place of a file is told as what it is, with its line and what to do."""

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cases.room_samples import ELECTION, SMALL
from tests.probing.test_probing_recipes import GOOD as RECIPE

from siaga.cli.election_files import read_election_file
from siaga.cli.room_files import room_of
from siaga.config.text_files import refuse_typed_otherwise, text_of_bytes
from siaga.domain.errors import BadInput, Fault
from siaga.probing.recipes import load_recipe
from siaga.simulation.reading import read_scenario
from siaga.simulation.scenario import shipped, shipped_files

ELECTION_TEXT = (Path(__file__).parents[2] / "elections" / "indonesia-2024.yaml").read_text(encoding="utf-8")
SCENARIO_TEXT = shipped_files(shipped()[0])[0].read_text(encoding="utf-8")
KINDS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "election": (ELECTION_TEXT, read_election_file),
    "room": (SMALL, lambda path: room_of(path, ELECTION)),
    "recipe": (RECIPE, load_recipe),
    "scenario": (SCENARIO_TEXT, read_scenario),
}


def second_line(text: str, change: Callable[[str], str]) -> str:
    """The text with its second line of content changed."""
    lines = text.split("\n")
    places = [n for n, line in enumerate(lines) if re.match(r"[a-z-]+: \S", line)]
    lines[places[1]] = change(lines[places[1]])
    return "\n".join(lines)


BAD: dict[str, tuple[Callable[[str], bytes], str]] = {
    "a spreadsheet": (lambda text: b"PK\x03\x04\x14\x00\x06\x00" + bytes(200), "spreadsheet"),
    "an old document": (lambda text: b"\xd0\xcf\x11\xe0\xa1\xb1" + bytes(200), "old spreadsheet"),
    "a PDF": (lambda text: b"%PDF-1.7\n\xe2\xe3", "a PDF"),
    "compressed": (lambda text: b"\x1f\x8b\x08\x00" + bytes(20), "compressed"),
    "rich text": (lambda text: b"{\\rtf1\\ansi hello}", "word processor"),
    "a database": (lambda text: b"SQLite format 3\x00" + bytes(100), "a database"),
    "a web page": (lambda text: b"<!DOCTYPE html><html><body>404</body></html>", "web page"),
    "UTF-16": (lambda text: text.encode("utf-16"), "UTF-16"),
    "UTF-16 without a mark": (lambda text: text.encode("utf-16-le"), "UTF-16"),
    "Windows-1252": (
        lambda text: second_line(text, lambda line: line + " é").encode("cp1252", "replace"),
        "'é'",
    ),
    "NUL": (lambda text: second_line(text, lambda line: line + "\x00").encode(), "not a text file"),
    "a table": (lambda text: b"id;label;number\r\nanies;Anies;1\r\n", "table"),
    "a table by tabs": (lambda text: b"id\tlabel\tnumber\nanies\tAnies\t1\n", "table"),
    "a tab": (lambda text: second_line(text, lambda line: "\t" + line).encode(), "A tab"),
    "a hard space": (
        lambda text: second_line(text, lambda line: line.replace(": ", ":\u00a0")).encode(),
        "space",
    ),
    "hard indentation": (
        lambda text: second_line(text, lambda line: "\u00a0\u00a0" + line).encode(),
        "space",
    ),
    "smart quotes": (
        lambda text: second_line(text, lambda line: line.split(":")[0] + ": “Something”").encode(),
        "Typographic quotes",
    ),
    "a full-width colon": (
        lambda text: second_line(text, lambda line: line.replace(": ", "：")).encode(),
        "colon",
    ),
    "twice": (lambda text: second_line(text, lambda line: f"{line}\n{line}").encode(), "twice"),
    "empty": (lambda text: b"", "empty"),
    "only comments": (lambda text: b"# nothing yet\n", "empty"),
}
WITH_LINE = {"Windows-1252", "NUL", "a tab", "a hard space", "hard indentation", "smart quotes", "twice"}


def refused(path: Path, read: Callable[[Path], object]) -> tuple[Fault, ...]:
    with pytest.raises(BadInput) as bad:
        read(path)
    return bad.value.faults


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("bad", BAD)
def test_what_is_no_such_file_says_what_it_is_and_what_to_do(tmp_path: Path, kind: str, bad: str) -> None:
    text, read = KINDS[kind]
    make, says = BAD[bad]
    path = tmp_path / "given.yaml"
    path.write_bytes(make(text))
    faults = refused(path, read)
    assert any(says in fault.what for fault in faults), faults
    assert all(fault.do and fault.file == str(path) for fault in faults)
    if bad in WITH_LINE:
        assert faults[0].line > 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("other", KINDS)
def test_a_file_in_place_of_another_is_recognised(tmp_path: Path, kind: str, other: str) -> None:
    path = tmp_path / "given.yaml"
    path.write_text(KINDS[other][0], encoding="utf-8")
    if kind == other:
        KINDS[kind][1](path)
    else:
        (fault,) = refused(path, KINDS[kind][1])
        assert "is wanted here" in fault.what


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("saved", ["a mark", "CRLF", "CR", "trailing spaces"])
def test_what_an_editor_may_do_to_a_good_file_harms_nothing(tmp_path: Path, kind: str, saved: str) -> None:
    text, read = KINDS[kind]
    raw = {
        "a mark": b"\xef\xbb\xbf" + text.encode(),
        "CRLF": text.replace("\n", "\r\n").encode(),
        "CR": text.replace("\n", "\r").encode(),
        "trailing spaces": text.replace("\n", "  \n").encode(),
    }[saved]
    path = tmp_path / "given.yaml"
    path.write_bytes(raw)
    read(path)


def test_what_yaml_tools_take_for_a_boolean_is_to_be_quoted(tmp_path: Path) -> None:
    path = tmp_path / "given.yaml"
    path.write_text(
        re.sub(r"^country: .*$", 'country: "NO"', ELECTION_TEXT, flags=re.MULTILINE), encoding="utf-8"
    )
    assert read_election_file(path).country == "NO"
    path.write_text(
        re.sub(r"^label:.*\n(  .*\n)*", "label: no\n", ELECTION_TEXT, count=1, flags=re.MULTILINE),
        encoding="utf-8",
    )
    (fault,) = refused(path, read_election_file)
    assert fault.field.startswith("label")


@pytest.mark.parametrize(
    "good",
    [
        "label: Debat\u00a0kelima",
        "about: |\n  “We measure.”\n",
        "label: “Debat” kelima",
        "label: a\tb",
        "label: Debat, “kelima”",
        "# “x”",
    ],
)
def test_signs_inside_a_text_are_the_texts_own(good: str) -> None:
    refuse_typed_otherwise(good, "")


@given(st.binary(max_size=300))
def test_any_bytes_are_a_text_or_are_told(raw: bytes) -> None:
    text = None
    with suppress(BadInput):
        text = text_of_bytes(raw, "f", 1000)
    assert text is None or text.encode() == raw.removeprefix(b"\xef\xbb\xbf")
