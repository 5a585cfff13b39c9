"""`siaga case`, on the journal of a watch that may be running."""

import json
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path

import pytest
from tests.cli.test_cli_plan import SMALL, written
from tests.watch.scripted_watch import START, ScriptedProber, pass_by, watch_of
from typer.testing import CliRunner, Result

from siaga.cases.case import Stage
from siaga.cli import app
from siaga.cli.election_files import read_election_file
from siaga.composition.open_watch import OpenWatch
from siaga.domain.answers import Answer, Role
from siaga.domain.records import Asking, Round
from siaga.domain.time import SimulatedClock

RUN = CliRunner()
QUIET = 20


class Kept:
    """A watch of a small election, and its command line."""

    def __init__(self, directory: Path) -> None:
        self.file = written(directory, SMALL.replace("every: 5m", "every: 1m"))
        self.directory = directory / "watch"
        self.clock = SimulatedClock(START)
        self.gone = (QUIET, 10_000)

    def watch(self) -> AbstractAsyncContextManager[OpenWatch]:
        begin, end = (START + timedelta(minutes=minutes) for minutes in self.gone)

        def script(round_: Round, asking: Asking) -> Answer:
            gone = asking.role is Role.TARGET and begin <= round_.at < end
            return Answer.EMPTY if gone or asking.role is Role.CANARY else Answer.RESULTS

        declared = read_election_file(Path(self.file))
        return watch_of(self.directory, self.clock, ScriptedProber(script), declared)

    def case(self, *words: str) -> Result:
        return RUN.invoke(
            app, ["case", words[0], self.file, *words[1:], "--directory", str(self.directory)],
            env={"COLUMNS": "200"},
        )  # fmt: skip


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    kept = Kept(tmp_path)
    monkeypatch.setattr("siaga.cli.casework.SystemClock", lambda: kept.clock)
    return kept


async def test_what_people_record_beside_a_running_watch_is_taken_up_and_a_false_claim_is_refused(
    kept: Kept,
) -> None:
    async with kept.watch() as opened:
        await pass_by(opened, kept.clock, timedelta(minutes=QUIET + 30))
        (case,) = opened.view.cases()
        assert (case.stage, case.subject) == (Stage.VERIFIED, "mahfud")
        assert kept.case("acknowledge", "C-1", "--as", "ayu").output == "C-1: acknowledged\n"
        said = kept.case("explain", "C-1", "--cause", "spam-cleanup", "--text", "Too much.", "--as", "ayu")
        assert said.exit_code == 0, said.output
        assert kept.case("claim", "C-1", "--as", "ayu").output == "C-1: claimed\n"
        await pass_by(opened, kept.clock, timedelta(minutes=QUIET + 100))
        (case,) = opened.view.cases()
        assert (case.stage, case.refused_claims) == (Stage.ACKNOWLEDGED, 1)
        listed = kept.case("list").output
    assert "C-1" in listed
    assert "acknowledged" in listed
    shown = kept.case("show", "C-1").output
    assert "person:ayu  case-explained  Too much." in shown


async def test_a_name_that_comes_back_closes_its_case_by_measuring_alone(kept: Kept) -> None:
    kept.gone = (QUIET, QUIET + 60)
    async with kept.watch() as opened:
        await pass_by(opened, kept.clock, timedelta(minutes=QUIET + 240))
        (case,) = opened.view.cases()
        assert case.stage is Stage.CLOSED
    document = json.loads(kept.case("list", "--json").output)
    assert document["stage"] == "closed"
    assert document["began"] < document["proven"] < document["restored"]


async def test_a_mistake_is_taken_back_and_stays_in_the_record(kept: Kept) -> None:
    async with kept.watch() as opened:
        await pass_by(opened, kept.clock, timedelta(minutes=QUIET + 30))
    kept.case("acknowledge", "C-1", "--as", "ayu")
    seq = next(
        line.split()[0]
        for line in kept.case("show", "C-1").output.splitlines()
        if "case-acknowledged" in line
    )
    taken = kept.case("undo", "C-1", seq, "--why", "Another case.", "--as", "ayu")
    assert taken.output == "C-1: verified\n"
    shown = kept.case("show", "C-1").output
    assert "case-acknowledged" in shown
    assert "event-undone  Another case." in shown
    withdrawn = kept.case("withdraw", "C-1", "--why", "Another person of that name.", "--as", "ayu")
    assert withdrawn.output == "C-1: withdrawn\n"


async def test_the_text_for_the_platform_is_printed_ready_to_send(kept: Kept) -> None:
    async with kept.watch() as opened:
        await pass_by(opened, kept.clock, timedelta(minutes=QUIET + 30))
    said = kept.case("notice", "C-1")
    assert said.output.startswith(
        "Mahfud MD is missing from Latest search on Nostr: please restore (case C-1)\n\n"
    )
    assert "mohon" in kept.case("notice", "C-1", "--language", "id", "--type", "restore").output


async def test_rubbish_is_one_clear_error_and_changes_nothing(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert kept.case("list").exit_code == 2, "there is no watch yet"
    async with kept.watch() as opened:
        await pass_by(opened, kept.clock, timedelta(minutes=QUIET + 30))
    before = kept.case("show", "C-1").output
    for words in (
        ("acknowledge", "C-9", "--as", "ayu"),
        ("acknowledge", "C-1", "--as", "A B"),
        ("explain", "C-1", "--cause", "aliens", "--as", "ayu"),
        ("notice", "C-1", "--language", "xx"),
        ("undo", "C-1", "1", "--why", "No.", "--as", "ayu"),
        ("comment", "C-1", " ", "--as", "ayu"),
        ("withdraw", "C-1", "--why", "", "--as", "ayu"),
    ):
        ended = kept.case(*words)
        assert ended.exit_code == 2, words
        assert "Traceback" not in ended.output
    monkeypatch.setattr("getpass.getuser", nobody)
    nameless = kept.case("acknowledge", "C-1")
    assert nameless.exit_code == 2
    assert "--as NAME" in nameless.output
    assert kept.case("show", "C-1").output == before


def nobody() -> str:
    raise KeyError("getpwuid(): uid not found: 4711")
