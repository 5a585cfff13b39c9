"""A live file that is damaged is refused; a log that is damaged is taken in as far as it is whole."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from tests.measurements.measurement_samples import START

from siaga.domain.errors import Damaged
from siaga.domain.time import SimulatedClock
from siaga.measurements import rollups
from siaga.measurements.live_file import FILE, log_of
from siaga.measurements.store import Store

ROUNDS = 20
KILLED = """
import os, signal, sys
from pathlib import Path
from tests.measurements.measurement_samples import START, plain_round
from siaga.domain.time import SimulatedClock
from siaga.measurements.store import Store

with Store.open(Path(sys.argv[1]), SimulatedClock(START)) as store:
    for number in range(int(sys.argv[2])):
        store.append(plain_round(number))
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    """A store as a kill leaves it: everything in its log."""
    root = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([root, *sys.path])}
    run = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), str(ROUNDS)], env=environment, check=False
    )
    assert run.returncode == -signal.SIGKILL
    return tmp_path


def stored(directory: Path) -> tuple[int, bool]:
    with Store.open(directory, SimulatedClock(START)) as store:
        return store.last_seq, store.gave_up


def test_after_a_kill_all_of_the_log_is_taken_in(killed: Path) -> None:
    assert log_of(killed / FILE).stat().st_size
    seq, gave_up = stored(killed)
    assert (seq % ROUNDS, gave_up) == (0, False)
    assert not list(killed.glob("*.damaged-*"))


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("damage", ["turned", "cut"])
def test_a_damaged_log_gives_up_only_what_comes_after_the_damage(
    damage: str, share: float, killed: Path, caplog: pytest.LogCaptureFixture
) -> None:
    log = log_of(killed / FILE)
    content = bytearray(log.read_bytes())
    place = int(len(content) * share)
    content[place] ^= 0x10
    log.write_bytes(content if damage == "turned" else content[:place])
    before = log.read_bytes()
    seq, gave_up = stored(killed)
    assert gave_up is True
    assert 0 < seq < ROUNDS * 13
    (kept,) = killed.glob("*.damaged-*")
    assert kept.read_bytes() == before
    assert "The log of what was not sealed yet is damaged" in caplog.text
    assert stored(killed) == (seq, False)


@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "turned"])
def test_a_damaged_live_file_is_refused_and_left_as_it_is(damage: str, killed: Path) -> None:
    stored(killed)
    file = killed / FILE
    log = log_of(file)
    whole = bytearray(file.read_bytes())
    if damage == "missing":
        log.write_bytes(b"log")
        file.unlink()
    elif damage == "empty":
        file.write_bytes(b"")
    elif damage == "cut":
        file.write_bytes(whole[: len(whole) // 2])
    else:
        whole[len(whole) // 2] ^= 1
        file.write_bytes(whole)
    before = {path: path.read_bytes() for path in killed.iterdir() if path.is_file()}
    with pytest.raises(Damaged, match="The live file is"):
        stored(killed)
    assert {path: path.read_bytes() for path in killed.iterdir() if path.is_file()} == before


def test_where_the_live_file_was_given_up_the_hours_are_counted_again(killed: Path) -> None:
    with Store.open(killed, SimulatedClock(START)) as store:
        store.seal()
        before = rollups.counts(store, START, START.replace(year=2034))
    (killed / FILE).unlink()
    with Store.open(killed, SimulatedClock(START)) as store:
        again = rollups.counts(store, START, START.replace(year=2034))
    # Milliseconds are added in whatever order the store reads them.
    assert {key: round(tally.total_ms, 6) for key, tally in again.items()} == {
        key: round(tally.total_ms, 6) for key, tally in before.items()
    }
    assert {key: replace(tally, total_ms=0) for key, tally in again.items()} == {
        key: replace(tally, total_ms=0) for key, tally in before.items()
    }
