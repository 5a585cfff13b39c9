"""Every file of a watch is taken away, emptied, cut, turned and swapped in turn: the start and `siaga verify`
say so in a sentence each, and nothing is overwritten."""

import hashlib
import logging
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from tests.watch.scripted_watch import START, ScriptedProber, pass_by, watch_of, withheld_after

from siaga.cases.commands import Command
from siaga.cases.events.case_attached import CaseAttached
from siaga.cases.guards import Actor
from siaga.cases.rights import Right
from siaga.domain.damage import Damage
from siaga.domain.errors import Damaged
from siaga.domain.time import SimulatedClock
from siaga.journal.address import journal_of
from siaga.measurements.segments import describe, read_segment, reconcile, write_segment
from siaga.probing.evidence import EvidenceStore
from siaga.publishing.followers import Followers
from siaga.reporting.pictures import Pictures
from siaga.services.inspection import inspect

SCRIPT = withheld_after(20)
RAN = timedelta(minutes=70)
"""Over one full hour, so that something is sealed."""
PAGE = 4096
"""Of SQLite; the second one begins with what it holds. A bit within a text nobody would miss there."""
ATTACHED = b"a letter from the platform"


async def run_a_while(directory: Path, also: Callable[[], object] = lambda: None) -> None:
    """A watch of an hour with everything that a watch keeps; `also` is called while it is open."""
    clock = SimulatedClock(START)
    Followers.open(directory).close()
    async with watch_of(directory, clock, ScriptedProber(SCRIPT)) as opened:
        await pass_by(opened, clock, RAN)
        opened.watch._recorder.store.seal()
        await pass_by(opened, clock, RAN + timedelta(minutes=5))
        digest = hashlib.sha256(ATTACHED).hexdigest()
        (directory / "attachments").mkdir()
        (directory / "attachments" / digest).write_bytes(ATTACHED)
        case = next(iter(opened.cases.cases))
        person = Actor("person:ayu", frozenset(Right))
        attach = CaseAttached(case, "a.pdf", "application/pdf", len(ATTACHED), digest)
        opened.cases.do(Command(attach), person)
        Pictures(directory).keep(b"a picture")
        bodies = {hashlib.sha256(b"body").hexdigest(): b"body"}
        EvidenceStore(directory / "evidence").keep_all("x", START, bodies)
        opened.watch._recorder.save()
        opened.watch._recorder._anchor()
        also()


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A watch's directory after an orderly stop, and as a kill leaves it."""
    import asyncio

    folder = tmp_path_factory.mktemp("records")
    stopped, killed = folder / "stopped", folder / "killed"
    stopped.mkdir(mode=0o700)
    asyncio.run(run_a_while(stopped, lambda: shutil.copytree(stopped, killed)))
    return {"stopped": stopped, "killed": killed}


def damaged(path: Path, how: str, other: Path) -> None:
    content = path.read_bytes()
    if how == "removed":
        path.unlink()
    elif how == "emptied":
        path.write_bytes(b"")
    elif how == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif how == "swapped":
        path.write_bytes(other.read_bytes())
    else:
        turned = bytearray(content)
        place, most = (PAGE, 64) if path.suffix == ".sqlite" else (len(content) // 2, 1)
        turned[place : place + most] = (byte ^ 0x10 for byte in content[place : place + most])
        path.write_bytes(turned)


def contents(directory: Path) -> dict[str, bytes]:
    """Of all files, less what SQLite moves from a log into its file when the file is opened."""
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file() and ".sqlite" not in path.name
    }


NAMES = (
    *("journal.sqlite", "people.sqlite", "reports.sqlite", "followers.sqlite", "links.key", "record.json"),
    *("state", "plan.json", "keys/*.key", "pictures/*.webp", "attachments/*", "evidence/*/*.gz"),
    *("measurements/live.duckdb", "measurements/segments/index.json", "measurements/segments/*.parquet"),
)
WAYS = ("removed", "emptied", "cut", "turned", "swapped")
UNSEEN = {
    ("state", "removed"): "all is judged anew: people remove it for that",
    ("plan.json", "removed"): "the plan begins anew: people remove it for that",
    ("keys/*.key", "removed"): "a lost key is replaced, and the journal shows both",
    ("pictures/*.webp", "removed"): "pictures are erased with their time",
    ("evidence/*/*.gz", "removed"): "the oldest make room",
    ("measurements/segments/index.json", "removed"): "it is made anew from the sealed files",
}


@pytest.mark.parametrize(
    ("kind", "how"), [*(("stopped", way) for way in WAYS), ("killed", "cut"), ("killed", "turned")]
)
@pytest.mark.parametrize("name", NAMES)
async def test_every_damage_is_said_and_nothing_is_overwritten(
    name: str,
    how: str,
    kind: str,
    records: dict[str, Path],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    data = tmp_path / "data"
    shutil.copytree(records[kind], data)
    path = min(data.glob(name))
    other = data / ("links.key" if name == "record.json" else "record.json")
    damaged(path, how, other)
    before = contents(data)
    found = list(inspect(data, journal_of(data)))
    assert contents(data) == before, "looking changes nothing"
    if name.startswith("keys/"):  # the tests' own watch makes its keys anew
        assert bool(found) == ((name, how) not in UNSEEN)
        return
    caplog.set_level(logging.WARNING)
    refused: Damaged | None = None
    try:
        async with watch_of(data, SimulatedClock(START + RAN + timedelta(minutes=6)), ScriptedProber(SCRIPT)):
            pass
    except Damaged as error:
        refused = error
    if (name, how) in UNSEEN:
        assert refused is None
        return
    if kind == "killed" and path.suffix == ".sqlite" and not found:
        assert refused is None, "its log still held all of it, up to what the anchor names"
        return
    said = str(refused) if refused else caplog.text
    assert path.name in said
    if refused is not None:
        assert contents(data).items() >= before.items(), "nothing was overwritten"
        assert len(refused.faults) == len({fault.file for fault in refused.faults})
    elif how != "removed" and name in {"state", "plan.json"}:
        assert before[name] in [content for kept, content in contents(data).items() if ".damaged-" in kept]
    if found:
        assert any(damage.file == path or damage.file.parent == path.parent for damage in found)
    else:
        assert name == "measurements/live.duckdb", "the live file is looked into when it is opened"


LOGS = ("journal.sqlite-wal", "people.sqlite-wal", "reports.sqlite-wal", "measurements/live.duckdb.wal")
"""What a kill leaves beside a database: all that was written to it of late."""


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("name", LOGS)
async def test_a_log_that_a_kill_left_is_as_much_part_of_the_record(
    name: str, how: str, records: dict[str, Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    data = tmp_path / "data"
    shutil.copytree(records["killed"], data)
    file = data / name.removesuffix("-wal").removesuffix(".wal")
    log = data / name
    damaged(log, how, data / "record.json")
    held = contents(data)
    found = list(inspect(data, journal_of(data)))
    refused = ""
    try:
        async with watch_of(data, SimulatedClock(START + RAN + timedelta(minutes=6)), ScriptedProber(SCRIPT)):
            pass
    except Damaged as error:
        refused = str(error)
    if name.endswith("-wal"):
        assert [damage.file for damage in found if damage.stops] == [file]
        assert file.name in refused
    elif how in {"cut", "turned"}:
        assert Damage.LOG_CUT.what[:-1] in caplog.text, "what came before the damage is taken in"
    else:
        assert Damage.ROWS_GONE.what[:-1] in refused
    now, live = contents(data), "measurements/live.duckdb"
    kept = {path: content for path, content in held.items() if not path.startswith(live)}
    assert not refused or now.items() >= kept.items(), "nothing was overwritten"
    if name.startswith(live) and log.exists() and how != "emptied":
        assert held[name] in now.values(), "the log is kept under another name"


@pytest.mark.parametrize("kind", ["stopped", "killed"])
def test_a_record_that_nobody_touched_has_no_damage(kind: str, records: dict[str, Path]) -> None:
    assert list(inspect(records[kind], journal_of(records[kind]))) == []


def test_a_new_directory_has_no_damage(tmp_path: Path) -> None:
    assert list(inspect(tmp_path / "new", journal_of(tmp_path / "new"))) == []


async def test_without_an_anchor_the_start_says_it_and_makes_one(
    records: dict[str, Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    data = tmp_path / "data"
    shutil.copytree(records["stopped"], data)
    (data / "record.json").unlink()
    async with watch_of(data, SimulatedClock(START + RAN + timedelta(minutes=6)), ScriptedProber(SCRIPT)):
        assert Damage.NO_ANCHOR.what in caplog.text
        assert (data / "record.json").exists()


def test_a_journal_that_lost_its_end_is_noticed_though_its_chain_holds(
    records: dict[str, Path], tmp_path: Path
) -> None:
    import sqlite3

    data = tmp_path / "data"
    shutil.copytree(records["stopped"], data)
    with sqlite3.connect(data / "journal.sqlite") as database:
        database.execute("DELETE FROM journal_events WHERE seq = (SELECT max(seq) FROM journal_events)")
    database.close()
    (found,) = inspect(data, journal_of(data))
    assert found.damage is Damage.JOURNAL_CUT


def forged_index(segments: Path) -> None:
    """What somebody does who changes sealed files and knows of the index: it lists what is there now."""
    (segments / "index.json").unlink()
    reconcile(segments)


@pytest.mark.parametrize("how", ["flipped", "swapped", "removed"])
async def test_a_sealed_file_changed_together_with_its_index_is_told_by_its_name(
    how: str, records: dict[str, Path], tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(records["stopped"], data)
    segments = data / "measurements" / "segments"
    first, *_, second = sorted(segments.glob("*.parquet"))
    assert first != second
    if how == "removed":
        second.unlink()
        forged_index(segments)
    else:
        rows = [list(read_segment(path)) for path in (first, second)]
        given = rows[1] if how == "swapped" else [rows[0][0].slice(1), *rows[0][1:]]
        sealed = describe(first)
        write_segment(segments, sealed.first_seq, sealed.last_seq, given, START)
        forged_index(segments)
    (found,) = inspect(data, journal_of(data))
    assert found.file == (second if how == "removed" else first)
    assert found.damage is (Damage.SEGMENT_GONE if how == "removed" else Damage.SEGMENT_CHANGED)
    with pytest.raises(Damaged, match=found.file.name):
        async with watch_of(data, SimulatedClock(START + RAN + timedelta(minutes=6)), ScriptedProber(SCRIPT)):
            raise AssertionError
    (data / "record.json").unlink()  # how somebody says that they go on without
    async with watch_of(data, SimulatedClock(START + RAN + timedelta(minutes=6)), ScriptedProber(SCRIPT)):
        pass
    assert list(inspect(data, journal_of(data))) == []
