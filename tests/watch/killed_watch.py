"""A real `siaga watch` over simulated platforms, killed again and again: what must not be lost."""

import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from siaga.domain.time import SystemClock, rfc3339
from siaga.journal.journal import Journal
from siaga.journal.kinds import Kind
from siaga.measurements.store import Store
from siaga.simulation.scenario import shipped_files

ELECTION = shipped_files("january-2024")[1]
TOKEN = "a-token-for-tests"
ENVIRONMENT = {**os.environ, "SIAGA_SIMULATED_TOKEN": TOKEN}
SCENARIO = """
scenario: withheld
starts: 2024-01-01T00:00:00Z
ends: 2099-01-01T00:00:00Z
limits: none
steps:
  - at: 2024-01-02T00:00:00Z
    start: gone
    fault: {kind: empty, platform: x, surfaces: [search-latest], names: [mahfud]}
"""


@contextmanager
def platforms(directory: Path) -> Iterator[dict[str, Any]]:
    """Simulated platforms at the present time, `mahfud` withheld; their addresses."""
    scenario, ports = directory / "scenario.yaml", directory / "ports.json"
    scenario.write_text(SCENARIO)
    words = ["--scenario", str(scenario), "--election", str(ELECTION), "--port-file", str(ports)]
    words += ["--now", rfc3339(datetime.now(UTC)), "--speed", "1", "--until-stdin-closes"]
    with subprocess.Popen(
        [sys.executable, "-m", "siaga.simulation", *words], stdin=subprocess.PIPE, env=ENVIRONMENT
    ) as process:
        try:
            while not ports.exists():
                assert process.poll() is None
                time.sleep(0.05)
            yield json.loads(ports.read_text())["platforms"]
        finally:
            assert process.stdin is not None
            process.stdin.close()


def election_file(directory: Path, addresses: dict[str, Any]) -> Path:
    """The demo's election, X's searches asked every two seconds."""
    text = ELECTION.read_text()
    for platform in ("x", "bluesky", "mastodon"):
        text = text.replace("http://127.0.0.1:9\n", addresses[platform]["jakarta"] + "\n", 1)
    for every in ("4m", "20m"):
        text = text.replace(f"every: {every}", "every: 2s")
    text = text.replace("{requests: 400, per: 15m}", "{requests: 200000, per: 15m}")
    path = directory / "election.yaml"
    path.write_text(text)
    return path


def newest(port: int) -> set[str]:
    """Ids of the newest measurements as the running watch's own API shows them: these it has acknowledged."""
    address = f"http://127.0.0.1:{port}/api/v1/measurements?platform=x&subject=mahfud"
    with urllib.request.urlopen(address, timeout=10) as answer:
        return {measurement["id"] for measurement in json.load(answer)}


def killed(directory: Path, election: Path, wait_s: float, journal: str) -> set[str]:
    """Start the watch, let it run a while, read what it has acknowledged, kill it. Returns those ids."""
    with subprocess.Popen(
        [sys.executable, "-m", "siaga", "watch", str(election), "--port", "0", "--directory", str(directory)],
        stdout=subprocess.PIPE,
        text=True,
        env={**ENVIRONMENT, "SIAGA_JOURNAL": journal},
    ) as watch:
        assert watch.stdout is not None
        line = watch.stdout.readline()
        assert "http://127.0.0.1:" in line, line
        port = int(line.split("http://127.0.0.1:")[1].split("/")[0])
        time.sleep(wait_s)
        known = newest(port)
        watch.send_signal(signal.SIGKILL)
        watch.wait()
    return known


def kill_again_and_again(
    directory: Path, kills: int, seed: int, journal: str | None = None
) -> dict[str, int]:
    """Kill a watch `kills` times at random moments; what was found afterwards, as counts."""
    journal = journal or f"sqlite:///{directory / 'data' / 'journal.sqlite'}"
    chance = random.Random(seed)
    acknowledged: set[str] = set()
    data = directory / "data"
    with platforms(directory) as addresses:
        election = election_file(directory, addresses)
        for _ in range(kills):
            acknowledged |= killed(data, election, chance.uniform(0.2, 3.0), journal)
    with Store.open(data / "measurements", SystemClock()) as store:
        stored = [str(measurement.id) for measurement in store.measurements()]
    with Journal.open(journal, SystemClock()) as record:
        broken = record.verify().broken
        opened: dict[str, int] = {}
        doubled = 0
        for event in record.read(kinds=[Kind.FINDING_OPENED, Kind.FINDING_OVER], limit=10_000):
            about = f"{event.what['platform']}/{event.what['subject']}"
            if event.kind == Kind.FINDING_OVER:
                opened[about] = 0
            else:
                doubled += opened.get(about, 0)
                opened[about] = 1
    return {
        "kills": kills,
        "acknowledged": len(acknowledged),
        "lost": len(acknowledged - set(stored)),
        "stored": len(stored),
        "stored twice": len(stored) - len(set(stored)),
        "findings open": sum(opened.values()),
        "findings opened twice": doubled,
        "journal broken": 0 if broken is None else 1,
    }
