"""Tables as commissions publish them and spreadsheets save them, and the example of the documentation."""

import json
import re

import pytest
from tests.election.account_networks import NETWORKS
from tests.election.election_samples import ROOT

from siaga.domain.errors import BadInput
from siaga.election.roster import FoundContestant, roster_of
from siaga.election.roster_csv import contestants_of_table

PAGE = (ROOT / "docs" / "election-file.md").read_text(encoding="utf-8")
EXAMPLE = "\n".join(line.strip() for line in re.findall(r"^    (?:name;short|Sari W|Budi S).*$", PAGE, re.M))

NAME = "Andr\u00e9 Wijaya"


def read(text: str | bytes) -> tuple[list[FoundContestant], list[str]]:
    notes: list[str] = []
    raw = text if isinstance(text, bytes) else text.encode()
    return contestants_of_table(raw, "t.csv", NETWORKS, notes), notes


def fault_of(text: str | bytes) -> str:
    with pytest.raises(BadInput) as caught:
        read(text)
    return str(caught.value)


def test_the_example_of_the_documentation_gives_a_party_and_two_people() -> None:
    found, notes = read(EXAMPLE)
    assert notes == []
    roster = roster_of(found, {"x": ["x"]})
    party, sari, budi = map(json.loads, roster.lines)
    assert party == {
        "id": "partai-merdeka",
        "kind": "party",
        "label": "Partai Merdeka",
        "names": [{"full": "Partai Merdeka"}],
    }
    assert (sari["id"], sari["on-list"], sari["place"]) == ("sari-wijaya", "partai-merdeka", 1)
    assert sari["names"] == [
        {"full": "Sari Wijaya"},
        {"short": "Bu Sari"},
        {"hashtag": "SariWijaya"},
        {"handle": "sariwijaya", "platforms": ["x"]},
    ]
    assert [name.get("full") for name in budi["names"]] == ["Budi Santoso", "Boediman Santoso", None]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_spreadsheets_save_is_read_alike(mark: str, encoding: str, end: str) -> None:
    text = end.join((mark.join(("Nama", "Partai")), mark.join((NAME, '"Maju; Terus, Ya"')), ""))
    found, notes = read(text.encode(encoding))
    (andre,) = found
    assert (andre.label, andre.on_list, andre.line) == (NAME, "Maju; Terus, Ya", 2)
    assert bool(notes) == (encoding == "cp1252")


def test_columns_that_are_not_known_are_said() -> None:
    _, notes = read("name,shoe size\nSari,38\n")
    assert notes == ["Columns of t.csv that were not taken: shoe size."]


def test_every_fault_is_said_by_line_and_column() -> None:
    said = fault_of("name,place,kind\nSari,first,\n,2,\nBudi,1,ticket\n")
    assert said.splitlines() == [
        "t.csv:2:place: 'first' is no such number. Write digits alone.",
        "t.csv:3:name: The name is missing. Write it, or remove the row.",
        "t.csv:4:kind: 'ticket' is no kind here. Write person, party or list; "
        "leave the cell empty for a person.",
    ]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "No column is headed `name`."),
        ("nme,list\nSari,A\n", "No column is headed `name`."),
        ("name,nama\nSari,A\n", "Two columns say `name`."),
        ('name\n"Sari\n', "The row cannot be read"),
        (b"PK\x03\x04" + b"x" * 99, "a spreadsheet"),
        ("name\nSari\n".encode("utf-16"), "UTF-16"),
        (b"name\nSar\x81\n", "UTF-8"),
    ],
)
def test_what_is_no_such_table_is_refused_in_words(text: str | bytes, what: str) -> None:
    assert what in fault_of(text)


def test_empty_rows_are_nobody() -> None:
    found, notes = read("name,list\n , \nSari,A\n,\n")
    assert [contestant.label for contestant in found] == ["Sari"]
    assert notes == []
