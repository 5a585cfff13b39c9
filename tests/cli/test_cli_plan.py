"""`siaga plan` as a commission's staff and as a program runs it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from siaga.cli import app

RUN = CliRunner()
SMALL = """\
election: small
label: A small vote
timezone: Asia/Jakarta
votes: 2029-02-14
contestants:
  - {id: mahfud, kind: person, label: Mahfud MD, names: [full: Mahfud MD]}
controls:
  - {id: c1, kind: public-figure, names: [full: Najwa Shihab]}
  - {id: c2, kind: political-figure, names: [full: Tsai Ing-wen]}
  - {id: c3, kind: everyday-word, names: [full: kopi]}
  - {id: c4, kind: everyday-word, names: [full: hujan]}
canaries: [qzv7w2hx9k]
platforms:
  - id: nostr
    reader: nostr
    label: Nostr
    address: https://relay.example
    surfaces: [{surface: search-latest, every: 5m}]
    budgets: [{requests: 200, per: 10m}]
vantages: [{id: here, country: ID}]
"""


def written(directory: Path, text: str = SMALL) -> str:
    path = directory / "election.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_table_says_what_is_asked_how_soon_it_proves_and_what_it_promises(tmp_path: Path) -> None:
    told = RUN.invoke(app, ["plan", written(tmp_path)], env={"COLUMNS": "200"})
    assert told.exit_code == 0, told.output
    for word in ("Nostr", "search-latest", "0.2", "100% withheld", "one more vantage", "24 (12%)"):
        assert word in told.output
    assert "at most 1 expected in 30 days" in told.output


def test_a_program_reads_the_same(tmp_path: Path) -> None:
    told = RUN.invoke(app, ["plan", written(tmp_path), "--json", "--missing", "0.02"])
    document = json.loads(told.output)
    (nostr,) = document["platforms"]
    assert document["promise"]["names"] == 1
    assert nostr["rounds_a_minute"] == {"search-latest": 0.2}
    assert nostr["budgets"] == [{"requests": 200, "per_s": 600.0, "base": 24.0, "left_for_bursts": 176.0}]
    full, most, some = (one["median_s"] for one in nostr["time_to_proof"])
    assert 300 < full < most < some
    assert document["missing_by_accident"] == 0.02
    assert nostr["full_withholding_of_a_name_in_turn"] is None


@pytest.mark.slow
def test_where_names_take_turns_the_wait_is_a_column_of_its_own(tmp_path: Path) -> None:
    people = "".join(
        f"  - {{id: p{number}, kind: person, label: P{number}, names: [full: Person {number}]}}\n"
        for number in range(40)
    )
    party = "  - {id: party, kind: party, label: The Party, names: [full: The Party]}\n"
    crowd = SMALL.replace("controls:\n", f"{people}{party}controls:\n").replace(
        "every: 5m", "every: 1h, others-every: 6h"
    )
    shown = RUN.invoke(app, ["plan", written(tmp_path, crowd)], env={"COLUMNS": "200"})
    assert shown.exit_code == 0, shown.output
    assert "all, in turn" in shown.output
    assert "asked about 20 times as usual" in shown.output
    read = RUN.invoke(app, ["plan", written(tmp_path, crowd), "--json"])
    (nostr,) = json.loads(read.output)["platforms"]
    wait = nostr["full_withholding_of_a_name_in_turn"]
    assert wait["median_s"] > nostr["time_to_proof"][0]["median_s"]


def test_what_cannot_be_planned_is_one_clear_error(tmp_path: Path) -> None:
    for arguments in (
        ["plan", str(tmp_path / "nowhere.yaml")],
        ["plan", written(tmp_path), "--missing", "0.5"],
        ["plan", written(tmp_path, "election: x\n")],
    ):
        told = RUN.invoke(app, arguments)
        assert told.exit_code == 2
        assert "Traceback" not in told.output
