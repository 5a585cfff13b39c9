"""Visits of pages by Chromium: how many a second, and a verdict over pages from the first miss on.

    python -m benchmarks.visits [--rounds 45]

Needs Debian's Chromium. A forum of a few lines on loopback gives the pages; one of three names is withheld
from the ninth round on, beside twelve controls. Rounds follow each other as fast as they can be asked; times
of the verdict are by the watch's own clock (a round every five minutes, bursts every ten seconds).
"""

import argparse
import asyncio
import tempfile
import time
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import uvicorn

from siaga.cli.election_files import read_election_file
from siaga.cli.room_files import room_of
from siaga.cli.serving import listener
from siaga.composition.network import prober_of
from siaga.composition.open_watch import open_watch
from siaga.composition.readers import readers_of
from siaga.domain.time import SimulatedClock, parse_rfc3339
from siaga.domain.verdicts import Verdict
from siaga.platforms.conversation import Instance, Look, PageVisit
from siaga.probing.browser import launched

START = parse_rfc3339("2029-02-01T08:00:00+07:00")
ONLY_HERE = "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
PEOPLE = ("Mahfud MD", "Ganjar Pranowo", "Anies Baswedan")
KINDS = ("public-figure", "political-figure", "everyday-word")
CANARY = "qzv7w2hx9k"
WITHHELD_FROM = 8
RECIPE = """
recipe: forum
version: 1
wait: 2
surfaces:
  search-latest: {path: "/search?q={name}", result: article, time: time, order: newest}
signs:
  - {answer: empty, selector: .none}
"""


class Forum:
    """Answers a search with five articles, or with none where the name is withheld."""

    def __init__(self) -> None:
        self.withheld = {CANARY}

    async def __call__(self, scope, receive, send) -> None:  # type: ignore[no-untyped-def]
        """One page."""
        name = unquote(parse_qs(urlsplit("?" + scope["query_string"].decode()).query).get("q", [""])[0])
        one = f"<article>{name} bicara <time datetime=2029-02-01T00:30:00Z></time></article>"
        body = "<p class=none>Nothing found.</p>" if name in self.withheld else one * 5
        html = f"<!doctype html><link rel=icon href=data:,><body>{body}".encode()
        headers = [(b"content-type", b"text/html; charset=utf-8")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": html})


def election_file(directory: Path, address: str) -> Path:
    """An election over the forum."""
    (directory / "forum.yaml").write_text(RECIPE)
    names = [
        f"  - {{id: t{n}, kind: person, label: {one}, names: [full: {one}]}}" for n, one in enumerate(PEOPLE)
    ]
    controls = [f"  - {{id: c{n}, kind: {KINDS[n % 3]}, names: [full: Pembanding {n}]}}" for n in range(12)]
    path = directory / "election.yaml"
    path.write_text(
        "\n".join(
            [
                "election: pages-2029\nlabel: Pages\ntimezone: Asia/Jakarta\nvotes: 2029-02-14\ncontestants:",
                *names,
                "controls:",
                *controls,
                f"canaries: [{CANARY}]\nplatforms:\n  - id: forum\n    reader: page\n    recipe: forum.yaml",
                f"    browser: switched-on\n    label: The forum\n    address: {address}",
                "    surfaces: [{surface: search-latest, every: 5m}]",
                "    budgets: [{requests: 5000, per: 1h}]\nvantages: [{id: here}]\n",
            ]
        )
    )
    return path


async def visits(address: str) -> None:
    """Visits a second, one after another and four at once."""
    async with launched(resolver_rules=ONLY_HERE, most_tabs=4) as browser:
        asked = PageVisit(f"{address}/search?q=Mahfud", (Look("article"),), wait_s=2.0)
        for at_once, each in ((1, 12), (4, 6)):
            began = time.monotonic()
            for _ in range(each):
                await asyncio.gather(*(browser.visit(asked, 30.0) for _ in range(at_once)))
            print(f"{at_once} at once: {at_once * each / (time.monotonic() - began):.2f} visits a second")


class Telling:
    """Prints each change of state with its round."""

    round = 0
    gone: datetime | None = None
    """When the name went missing."""

    def tell(self, change: Verdict) -> None:
        """One line."""
        after = "" if self.gone is None else f", {(change.at - self.gone).total_seconds() / 60:.1f} min after"
        print(f"round {self.round}: {change.subject} {change.state}{after}", flush=True)


async def verdict(forum: Forum, address: str, rounds: int) -> None:
    """Each change of state, and how long a round takes."""
    with tempfile.TemporaryDirectory() as name:
        election = read_election_file(election_file(Path(name), address))
        clock = SimulatedClock(START)
        async with (
            prober_of(election, ONLY_HERE) as prober,
            open_watch(
                election,
                Path(name) / "watch",
                readers=readers_of(election, Path(name)),
                instance_of=lambda stream: Instance(address),
                clock=clock,
                room=room_of(None, election),
                prober=prober,
            ) as opened,
        ):
            telling = Telling()
            opened.watch.on_change = telling.tell
            began = time.monotonic()
            for number in range(rounds):
                telling.round = number + 1
                clock.advance_to(opened.watch.next_due())
                if number == WITHHELD_FROM:
                    forum.withheld.add(PEOPLE[0])
                    telling.gone = clock.now()
                await opened.watch.step()
            print(f"a round of 16 visits took {(time.monotonic() - began) / rounds:.1f} s on average")


async def measure(rounds: int) -> None:
    """Serve the forum, and measure both."""
    forum, where = Forum(), listener("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(forum, log_level="warning", lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[where]))
    address = f"http://127.0.0.1:{where.getsockname()[1]}"
    await visits(address)
    await verdict(forum, address, rounds)
    server.should_exit = True
    await serving


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=45)
    asyncio.run(measure(parser.parse_args().rounds))


if __name__ == "__main__":
    main()
