"""`siaga setup` from an empty directory to a watch that runs, as a process of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import httpx
from tests.web.browsing import token

from siaga.composition.accounts import accounts_in
from siaga.domain.time import SystemClock
from siaga.journal.journal import Journal
from siaga.journal.kinds import Kind
from siaga.people.roles import StaffRole
from siaga.simulation.scenario import shipped_files

_, ELECTION = shipped_files("january-2024")
PASSWORD = "correct horse battery"


def line_with(process: subprocess.Popen[str], text: str) -> str:
    """The next line that the process prints with a text in it; fails once it has ended without."""
    assert process.stdout is not None
    for line in process.stdout:
        if text in line:
            return line
    raise AssertionError(text)


def test_a_newcomer_gets_from_the_link_to_a_running_watch_that_starts_again_by_the_files(
    tmp_path: Path,
) -> None:
    environment = {k: v for k, v in os.environ.items() if k != "SIAGA_SIMULATED_TOKEN"}
    words = [sys.executable, "-m", "siaga", "setup", str(tmp_path / "mine"), "--port", "0"]
    process = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    )
    with process:
        try:
            printed = [line_with(process, "/setup/")]
            link = re.search(r"http://127\.0\.0\.1:\d+/setup/(\S+)", printed[0])
            assert link is not None
            address = link[0].partition("/setup/")[0]
            with httpx.Client(base_url=address, follow_redirects=True, timeout=60) as browser:
                page = browser.get(link[0]).text
                upload = {"file": ("mine.yaml", ELECTION.read_bytes())}
                page = browser.post(f"/{_language(page)}/setup/election", data=token(page), files=upload).text
                typed = {"id": "ayu", "password": PASSWORD, "again": PASSWORD} | token(page)
                assert browser.post("/en/setup/people", data=typed).status_code == 200
                assert "Siaga is starting" in browser.post("/en/setup/start", data=token(page)).text
            printed.append(line_with(process, "X is not being measured because its API token is missing."))
            printed.append(line_with(process, "Monitoring"))
            assert address in printed[-1], "at the same address"
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.stdout is not None
            rest = process.stdout.read()
    assert "".join([*printed, rest]).count(link[1]) == 1, "the link is in the log once"
    data, clock = tmp_path / "mine" / "siaga-data" / "january-2024", SystemClock()
    with Journal.open(f"sqlite:///{data}/journal.sqlite", clock) as journal:
        assert journal.verify().broken is None
        assert [event.who for event in journal.read(kinds=[Kind.PERSON_ADDED])] == ["setup"]
        with closing(accounts_in(data, journal, clock)) as accounts:
            assert [(m.id, m.role) for m in accounts.members()] == [("ayu", StaffRole.ADMINISTRATOR)]


def _language(page: str) -> str:
    found = re.search(r'<html lang="(\w+)"', page)
    assert found is not None
    return found[1]


def test_a_port_that_is_taken_is_said_and_nothing_is_written(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        words = [sys.executable, "-m", "siaga", "setup", str(tmp_path), "--port", port]
        outcome = subprocess.run(words, capture_output=True, text=True, check=False)
    assert outcome.returncode == 2
    assert f"Port {port} on 127.0.0.1 is in use." in outcome.stderr
    assert list(tmp_path.iterdir()) == []
