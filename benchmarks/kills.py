"""SIGKILLs at seeded moments, and what was lost: `python -m benchmarks.kills [KILLS] [PIECE]`.

Each piece of what is kept on disk does its work in a process of its own, forked from this one, which has
imported everything: a kill costs no start of Python. It says what it has acknowledged; at a moment drawn by a
seed it is killed, between its start and three times the time that it needs to its first acknowledgement. Then
another process opens what is there, goes on with it, and compares. A line of JSON after each directory
that was killed in: the counts of its piece so far.
"""

import asyncio
import json
import os
import random
import select
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, NoReturn
from unittest.mock import patch

from benchmarks.week import withheld_now_and_then
from sqlalchemy import Connection
from tests.cases import case_stories as story
from tests.measurements.measurement_samples import START as FIRST_ROUND
from tests.measurements.measurement_samples import plain_round
from tests.notifying.outbox_stories import room_posting_to, sending
from tests.probing.probing_servers import Heard, answering, reply, served
from tests.reporting.killed_store import report
from tests.watch.scripted_watch import START, ScriptedProber, watch_of

from siaga.cases.events.delivery_made import DeliveryMade
from siaga.domain.time import SimulatedClock, SystemClock, parse_rfc3339, rfc3339
from siaga.journal import tables
from siaga.journal.journal import Journal, NewEvent
from siaga.journal.kinds import Kind
from siaga.measurements import rollups
from siaga.measurements.store import Store
from siaga.reporting.store import FILE as REPORTS
from siaga.reporting.store import ReportStore
from siaga.services.backup import back_up, restore
from siaga.services.inspection import inspect

FAR = START.replace(year=2034)

Say = Callable[[object], None]
"""Says what is acknowledged, or what is wrong, to the process that kills."""
Said = Sequence[Any]


@dataclass(frozen=True)
class Piece:
    """One thing to kill."""

    work: Callable[[Path, int, Said, Say], None]
    """Goes on in a directory without end, from what was acknowledged there; told which kill it is."""
    check: Callable[[Path, Said, Say], None]
    """Opens the directory, and says what does not hold."""
    share: float
    """Its part of all kills."""
    together: int = 10
    """So many kills hit the same directory, one after the other."""
    receives: bool = False
    """Whether a receiver of webhooks stands beside it."""


# Processes


def child_of(work: Callable[[Say], None]) -> tuple[int, int]:
    """Work in a forked process; its id, and a pipe from which what it says is read."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        os.close(reading)
        _work_and_end(work, writing)
    os.close(writing)
    return child, reading


def _work_and_end(work: Callable[[Say], None], writing: int) -> NoReturn:
    try:
        work(lambda said: _write(writing, json.dumps(said).encode() + b"\n"))
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _write(descriptor: int, line: bytes) -> None:
    while line:
        line = line[os.write(descriptor, line) :]


def heard_to_the_end(reading: int) -> bytes:
    """What comes until nobody can say any more."""
    heard = b""
    while data := os.read(reading, 1 << 16):
        heard += data
    return heard


def whole_lines(heard: bytes) -> list[Any]:
    """What was said whole."""
    return [json.loads(line) for line in heard.splitlines(keepends=True) if line.endswith(b"\n")]


def killed(work: Callable[[Say], None], after_s: float | None) -> tuple[list[Any], float | None]:
    """Kill the work after so long, or else as soon as it has acknowledged something; what it had said by
    then, and how long it took to say the first."""
    child, reading = child_of(work)
    began, first_s, heard = time.monotonic(), None, b""
    with os.fdopen(reading, "rb", buffering=0):
        while after_s is None or (left := began + after_s - time.monotonic()) > 0:
            if select.select([reading], [], [], None if after_s is None else left)[0]:
                if not (data := os.read(reading, 1 << 16)):
                    break
                first_s = first_s or time.monotonic() - began
                heard += data
                after_s = after_s or first_s
        os.kill(child, signal.SIGKILL)
        heard += heard_to_the_end(reading)
    if (status := os.waitpid(child, 0)[1]) != signal.SIGKILL:
        message = f"it ended by itself with {status}"
        raise AssertionError(message)
    return whole_lines(heard), first_s


def in_child(work: Callable[[Say], None]) -> list[Any]:
    """Do it in a forked process to its end; what it said, and that it failed where it did."""
    child, reading = child_of(work)
    with os.fdopen(reading, "rb", buffering=0):
        said = whole_lines(heard_to_the_end(reading))
    return said if os.waitpid(child, 0)[1] == 0 else [*said, "it raised an error"]


# Store


def append_rounds(directory: Path, number: int, said: Said, say: Say) -> None:
    """Append rounds, four hours apart; seal and merge after each third."""
    clock = SimulatedClock(FIRST_ROUND)
    with Store.open(directory, clock) as store:
        one = max(said, default=-1) + 1
        while True:
            clock.advance(timedelta(hours=4))
            store.append(plain_round(one, names=7))
            say(one)
            if one % 3 == 0:
                store.maintain()
            one += 1


def check_store(directory: Path, say: Say) -> set[str]:
    """Say what does not hold of any store; the ids that are in it."""
    with Store.open(directory, SimulatedClock(FIRST_ROUND)) as store:
        ids, seqs = [], []
        for batch in store.batches():
            ids += [str(id) for id in batch.column("id").to_pylist()]
            seqs += batch.column("seq").to_pylist()
        asked = sum(tally.asked for tally in rollups.counts(store, FIRST_ROUND, FAR).values())
        if len(set(ids)) != len(ids):
            say("a measurement is stored twice")
        if sorted(seqs) != list(range(1, len(seqs) + 1)):
            say("sequence numbers have a gap or come twice")
        if asked != len(ids):
            say(f"the counts by hour know {asked} measurements, the store {len(ids)}")
        if store.gave_up:
            say("a part of the log was given up")
    return set(ids)


def check_rounds(directory: Path, said: Said, say: Say) -> None:
    """Every acknowledged round is there, once."""
    ids = check_store(directory, say)
    lost = [one for one in said if not {str(m.id) for m in plain_round(one, names=7)} <= ids]
    if lost:
        say(f"lost rounds: {lost}")


# Watch


def watch(directory: Path, number: int, said: Said, say: Say) -> None:
    """Watch by the minute; say which measurements and which journal the watch shows after each step."""
    last = parse_rfc3339(said[-1]["at"]) if said else START
    start = last + timedelta(minutes=5 * (number % 10 + 1))
    asyncio.run(_watch(directory, SimulatedClock(start), number, say))


async def _watch(directory: Path, clock: SimulatedClock, seed: int, say: Say) -> None:
    prober = ScriptedProber(withheld_now_and_then, seed=seed)
    async with watch_of(directory, clock, prober) as opened:
        store = opened.watch._recorder.store
        shown = store.last_seq
        while True:
            clock.advance_to(opened.watch.next_due())
            await opened.watch.step()
            opened.messaging.alerts.step()
            ids = [str(id) for id in store.after(shown).column("id").to_pylist()]
            shown += len(ids)
            say({"at": rfc3339(clock.now()), "ids": ids, "journal": opened.journal.head()})


def check_journal(path: Path, heads: Sequence[tuple[int, str]], say: Say) -> None:
    """Its chain is whole and has what was acknowledged; no finding opens while it is open."""
    with Journal.open(f"sqlite:///{path}", SystemClock()) as journal:
        if (verified := journal.verify()).broken is not None:
            say(f"the journal's chain: {verified.problem}")
        if any(seq and journal.digest_at(seq) != digest for seq, digest in heads):
            say("the journal has lost an event")
        is_open = set[tuple[object, object]]()
        for event in journal.read(kinds=[Kind.FINDING_OPENED, Kind.FINDING_OVER], limit=100_000):
            finding = (event.what["platform"], event.what["subject"])
            if (finding in is_open) == (event.kind == Kind.FINDING_OPENED):
                say(f"{finding} has {event.kind} twice")
            (is_open.add if event.kind == Kind.FINDING_OPENED else is_open.discard)(finding)


def check_watch(directory: Path, said: Said, say: Say) -> None:
    """Nothing is damaged, nothing shown is lost, nothing is there twice."""
    for damage in inspect(directory, f"sqlite:///{directory / 'journal.sqlite'}"):
        if damage.stops:
            say(str(damage.fault))
    if (directory / "measurements").exists():
        ids = check_store(directory / "measurements", say)
        if not {id for one in said for id in one["ids"]} <= ids:
            say("a measurement that was shown is lost")
    check_journal(directory / "journal.sqlite", [tuple(one["journal"]) for one in said], say)


# Outbox


def receive(directory: Path, say: Say) -> None:
    """Take webhooks for as long as the process that kills lives; write down each before it is answered."""
    killer = os.getppid()
    log = os.open(directory / "received", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def take(request: Heard) -> bytes:
        _write(log, json.dumps([request.headers["webhook-id"], request.body.decode()]).encode() + b"\n")
        return reply(b"ok")

    async def serve() -> None:
        async with served(answering(take)) as place:
            say(place.port)
            while os.getppid() == killer:
                await asyncio.sleep(1)

    asyncio.run(serve())


def send(directory: Path, number: int, said: Said, say: Say) -> None:
    """Approve notices by two people, and send them, five at a time."""
    port = int((directory / "port").read_text())
    with sending(directory, port, SimulatedClock(story.NOW), room_posting_to(port)) as one:
        notice = 1000 * (number % 10)
        while True:
            for _ in range(5):
                notice += 1
                one.released(notice)
                say(f"N-{notice}.x-oncall.0")
            asyncio.run(_all_sent(one.outbox.step))


async def _all_sent(step: Callable[[], Any]) -> None:
    while await step():
        pass


def check_sent(directory: Path, said: Said, say: Say) -> None:
    """Send what waits. Then every approved notice was received, always in the same words, and noted once."""
    port = int((directory / "port").read_text())
    with sending(directory, port, SimulatedClock(story.NOW), room_posting_to(port)) as one:
        asyncio.run(_all_sent(one.outbox.step))
        if one.outbox.waiting():
            say("messages wait still")
        made = Counter(line.split()[1] for line in one.said(DeliveryMade.kind))
    received = whole_lines((directory / "received").read_bytes()) if made else []
    if lost := set(said) - {id for id, _ in received}:
        say(f"approved and never received: {sorted(lost)}")
    if len({id for id, _ in received}) != len({(id, body) for id, body in received}):
        say("a copy has other words")
    if set(said) - set(made) or max(made.values(), default=1) > 1:
        say("a delivery is noted never or twice")
    check_journal(directory / "journal.sqlite", [], say)


# Reports


def take_reports(directory: Path, number: int, said: Said, say: Say) -> None:
    """Take reports of the public, fifty at once."""

    async def take() -> None:
        async with ReportStore.open(directory) as store:
            for start in range(0, 1_000_000, 50):
                ids = [f"{number}-{one}" for one in range(start, start + 50)]
                await asyncio.gather(*(store.add(report(id)) for id in ids))
                say(ids)

    asyncio.run(take())


def check_reports(directory: Path, said: Said, say: Say) -> None:
    """Every report that somebody was thanked for is there."""

    async def reopened() -> None:
        async with ReportStore.open(directory):
            pass

    asyncio.run(reopened())
    with closing(sqlite3.connect(directory / REPORTS)) as database:
        kept = {row[0] for row in database.execute("SELECT id FROM reports")}
        if database.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            say("the database is damaged")
    if lost := {id for ids in said for id in ids} - kept:
        say(f"{len(lost)} reports are lost")


# Backup and restore


def made_record(directory: Path, say: Say) -> None:
    """A watch's directory of a quarter of an hour with a sealed segment, and a backup of it."""

    async def run() -> None:
        clock = SimulatedClock(START)
        async with watch_of(directory / "data", clock, ScriptedProber(withheld_now_and_then)) as opened:
            for minute in range(15):
                if minute == 12:
                    opened.watch._recorder.store.seal()
                clock.advance_to(opened.watch.next_due())
                await opened.watch.step()

    asyncio.run(run())
    back_up(directory / "data", directory / "backup", SimulatedClock(START))


def copying(record: Path, copy: Callable[[Path], object]) -> Piece:
    """A piece that makes copies of a record; each is whole or not there, and the next one succeeds."""

    def work(directory: Path, number: int, said: Said, say: Say) -> None:
        for one in range(1_000_000):
            copy(directory / f"copy{one}")
            say(f"copy{one}")

    def check(directory: Path, said: Said, say: Say) -> None:
        present = [path.name for path in directory.iterdir()]
        if lost := set(said) - set(present):
            say(f"lost copies: {sorted(lost)}")
        for name in present:
            if name.startswith("."):
                copy(directory / name.split(".")[1])
        for path in directory.iterdir():
            _check_copy(record, path, say)

    return Piece(work, check, share=0.08, together=1)


def _check_copy(record: Path, copy: Path, say: Say) -> None:
    if copy.name.startswith("."):
        say("an unfinished copy is left")
        return
    if any(damage.stops for damage in inspect(copy, f"sqlite:///{copy / 'journal.sqlite'}")):
        say("a copy is damaged")
    if check_store(copy / "measurements", say) != check_store(record / "measurements", say):
        say("a copy has other measurements")
    with (
        Journal.open(f"sqlite:///{copy / 'journal.sqlite'}", SystemClock()) as copied,
        Journal.open(f"sqlite:///{record / 'journal.sqlite'}", SystemClock()) as journal,
    ):
        if copied.head() != journal.head() or copied.verify().broken is not None:
            say("a copy has another journal")


# The journal's tables


def rebuild(connection: Connection) -> None:
    """A step to a next version of the tables, as SQLite asks for: a new table, and every row copied."""
    events = tables.EVENTS.name
    connection.exec_driver_sql(f"ALTER TABLE {events} RENAME TO before")
    tables.METADATA.create_all(connection)
    connection.exec_driver_sql(f"INSERT INTO {events} SELECT * FROM before")
    connection.exec_driver_sql("DROP TABLE before")


@contextmanager
def next_version() -> Iterator[None]:
    """Let this process be a software that knows one more version of the tables."""
    with patch.object(tables, "STEPS", {**tables.STEPS, 2: rebuild}), patch.object(tables, "VERSION", 2):
        yield


def migrate(directory: Path, number: int, said: Said, say: Say) -> None:
    """Make journals of 500 events, and bring each from the present version to the next."""
    what = {"words": "of an event, " * 40}
    entries = [NewEvent(Kind.FINDING_CHANGED, "watch", what, key=str(number)) for number in range(500)]
    for one in range(1_000_000):
        url = f"sqlite:///{directory}/{one}.sqlite"
        with Journal.open(url, SystemClock()) as journal:
            journal.append_all(entries)
            say([one, 1, *journal.head()])
        with next_version(), Journal.open(url, SystemClock()) as journal:
            say([one, 2, *journal.head()])


def check_migrated(directory: Path, said: Said, say: Say) -> None:
    """Each journal is of the version that was acknowledged at least, whole, and comes to the next one."""
    told = {one: (version, (seq, digest)) for one, version, seq, digest in said}
    for one, (version, _) in told.items():
        with closing(sqlite3.connect(directory / f"{one}.sqlite")) as database:
            if database.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                say("a database is damaged")
            if database.execute("SELECT version FROM journal_schema").fetchone()[0] < version:
                say("a step between versions is lost")
    for path in directory.glob("*.sqlite"):
        with next_version(), Journal.open(f"sqlite:///{path}", SystemClock()) as journal:
            _, head = told.get(int(path.stem), (0, None))
            if head is not None and journal.head() != head:
                say("events are lost between versions")
            if journal.verify().broken is not None:
                say("a chain is broken between versions")


# All


def pieces(record: Path) -> dict[str, Piece]:
    """What is killed; `record` holds a watch's directory and a backup of it."""
    data, backup = record / "data", record / "backup"
    return {
        "store": Piece(append_rounds, check_rounds, share=0.25),
        "watch": Piece(watch, check_watch, share=0.25),
        "outbox": Piece(send, check_sent, share=0.2, receives=True),
        "reports": Piece(take_reports, check_reports, share=0.06),
        "backup": copying(data, lambda to: back_up(data, to, SystemClock())),
        "restore": copying(data, lambda to: restore(backup, to)),
        "tables": Piece(migrate, check_migrated, share=0.08, together=1),
    }


def kill_often(name: str, piece: Piece, kills: int) -> Iterator[dict[str, object]]:
    """Kill a piece so often; after each directory, what was found so far."""
    chance, began = random.Random(f"kills of {name}"), time.monotonic()
    first_s: float | None = None
    acknowledged, early, wrong = 0, 0, list[str]()
    for first in range(0, kills, piece.together):
        directory, said = Path(tempfile.mkdtemp(prefix=f"siaga-kills-{name}-")), list[Any]()
        receiver = receiver_of(directory) if piece.receives else None
        for number in range(first, min(first + piece.together, kills)):
            work = partial(piece.work, directory, number, tuple(said))
            heard, took_s = killed(work, first_s and chance.uniform(0, 3 * first_s))
            first_s = took_s or first_s
            said += heard
            acknowledged, early = acknowledged + len(heard), early + (not heard)
            problems = in_child(partial(piece.check, directory, tuple(said)))
            wrong += [f"kill {number} of {directory}: {problem}" for problem in problems]
        if receiver is not None:
            end(receiver)
        if not wrong:
            shutil.rmtree(directory)
        yield {
            "piece": name,
            "kills": number + 1,
            "acknowledgements": acknowledged,
            "killed before the first": early,
            "wrong": wrong,
            "seconds": round(time.monotonic() - began),
        }


def receiver_of(directory: Path) -> int:
    """A process that takes webhooks; its port is written down in the directory."""
    child, reading = child_of(lambda say: receive(directory, say))
    with os.fdopen(reading) as said:
        (directory / "port").write_text(said.readline())
    return child


def end(child: int) -> None:
    """End a process."""
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def main() -> None:
    """Kill; a line after each directory."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder)
        if problems := in_child(lambda say: made_record(record, say)):
            sys.exit(str(problems))
        for name, piece in pieces(record).items():
            if name in sys.argv[2:] or not sys.argv[2:]:
                for found in kill_often(name, piece, round(kills * piece.share)):
                    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
