"""A crowd looks: pages from files, a thousand live viewers beside a watch, the room with a year behind it.

    python -m benchmarks.crowd files              # needs nginx and wrk (Debian's packages)
    python -m benchmarks.crowd viewers [VIEWERS]  # 1,000 beside a real watch, for half a minute
    python -m benchmarks.crowd year               # needs Debian's Chromium

`files`: nginx with one worker on one core, wrk on another; the same page from `siaga` itself beside it.
`viewers`: each holds an event stream and fetches the overview when it is told to, as a browser does; rounds a
second of the watch before, during. `year`: 36,500 changes of findings and 730 cases in the record.
"""

import asyncio
import gzip
import random
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import uvicorn
from playwright.async_api import async_playwright
from tests.watch import scripted_watch as scripted
from tests.watch.killed_watch import ENVIRONMENT, election_file, platforms
from tests.web import sample_room
from tests.web.served import ARGUMENTS, CHROMIUM

from siaga.cases.events.case_acknowledged import CaseAcknowledged
from siaga.cases.events.case_claimed import CaseClaimed
from siaga.cases.events.case_closed import CaseClosed
from siaga.cases.events.case_opened import CaseOpened
from siaga.cases.events.case_restored import CaseRestored
from siaga.cases.events.case_verified import CaseVerified
from siaga.cases.verdict_json import verdict_to_json
from siaga.domain.time import SimulatedClock
from siaga.domain.verdicts import State, Verdict
from siaga.journal.journal import Journal, NewEvent
from siaga.journal.kinds import Kind
from siaga.people.roles import StaffRole
from siaga.ports.site import SitePorts
from siaga.web.app import create_site
from siaga.web.static_site import StaticSite

SECONDS = 10
NGINX = """
daemon off;
worker_processes 1;
worker_cpu_affinity 01;
pid {directory}/nginx.pid;
error_log {directory}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    default_type text/html;
    sendfile on;
    server {{
        listen 127.0.0.1:{port};
        root {directory}/public;
        gzip_static on;
        location / {{ try_files $uri $uri/index.html =404; }}
    }}
}}
"""


def wrk(address: str) -> float:
    """Requests a second for an address, compressed."""
    # One thread and 64 connections, on the other core.
    command = [
        "taskset",
        "-c",
        "1",
        "wrk",
        "-t1",
        "-c64",
        f"-d{SECONDS}s",
        "-H",
        "Accept-Encoding: gzip",
        address,
    ]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in out, out
    found = re.search(r"Requests/sec:\s+([\d.]+)", out)
    assert found, out
    return float(found[1])


@contextmanager
def running(command: list[str]) -> Iterator[None]:
    """A program beside, for the length of a block."""
    program = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        program.terminate()
        program.wait()


@contextmanager
def folder_for_all() -> Iterator[Path]:
    """A temporary directory that nginx's worker, who is nobody, may read."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


async def files() -> None:
    """Pages from files by nginx, and by `siaga` itself."""
    for tool in ("nginx", "wrk", "taskset"):
        if shutil.which(tool) is None:
            sys.exit(f"{tool} is missing: as root, run apt-get install nginx-light wrk util-linux")
    room = sample_room.many(600, 12)
    with folder_for_all() as directory:
        began = time.perf_counter()
        made = StaticSite(create_site(SitePorts(room)), room, directory / "public", "127.0.0.1")
        await made.front()
        print(f"front pages of 600 contestants on 12 platforms made in {time.perf_counter() - began:.1f} s")
        await made._keep("en/names/p3/c7")
        config = directory / "nginx.conf"
        config.write_text(NGINX.format(directory=directory, port=8097))
        nginx = ["nginx", "-p", str(directory), "-c", str(config)]
        ours = ["taskset", "-c", "0", sys.executable, "-m", "benchmarks.crowd", "serve", "8098"]
        with running(nginx), running(ours):
            await asyncio.sleep(4)
            for path in ("en/", "en/cases", "en/names/p3/c7", "en/badge.svg"):
                file = directory / "public" / path
                page = file if file.is_file() else file / "index.html"
                weight = len(gzip.compress(page.read_bytes(), 6)) / 1000
                by_files = wrk(f"http://127.0.0.1:8097/{path}")
                by_us = wrk(f"http://127.0.0.1:8098/{path}")
                print(
                    f"/{path:<14} {weight:6.1f} kB: from files {by_files:8,.0f}/s "
                    f"({by_files / 2000:.1f} times the goal), by siaga {by_us:7,.0f}/s"
                )


def serve(port: int) -> None:
    """The same room, by `siaga` itself."""
    uvicorn.run(
        create_site(SitePorts(sample_room.many(600, 12))), port=port, log_level="error", lifespan="off"
    )


class Viewers:
    """People who keep a page open."""

    def __init__(self, port: int, path: str = "/en/") -> None:
        self.port, self.path = port, path
        self.pages: list[float] = []
        self.unchanged = 0
        self.told = 0
        self.failed = 0

    async def one(self) -> None:
        """As `live.js` does: told of a change, fetch the page, pause."""
        try:
            stream, asking = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 16)
            asking.write(b"GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 20)
            etag, again = "", 0.0
            while line := await stream.readline():
                if not line.startswith(b"data: ") or time.monotonic() < again:
                    continue
                self.told += 1
                wait = random.random() * int(line.split()[2]) / 1000
                await asyncio.sleep(wait)
                if (
                    writer.is_closing() or reader.at_eof()
                ):  # an idle connection is closed; a browser opens another
                    reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 20)
                began = time.perf_counter()
                head = f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n"
                writer.write(f"{head}If-None-Match: {etag}\r\n\r\n".encode())
                headers = await reader.readuntil(b"\r\n\r\n")
                length = re.search(rb"content-length: (\d+)", headers, re.IGNORECASE)
                if length:
                    await reader.readexactly(int(length[1]))
                self.unchanged += b" 304 " in headers[:20]
                found = re.search(rb"etag: (\S+)", headers, re.IGNORECASE)
                etag = found[1].decode() if found else ""
                self.pages.append(time.perf_counter() - began)
                again = time.monotonic() + 0.5
        except (OSError, asyncio.IncompleteReadError, ValueError):
            self.failed += 1


async def rounds_by_now(port: int) -> int:
    """Rounds that the watch has finished, by its own page."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /en/health HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
    page = (await reader.read()).decode()
    writer.close()
    found = re.search(r"<dt>Rounds</dt><dd>([\d,]+)</dd>", page)
    assert found, page[:500]
    return int(found[1].replace(",", ""))


async def viewers(count: int) -> None:
    """Beside a real watch whose streams are asked every two seconds."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    with tempfile.TemporaryDirectory() as folder, platforms(Path(folder)) as addresses:
        directory = Path(folder)
        election = election_file(directory, addresses)
        command = [
            sys.executable,
            "-m",
            "siaga",
            "watch",
            str(election),
            "--directory",
            str(directory / "data"),
            "--port",
            "8099",
        ]
        with running(command):
            await asyncio.sleep(8)
            await beside(0)
            await beside(count)


async def beside(count: int) -> None:
    """Half a minute of the watch, with so many viewers."""
    seen = Viewers(8099)
    tasks = [asyncio.create_task(seen.one()) for _ in range(count)]
    await asyncio.sleep(5)
    seen.pages.clear()
    before, began = await rounds_by_now(8099), time.monotonic()
    await asyncio.sleep(30)
    rate = (await rounds_by_now(8099) - before) / (time.monotonic() - began)
    line = f"{count:5,} viewers: {rate:.2f} rounds/s of the watch"
    if seen.pages:
        times = sorted(seen.pages)
        line += (
            f"; pages {len(times) / 30:,.0f}/s, median {statistics.median(times) * 1e3:.1f} ms, "
            f"99% {times[int(len(times) * 0.99)] * 1e3:.0f} ms, lost streams {seen.failed}"
        )
    print(line)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


DAYS = 365
A_DAY = 50
CASES_A_DAY = 2


def year_of(directory: Path, clock: SimulatedClock) -> None:
    """A record as a busy year leaves it."""
    subjects = [f"target-{number}" for number in range(10)]
    chance = random.Random(1)
    with closing(Journal.open(f"sqlite:///{directory / 'journal.sqlite'}", clock)) as journal:
        number = 0
        for day in range(DAYS):
            entries = []
            for _ in range(A_DAY):
                at = clock.now()
                verdict = Verdict(
                    at, "x", None, None, chance.choice(subjects), State.SUPPRESSED, at, 99.0, "round-bet@1"
                )
                entries.append(NewEvent(Kind.FINDING_OPENED, "watch", verdict_to_json(verdict), at=at))
                over = replace(verdict, state=State.FINDABLE)
                entries.append(NewEvent(Kind.FINDING_OVER, "watch", verdict_to_json(over), at=at))
            for _ in range(CASES_A_DAY):
                number += 1
                said = verdict_to_json(
                    Verdict(
                        clock.now(),
                        "x",
                        None,
                        None,
                        chance.choice(subjects),
                        State.SUPPRESSED,
                        clock.now(),
                        99.0,
                        "round-bet@1",
                    )
                )
                case = {"case": f"C-{number}"}
                opened = {
                    **case,
                    "platform": "x",
                    "subject": said["subject"],
                    "surface": None,
                    "severity": "high",
                    "verdict": said,
                }
                entries.append(NewEvent(CaseOpened.kind, "watch", opened))
                entries.append(NewEvent(CaseVerified.kind, "watch", {**case, "verdict": said}))
                entries.append(NewEvent(CaseAcknowledged.kind, "liaison:x", case))
                entries.append(NewEvent(CaseClaimed.kind, "liaison:x", case))
                if day < DAYS - 3:
                    entries.append(
                        NewEvent(
                            CaseRestored.kind, "watch", {**case, "verdict": {**said, "state": "findable"}}
                        )
                    )
                    entries.append(NewEvent(CaseClosed.kind, "watch", {**case, "reason": "restored"}))
            journal.append_all(entries)
            clock.advance(timedelta(days=1))


async def year() -> None:
    """The room's first view, and the past, with a year in the record."""
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        clock = SimulatedClock(scripted.START - timedelta(days=DAYS))
        year_of(directory, clock)
        began = time.perf_counter()
        declared = scripted.election(f"target-{number}" for number in range(10))
        async with scripted.watch_of(
            directory, clock, scripted.ScriptedProber(scripted.found), declared
        ) as opened:
            await scripted.pass_by(opened, clock, timedelta(minutes=45))
            print(f"opened, and 45 minutes watched, in {time.perf_counter() - began:.1f} s")
            opened.accounts.add("ayu", "Ayu", StaffRole.APPROVER, "correct horse battery", "command-line")
            site = create_site(opened.site)
            server = uvicorn.Server(uvicorn.Config(site, port=8096, log_level="error", lifespan="off"))
            serving = asyncio.create_task(server.serve())
            await asyncio.sleep(1)
            await looked_at()
            server.should_exit = True
            await serving


PAINTED = """new Promise(done => {
    const look = () => {
        const paint = performance.getEntriesByName("first-contentful-paint")[0];
        const { loadEventEnd, navigationStart } = performance.timing;
        if (paint && loadEventEnd) done([paint.startTime, loadEventEnd - navigationStart]);
        else setTimeout(look, 20);
    };
    look();
})"""
"""Milliseconds to the first paint, and until all is loaded."""


async def looked_at() -> None:
    """Each page in a browser that has seen none of it before."""
    base = "http://127.0.0.1:8096"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for path in (
            "/en/room",
            "/en/",
            "/en/cases",
            "/en/history?at=2023-07-01T08:00",
            "/en/names/x/target-3?span=1y",
        ):
            times = []
            for _ in range(5):
                context = await browser.new_context(viewport={"width": 1440, "height": 900})
                page = await context.new_page()
                await page.goto(f"{base}/en/sign-in")
                await page.fill("[name=id]", "ayu")
                await page.fill("[name=password]", "correct horse battery")
                await page.keyboard.press("Enter")
                await page.wait_for_url(lambda url: "sign-in" not in url)
                await page.goto(base + path)
                times.append(await page.evaluate(PAINTED))
                await context.close()
            paint, load = (statistics.median(one) for one in zip(*times, strict=True))
            print(f"{path:<36} first paint {paint:5.0f} ms, loaded {load:5.0f} ms")
        await browser.close()


def main() -> None:
    """Run one of them."""
    what = sys.argv[1] if len(sys.argv) > 1 else ""
    if what == "files":
        asyncio.run(files())
    elif what == "viewers":
        asyncio.run(viewers(int(sys.argv[2]) if len(sys.argv) > 2 else 1000))
    elif what == "year":
        asyncio.run(year())
    elif what == "serve":
        serve(int(sys.argv[2]))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
