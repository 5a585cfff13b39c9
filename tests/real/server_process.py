"""One real server's process: started on loopback, waited for by asking it, stopped by its id."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PATIENCE_S = 180.0
"""How long a server may take to answer, on a machine that is busy with other things."""
BETWEEN_ASKINGS_S = 0.05
SHOWN = 4000
"""How much of a log is shown where a test failed, characters."""

RUNNING: list["ServerProcess"] = []
"""Those whose logs a failed test shows."""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def wait_until(true: Callable[[], bool], what: str, patience_s: float = PATIENCE_S) -> None:
    """Ask again and again until it is so; the askings are the wait.

    Raises:
        TimeoutError: it was never so.
    """
    end = time.monotonic() + patience_s
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"after {patience_s:.0f} s still not: {what}")
        time.sleep(BETWEEN_ASKINGS_S)


class ServerProcess:
    """A server that this test run started."""

    def __init__(
        self,
        name: str,
        command: Sequence[object],
        directory: Path,
        *,
        environment: Mapping[str, str] | None = None,
        user: str | None = None,
        work_in: Path | None = None,
    ) -> None:
        """Start it. `directory` gets its log; `user` is whom it runs as, where that is not us."""
        self.name = name
        self.log = directory / f"{name}.log"
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [str(part) for part in command],
                cwd=work_in or directory,
                env={**os.environ, **(environment or {})},
                user=user,
                group=user,
                extra_groups=[] if user else None,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        RUNNING.append(self)

    def wait_for(self, answers: Callable[[], bool]) -> None:
        """Wait until `answers`.

        Raises:
            RuntimeError: it ended, or did not answer in time; with the end of its log.
        """

        def answers_or_ended() -> bool:
            if self._process.poll() is not None:
                raise RuntimeError(f"{self.name} ended with {self._process.returncode}:\n{self.said()}")
            return answers()

        try:
            wait_until(answers_or_ended, f"{self.name} answers")
        except TimeoutError as late:
            raise RuntimeError(f"{late}\n{self.said()}") from None

    @property
    def returned(self) -> int | None:
        """What it ended with; None while it runs."""
        return self._process.returncode

    def said(self) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-SHOWN:]

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it and what it started."""
        if self in RUNNING:
            RUNNING.remove(self)
        if self._process.poll() is None:
            self._process.send_signal(how)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
