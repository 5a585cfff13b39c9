"""Many writers at once, and writers that are killed."""

import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from siaga.domain.time import SimulatedClock, SystemClock
from siaga.journal.journal import Journal
from siaga.journal.kinds import Kind

START = datetime(2024, 1, 25, tzinfo=UTC)

WRITER = """
import sys
from siaga.journal.journal import Journal
from siaga.journal.kinds import Kind
from siaga.domain.time import SystemClock

url, name, most, shared = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4] == "shared"
journal = Journal.open(url, SystemClock())
for number in range(most):
    key = str(number) if shared else f"{name}/{number}"
    event = journal.append(Kind.FINDING_CHANGED, "watch", {"number": number}, key=key)
    print(f"{event.seq} {event.key}", flush=True)
"""


def writer(url: str, name: str, most: int, shared: str = "own") -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, url, name, str(most), shared]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_threads_write_one_chain(url: str) -> None:
    with Journal.open(url, SimulatedClock(START)) as journal:

        def write(number: int) -> int:
            said = number % 20
            return journal.append(Kind.FINDING_CHANGED, "watch", {"number": said}, key=str(said)).seq

        with ThreadPoolExecutor(8) as threads:
            places = list(threads.map(write, range(80)))
        assert sorted(set(places)) == list(range(1, 21))
        assert journal.verify().events == 20


def test_processes_write_one_chain_and_each_key_once(url: str) -> None:
    writers = [writer(url, str(number), 15, "shared") for number in range(4)]
    said = [process.communicate(timeout=60)[0].splitlines() for process in writers]
    assert [process.returncode for process in writers] == [0] * 4
    assert {tuple(sorted(lines)) for lines in said} == {tuple(sorted(said[0]))}
    with Journal.open(url, SystemClock()) as journal:
        assert journal.verify().events == 15
        assert journal.verify().broken is None


@pytest.mark.parametrize("acknowledged", [1, 7, 40])
def test_a_killed_writer_loses_nothing_that_was_acknowledged(url: str, acknowledged: int) -> None:
    process = writer(url, "killed", 100_000)
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(acknowledged)]
    process.send_signal(signal.SIGKILL)
    said += process.stdout.read().splitlines(keepends=True)
    process.stdout.close()
    assert process.wait(timeout=60) == -signal.SIGKILL
    whole = [line.split() for line in said if re.fullmatch(r"\d+ \S+\n", line)]
    assert len(whole) >= acknowledged
    with Journal.open(url, SystemClock()) as journal:
        verified = journal.verify()
        assert verified.broken is None
        stored = {str(event.seq): event.key for event in journal.read(limit=100_000)}
        assert all(stored[seq] == key for seq, key in whole)
        assert len(stored) - len(whole) <= 1
        again = journal.append(Kind.FINDING_CHANGED, "watch", {"number": 0}, key="killed/0")
        assert again.seq == 1
        assert journal.append(Kind.WATCH_STARTED, "watch", {}).seq == verified.events + 1
