"""A real `siaga watch` with few files, and visitors who would take them all: it measures on, within reach."""

import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from tests.watch.killed_watch import ENVIRONMENT, election_file, platforms

FILES = 256


@contextmanager
def watching(directory: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A watch that may open no more than `FILES` files, and the port of its pages."""
    with platforms(directory) as addresses:
        election = election_file(directory, addresses)
        command = ["prlimit", f"--nofile={FILES}:{FILES}", sys.executable, "-m", "siaga", "watch"]
        with subprocess.Popen(
            [*command, str(election), "--port", "0", "--directory", str(directory / "data")],
            stdout=subprocess.PIPE,
            text=True,
            env=ENVIRONMENT,
        ) as watch:
            assert watch.stdout is not None
            try:
                yield watch, int(watch.stdout.readline().split("http://127.0.0.1:")[1].split("/")[0])
                watch.send_signal(signal.SIGTERM)
                assert watch.wait(60) == 0
            finally:
                watch.kill()


def rounds(port: int) -> int:
    """Rounds that the watch has finished; asked again where it says to come later."""
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/en/health", timeout=30) as page:
                found = re.search(r"<dt>Rounds</dt><dd>([\d,]+)</dd>", page.read().decode())
            assert found
            return int(found[1].replace(",", ""))
        except urllib.error.HTTPError as refused:
            refused.close()
            if refused.code != 503:
                raise
            time.sleep(0.1)


def goes_on(watch: subprocess.Popen[str], port: int) -> None:
    """Return once the watch has finished further rounds."""
    before = rounds(port)
    while rounds(port) < before + 3:
        assert watch.poll() is None
        time.sleep(0.1)


@pytest.mark.slow
def test_more_connections_than_there_are_files_end_no_watch_and_shut_nobody_out(tmp_path: Path) -> None:
    with watching(tmp_path) as (watch, port), ExitStack() as opened:
        for number in range(FILES * 2):
            visitor = opened.enter_context(socket.socket())
            visitor.bind((f"127.0.{1 + number // 200}.{1 + number % 200}", 0))
            visitor.connect(("127.0.0.1", port))
            if number % 2:
                visitor.send(b"GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        goes_on(watch, port)


@pytest.mark.slow
def test_many_readers_of_the_tail_end_no_watch_and_are_answered(
    tmp_path: Path,
) -> None:
    with watching(tmp_path) as (watch, port):
        statuses, over = set[int](), threading.Event()

        def read() -> None:
            while not over.is_set():
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/tail?after=0", timeout=30).read()
                    statuses.add(200)
                except urllib.error.HTTPError as refused:
                    statuses.add(refused.code)
                    refused.close()

        readers = [threading.Thread(target=read) for _ in range(12)]
        for reader in readers:
            reader.start()
        try:
            goes_on(watch, port)
            address = f"http://127.0.0.1:{port}/api/v1/measurements?platform=x&subject=mahfud"
            with urllib.request.urlopen(address, timeout=30) as answer:
                assert json.load(answer)
        finally:
            over.set()
            for reader in readers:
                reader.join()
        assert 200 in statuses
        assert statuses <= {200, 503}
