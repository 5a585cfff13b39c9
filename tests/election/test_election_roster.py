"""What comes of other people's lists: ids, the same name told apart or refused, a file whole or none."""

import json
from pathlib import Path

import pytest
from tests.election.account_networks import NETWORKS
from tests.election.test_election_command import run

from siaga.domain.errors import BadInput
from siaga.election.roster import MOST_ROWS, Roster, roster_of, slug
from siaga.election.roster_csv import contestants_of_table


def roster(table: str) -> Roster:
    return roster_of(contestants_of_table(table.encode(), "t.csv", NETWORKS, []), {})


def faults(table: str) -> list[str]:
    with pytest.raises(BadInput) as caught:
        roster(table)
    return str(caught.value).splitlines()


def test_ids_are_made_of_names_and_stay_apart() -> None:
    lines = roster("name,short\nBudi Santoso,Budi A\nBUDI  Santoso,Budi B\n\u010curi\u0107,\u0106\n").lines
    assert [json.loads(line)["id"] for line in lines] == ["budi-santoso", "budi-santoso-2", "curic"]
    assert slug("  Partai NasDem! ") == "partai-nasdem"


def test_a_shared_further_name_is_left_out_of_both_and_said() -> None:
    made = roster("name,nickname\nBudi Santoso,Pak Budi\nBudi Hartono,Pak Budi\n")
    assert not any("Pak Budi" in line for line in made.lines)
    assert made.notes == ["Names that two contestants share, not taken of either: 2."]


def test_two_people_who_cannot_be_told_apart_are_refused() -> None:
    first, second = faults("name,list,place\nBudi Santoso,A,1\nBudi santoso,B,1\n")
    assert first.startswith(
        "t.csv:2:name: The name 'Budi Santoso' is also that of somebody else (t.csv, line 3)"
    )
    assert "(`short`)" in second


def test_a_row_that_stands_there_twice_is_said_so() -> None:
    assert "'Budi' stands here twice; also in t.csv, line 3." in faults("name,list\nBudi,A\nBudi,A\n")[0]


def test_an_id_that_stands_twice_and_a_hashtag_that_is_none_are_faults_by_line() -> None:
    said = faults("id,name,hashtag\na,Sari,ok\na,Budi,not one\n")
    assert [line.split(": ")[0] for line in said] == ["t.csv:3:id", "t.csv:3:hashtag"]


def test_import_writes_a_file_that_passes_check_and_never_over_another(tmp_path: Path) -> None:
    table, target = tmp_path / "c.csv", tmp_path / "e.yaml"
    rows = (f"Candidate {number:03},List {number % 6},{number // 6 + 1}" for number in range(300))
    table.write_text("\n".join(("name,party,place", *rows)))
    said = run("import", table, "--to", target)
    assert said.exit_code == 0, said.output
    assert "Added as contestants, as people stand on their lists: 6 parties." in said.output
    assert "with 306 contestants" in said.output
    checked = run("check", target)
    assert checked.exit_code == 0
    assert "Names take turns" in checked.output
    before = target.read_bytes()
    again = run("import", table, "--to", target)
    assert (again.exit_code, target.read_bytes()) == (2, before)
    assert "is there already" in again.output
    target.write_text(target.read_text().replace("label: My election", "label: Mine"))
    table.write_text("name\nSari Wijaya\nBudi Santoso\n")
    assert run("import", table, "--to", target, "--replace").exit_code == 0
    assert "label: Mine" in target.read_text()
    assert json.loads(run("check", target, "--json").stdout)["contestants"][1]["id"] == "budi-santoso"


def test_what_would_not_pass_check_is_not_written(tmp_path: Path) -> None:
    table, target = tmp_path / "c.csv", tmp_path / "e.yaml"
    table.write_text("name\nBarack Obama\n")
    said = run("import", table, "--to", target)
    assert said.exit_code == 2
    assert "e.yaml (not written)" in said.output
    assert list(tmp_path.iterdir()) == [table]


POPOLO = '{"persons": [{"id": "p1", "name": "Jos\u00e9 Ramos"}]}'


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (POPOLO.encode("cp1252"), "in Windows-1252 '\u00e9' stands here"),
        (POPOLO.encode() + b" " * (17 << 20), "The file is larger than 16 MiB."),
    ],
)
def test_a_document_in_another_encoding_or_too_large_is_said_so_and_nothing_is_guessed(
    tmp_path: Path, raw: bytes, says: str
) -> None:
    source, target = tmp_path / "p.json", tmp_path / "election.yaml"
    source.write_bytes(raw)
    made = run("import", str(source), "--to", str(target))
    assert made.exit_code == 2
    assert says in made.output
    assert not target.exists()


def test_a_target_that_is_no_text_is_a_fault_of_its_own_and_stays(tmp_path: Path) -> None:
    source, target = tmp_path / "t.csv", tmp_path / "election.yaml"
    source.write_text("name\nSari Wijaya\n", encoding="utf-8")
    target.write_bytes(b"id: \xff\n")
    made = run("import", str(source), "--to", str(target), "--replace")
    assert made.exit_code == 2
    assert "The file is not in UTF-8" in made.output
    assert target.read_bytes() == b"id: \xff\n"


def test_nobody_and_too_many_are_refused() -> None:
    assert faults("name\n") == ["There is nobody in it. Name a file with contestants."]
    somebody = contestants_of_table(b"name\nSari\n", "t.csv", NETWORKS, [])
    with pytest.raises(BadInput) as caught:
        roster_of(somebody * (MOST_ROWS + 1), {})
    assert str(caught.value) == (
        "t.csv: 20,001 contestants are more than a watch takes (20,000). Divide the election."
    )


def test_accounts_where_nothing_is_watched_are_left_out_and_said_once() -> None:
    made = roster("name,twitter\nSari,@sari\nBudi,@budi\n")
    assert not any("handle" in line for line in made.lines)
    assert made.notes == ["Accounts on x were not taken: the file watches no such platform."]
