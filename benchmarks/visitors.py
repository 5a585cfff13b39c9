"""Visitors who would end a watch: idle connections, event streams, readers of the tail, floods of pages.

    python -m benchmarks.visitors            # all of it, for half a minute each
    python -m benchmarks.visitors idle 10000 [SECONDS] [FILES]

A real `siaga watch` over simulated platforms, its streams asked every two seconds, with a limit of 1,024 open
files that it may not raise, or of as many as are given. The visitors are a process of their own, from many
addresses of the loopback network. Said are rounds a second before and during, how long others wait for a
page, what the watch holds, and how long a stream waited from one round to its next.
"""

import asyncio
import json
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import psutil
from tests.watch.killed_watch import ENVIRONMENT, election_file, platforms

from siaga.domain.time import SystemClock
from siaga.measurements.columns import open_columns

SECONDS = 30
FILES = 1_024
RUNS = (("idle", 10_000), ("slow", 2_000), ("streams", 2_000), ("tails", 50), ("pages", 64), ("anew", 64))
"""Kinds of visitors, and how many of each."""
STREAM = ("platform", "surface", "vantage", "session")
HOST = b"Host: 127.0.0.1\r\n"


async def opened(port: int, number: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection from one of some thousand addresses."""
    source = f"127.{1 + number % 9}.{1 + number // 9 % 250}.7"
    return await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0), limit=1 << 24)


async def answer(reader: asyncio.StreamReader) -> str:
    """The status of an answer that is read to its end."""
    header = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", header, re.IGNORECASE)
    if length:
        await reader.readexactly(int(length[1]))
    return header[9:12].decode()


async def held(port: int, number: int, seen: Counter[str], first: bytes) -> None:
    """A connection that is kept open; opened again, some seconds later, where the watch ends it."""
    reader, writer = await opened(port, number)
    writer.write(first)
    seen["opened"] += 1
    begun = await reader.read(1 << 16)
    if begun:
        seen[begun[9:12].decode()] += 1
    while begun and await reader.read(1 << 16):
        pass
    seen["ended by the watch"] += 1
    writer.close()
    await asyncio.sleep(5 + 10 * random.random())


async def idle(port: int, number: int, seen: Counter[str]) -> None:
    """Asks nothing."""
    await held(port, number, seen, b"")


async def slow(port: int, number: int, seen: Counter[str]) -> None:
    """Begins a header and does not end it."""
    await held(port, number, seen, b"GET /en/ HTTP/1.1\r\n" + HOST + b"X-Slow: ")


async def streams(port: int, number: int, seen: Counter[str]) -> None:
    """Keeps a page open, as a browser does."""
    await held(port, number, seen, b"GET /events HTTP/1.1\r\n" + HOST + b"\r\n")


async def tails(port: int, number: int, seen: Counter[str]) -> None:
    """Reads the open tail from its beginning, again and again."""
    reader, writer = await opened(port, number)
    while True:
        writer.write(b"GET /api/v1/tail?after=0 HTTP/1.1\r\n" + HOST + b"\r\n")
        seen[await answer(reader)] += 1


async def pages(port: int, number: int, seen: Counter[str]) -> None:
    """Asks for a page that nobody else asks for, as fast as it is answered."""
    reader, writer = await opened(port, number)
    while True:
        since = datetime.now(UTC) - timedelta(seconds=random.randrange(3_600, 86_400))
        query = f"GET /en/names/x/mahfud?from={since:%Y-%m-%dT%H:%M:%SZ}&to=2199-01-01T00:00:00Z HTTP/1.1\r\n"
        writer.write(query.encode() + HOST + b"\r\n")
        seen[await answer(reader)] += 1


async def anew(port: int, number: int, seen: Counter[str]) -> None:
    """The same page over a new connection each time."""
    reader, writer = await opened(port, random.randrange(10**6))
    writer.write(b"GET /en/ HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
    seen[await answer(reader)] += 1
    writer.close()


Visitor = Callable[[int, int, Counter[str]], Coroutine[None, None, None]]
KINDS: dict[str, Visitor] = {
    visitor.__name__: visitor for visitor in (idle, slow, streams, tails, pages, anew)
}


async def visit(kind: str, count: int, port: int) -> None:
    """So many visitors, until the input ends; then what they saw."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    seen = Counter[str]()

    async def again(number: int) -> None:
        while True:
            try:
                await KINDS[kind](port, number, seen)
            except (OSError, asyncio.IncompleteReadError) as error:
                seen[type(error).__name__] += 1
                await asyncio.sleep(1 + random.random())

    tasks = [asyncio.create_task(again(number)) for number in range(count)]
    await asyncio.to_thread(sys.stdin.read)
    for task in tasks:
        task.cancel()
    print(json.dumps(seen))


async def fetched(port: int, path: str) -> tuple[str, float]:
    """A page as somebody else fetches it, and how long it took, in seconds; 10 at most."""
    began = time.perf_counter()
    try:
        async with asyncio.timeout(10):
            source = (f"127.200.0.{random.randrange(1, 250)}", 0)
            reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=source)
            writer.write(f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n".encode())
            page = (await reader.read()).decode()
            writer.close()
    except (OSError, TimeoutError):
        page = ""
    return page, time.perf_counter() - began if " 200 " in page[:20] else 10.0


async def rounds(port: int) -> int:
    """Rounds that the watch has finished, by its own page."""
    for _ in range(20):
        page, _ = await fetched(port, "/en/health")
        if found := re.search(r"<dt>Rounds</dt><dd>([\d,]+)</dd>", page):
            return int(found[1].replace(",", ""))
    sys.exit("the watch does not say how many rounds it has finished")


async def observed(port: int, seconds: float) -> str:
    """Rounds a second, and how long others wait for a page."""
    before, began, times = await rounds(port), time.monotonic(), list[float]()
    while time.monotonic() < began + seconds:
        times.append((await fetched(port, "/en/"))[1] * 1000)
        await asyncio.sleep(0.2)
    rate = (await rounds(port) - before) / (time.monotonic() - began)
    times.sort()
    return (
        f"{rate:.2f} rounds/s; pages for others: median {times[len(times) // 2]:.0f} ms, "
        f"95% {times[int(len(times) * 0.95)]:.0f} ms"
    )


def starts_of_rounds(directory: Path) -> dict[tuple[str, ...], list[datetime]]:
    """Of each stream, when its rounds began, as stored."""
    first: dict[tuple[tuple[str, ...], UUID], datetime] = {}
    for batch in open_columns([directory], columns=["round", "at", *STREAM]):
        for row in batch.to_pylist():
            key = tuple(row[column] for column in STREAM), row["round"]
            first[key] = min(row["at"], first.get(key, row["at"]))
    starts: dict[tuple[str, ...], list[datetime]] = {}
    for (stream, _), at in sorted(first.items(), key=lambda found: found[1]):
        starts.setdefault(stream, []).append(at)
    return starts


def punctuality(starts: dict[tuple[str, ...], list[datetime]], since: datetime, until: datetime) -> str:
    """How long a stream waited from one round to its next, where both began between these moments."""
    waits = sorted(
        (later - one).total_seconds()
        for begun in starts.values()
        for one, later in pairwise(begun)
        if since <= one and later <= until
    )
    return (
        f"{len(waits):,} rounds followed one of their stream, after {waits[len(waits) // 2]:.2f} s (median), "
        f"{waits[int(len(waits) * 0.99)]:.2f} s (99%), {waits[-1]:.2f} s (at most)"
    )


async def measure(kind: str, count: int, seconds: float, files: int) -> None:
    """One kind of visitors beside a watch of its own."""
    print(f"{count:,} {kind}, {files:,} files", flush=True)
    with tempfile.TemporaryDirectory() as folder, platforms(Path(folder)) as addresses:
        election = election_file(Path(folder), addresses)
        command = [sys.executable, "-m", "siaga", "watch", str(election), "--port", "0"]
        watch = subprocess.Popen(  # noqa: ASYNC220
            ["prlimit", f"--nofile={files}:{files}", *command, "--directory", f"{folder}/data"],
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert watch.stdout is not None
        port = int(watch.stdout.readline().split("http://127.0.0.1:")[1].split("/")[0])
        await asyncio.sleep(5)
        began = SystemClock().now()
        print(f"    before: {await observed(port, seconds / 2)}", flush=True)
        words = [sys.executable, "-m", "benchmarks.visitors", "visit", kind, str(count), str(port)]
        with subprocess.Popen(  # noqa: ASYNC220
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as load:
            came = SystemClock().now()
            await asyncio.sleep(5)
            print(f"    during: {await observed(port, seconds)}", flush=True)
            left = SystemClock().now()
            process = psutil.Process(watch.pid)
            holds = f"{process.num_fds():,} files, {process.memory_info().rss >> 20} MB"
            print(f"    the watch holds {holds}; they saw {load.communicate('')[0].strip()}")
        watch.send_signal(signal.SIGTERM)
        print(f"    it ended with {watch.wait(30)} when it was asked to", flush=True)
        starts = starts_of_rounds(Path(folder) / "data")
        print(f"    rounds before: {punctuality(starts, began, came)}")
        print(f"    rounds during: {punctuality(starts, came, left)}", flush=True)


def main() -> None:
    """Measure one kind, or all."""
    words = sys.argv[1:]
    if words[:1] == ["visit"]:
        asyncio.run(visit(words[1], int(words[2]), int(words[3])))
        return
    seconds = float(words[2]) if len(words) > 2 else SECONDS
    files = int(words[3]) if len(words) > 3 else FILES
    for kind, count in ((words[0], int(words[1])),) if words else RUNS:
        asyncio.run(measure(kind, count, seconds, files))


if __name__ == "__main__":
    main()
