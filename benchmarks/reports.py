"""Public reports at a rate, while a watch runs beside: none acknowledged is lost, pages stay quick.

    python -m benchmarks.reports [--rate 200] [--seconds 60]

A real `siaga watch` over simulated platforms, its streams asked every two seconds. Each report is somebody
else's, with an address of their own on loopback: they fetch the form, fill it in for two and a half seconds
and send it; every other one is about a contestant, so that they surge. Beside that somebody fetches the
overview four times a second. All of it shares this machine's processors.
"""

import argparse
import asyncio
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

from tests.watch.killed_watch import ENVIRONMENT, election_file, platforms

FILLING_S = 2.5
FORM = re.compile(rb'name="form" value="([^"]+)"')
TOLD = {"platform": "x", "seen": "nothing", "when": "now", "place": "Solo"}
TYPED = ("cuaca hari ini", "mahfud")


async def ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: str, body: bytes = b""
) -> tuple[int, bytes, bytes]:
    """One request on a kept-alive connection: status, headers, body."""
    writer.write(f"{head}\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
    await writer.drain()
    headers = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", headers, re.IGNORECASE)
    content = await reader.readexactly(int(length[1])) if length else b""
    return int(headers.split(b" ", 2)[1]), headers, content


class Run:
    """What came of one run."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.taken: list[float] = []
        self.forms: list[float] = []
        self.pages: list[float] = []
        self.refused: dict[str, int] = {}

    async def person(self, number: int) -> None:
        """Somebody reports."""
        own = f"127.{1 + number // 62_500}.{number // 250 % 250}.{1 + number % 250}"
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(own, 0))
            began = time.perf_counter()
            _, _, page = await ask(reader, writer, "GET /id/report HTTP/1.1")
            self.forms.append(time.perf_counter() - began)
            form = FORM.search(page)
            assert form is not None
            await asyncio.sleep(FILLING_S)
            body = urlencode({**TOLD, "typed": TYPED[number % 2], "form": form[1].decode()}).encode()
            began = time.perf_counter()
            head = "POST /id/report HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded"
            status, _, _ = await ask(reader, writer, head, body)
            if status == 303:
                self.taken.append(time.perf_counter() - began)
            else:
                self.refused[str(status)] = self.refused.get(str(status), 0) + 1
            writer.close()
        except (OSError, asyncio.IncompleteReadError) as error:
            name = type(error).__name__
            self.refused[name] = self.refused.get(name, 0) + 1

    async def look(self) -> None:
        """Somebody looks at the overview again and again."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**22)
        try:
            while True:
                began = time.perf_counter()
                await ask(reader, writer, "GET /id/ HTTP/1.1")
                self.pages.append(time.perf_counter() - began)
                await asyncio.sleep(0.25)
        finally:
            writer.close()

    async def all(self, rate: int, seconds: int) -> None:
        """The whole run."""
        looking = asyncio.ensure_future(self.look())
        people, began = set[asyncio.Task[None]](), time.perf_counter()
        for number in range(rate * seconds):
            await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
            people.add(asyncio.create_task(self.person(number)))
        await asyncio.gather(*people)
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
        print(
            f"asked: {rate * seconds} in {seconds} s; all answered after {time.perf_counter() - began:.1f} s"
        )


def share(times: list[float], part: float) -> str:
    """A quantile, in milliseconds."""
    return f"{sorted(times)[min(int(len(times) * part), len(times) - 1)] * 1000:.0f} ms"


def main() -> None:
    """Run it, and print what came of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, platforms(Path(folder)) as addresses:
        directory, data = Path(folder), Path(folder) / "data"
        election = election_file(directory, addresses)
        command = [
            sys.executable,
            "-m",
            "siaga",
            "watch",
            str(election),
            "--port",
            "0",
            "--directory",
            str(data),
        ]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT) as watch:
            assert watch.stdout is not None
            port = int(watch.stdout.readline().split("http://127.0.0.1:")[1].split("/")[0])
            time.sleep(5)
            run = Run(port)
            asyncio.run(run.all(options.rate, options.seconds))
            watch.kill()
        with sqlite3.connect(data / "reports.sqlite") as database:
            (kept,) = database.execute("SELECT count(*) FROM reports").fetchone()
        database.close()
    print(f"acknowledged: {len(run.taken)}; kept after a kill: {kept}; refused: {run.refused or 'none'}")
    for what, times in (
        ("sending a report", run.taken),
        ("the form", run.forms),
        ("the overview", run.pages),
    ):
        print(f"{what}: median {share(times, 0.5)}, 95% {share(times, 0.95)}, 99% {share(times, 0.99)}")


if __name__ == "__main__":
    main()
