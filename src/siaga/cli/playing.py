"""Plays the demo's story, at full speed or for a visitor: all that `siaga demo` does."""

import asyncio
import secrets
import tempfile
import webbrowser
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import orjson
import typer
import uvloop
from rich.console import Console

from siaga.cases.case import Case
from siaga.cases.durations import durations
from siaga.cases.publication import timeline
from siaga.cases.room_file import RoomFile
from siaga.cli.election_files import read_election_file
from siaga.cli.progress import bar
from siaga.cli.replaying import line_of
from siaga.cli.serving import listener, serve, serving
from siaga.composition.open_watch import OpenWatch, open_watch
from siaga.composition.readers import readers_of
from siaga.demo.platforms import Simulated, simulated
from siaga.demo.script import Liaison, judge, judge_cases, judge_mail
from siaga.demo.staff import PEOPLE, Staff, demo_room
from siaga.domain.time import Clock, ScaledClock, SimulatedClock, SystemClock, rfc3339
from siaga.domain.verdicts import Verdict
from siaga.election.model import Election
from siaga.ports.watch import WatchView
from siaga.simulation.mailbox import mailbox
from siaga.simulation.reading import read_scenario
from siaga.simulation.scenario import Scenario, shipped_files
from siaga.web.app import create_site

STORY = "january-2024"
STEP = timedelta(minutes=1)
"""Unattended, what falls due within so long is asked together, and stored in one commit."""


def play_unattended() -> bool:
    """Play at full speed and print what happens as JSON Lines; whether it all went as it should."""
    scenario, election, files = _story()
    return uvloop.run(_unattended(scenario, election, *files))


def play(speed: float, port: int, browser: bool) -> None:
    """Play with the pages open, `speed` simulated minutes a second, until a signal.

    Raises:
        BadInput: the port is taken.
    """
    scenario, election, files = _story()
    uvloop.run(_attended(scenario, election, files, speed, port, browser))


def _story() -> tuple[Scenario, Election, tuple[Path, Path]]:
    files = shipped_files(STORY)
    return read_scenario(files[0]), read_election_file(files[1]), files


@asynccontextmanager
async def _opened(
    election: Election, clock: Clock, platforms: Simulated, room: RoomFile
) -> AsyncIterator[OpenWatch]:
    """A watch of the simulated platforms in a directory that goes with it."""
    with tempfile.TemporaryDirectory(prefix="siaga-demo-") as folder:
        directory = Path(folder)
        async with open_watch(
            election,
            directory,
            readers=readers_of(election, directory),
            instance_of=platforms.instance,
            clock=clock,
            room=room,
        ) as opened:
            yield opened


async def _unattended(
    scenario: Scenario, election: Election, scenario_file: Path, election_file: Path
) -> bool:
    clock = SimulatedClock(scenario.starts)
    notes = list(scenario.notes)
    changes: list[Verdict] = []
    span = scenario.ends - scenario.starts
    async with (
        mailbox() as mail,
        simulated(scenario_file, election_file, scenario.starts) as platforms,
        _opened(election, clock, platforms, demo_room("http://127.0.0.1", mail.port)) as opened,
    ):
        watch, staff = opened.watch, Staff(opened.cases, election)
        watch.on_change = changes.append
        liaison, case_lines = Liaison(opened.cases), _CaseLines(opened.view)
        with bar("playing") as progress:
            printed = 0
            while (due := watch.next_due()) < scenario.ends:
                clock.advance_to(max(due, clock.now() + STEP))
                await platforms.set_clock(clock.now())
                while notes and notes[0].at <= clock.now():
                    note = notes.pop(0)
                    _line({"at": rfc3339(note.at), "note": note.text})
                liaison.speak(clock.now())
                await watch.step()
                staff.work(clock.now())
                await opened.outbox.step()
                for change in changes[printed:]:
                    print(line_of(change), flush=True)
                printed = len(changes)
                for line in case_lines.new():
                    _line(line)
                progress((clock.now() - scenario.starts) / span)
        health, followed = opened.view.health(), opened.view.cases()
    outcome = judge(changes) + judge_cases(followed) + judge_mail(followed, mail.mails)
    for expectation in outcome:
        at = rfc3339(expectation.at) if expectation.at else None
        _line({"expected": expectation.what, "held": expectation.held, "at": at})
    good = all(expectation.held for expectation in outcome)
    _line({"rounds": health.rounds, "measurements": health.measurements, "as_it_should": good})
    return good


async def _attended(
    scenario: Scenario, election: Election, files: tuple[Path, Path], speed: float, port: int, browser: bool
) -> None:
    where, letters = listener("127.0.0.1", port), listener("127.0.0.1", 0)
    address = f"http://127.0.0.1:{where.getsockname()[1]}/"
    async with mailbox() as mail, simulated(*files, scenario.starts) as platforms:
        real = SystemClock().now()
        clock, room = ScaledClock(scenario.starts, speed * 60), demo_room(address, mail.port)
        await platforms.set_clock(scenario.starts, speed * 60, real)
        async with (
            _opened(election, clock, platforms, room) as opened,
            serving(mail.site(), letters, opened.supervisor),
        ):
            password = secrets.token_urlsafe(12)
            for id, role in PEOPLE.items():
                await asyncio.to_thread(opened.accounts.add, id, id.title(), role, password, "demo")
            typer.echo(f"{scenario.label}. Pages: {address}  Ctrl-C stops.")
            typer.echo(f"The platform's mailbox: http://127.0.0.1:{letters.getsockname()[1]}/")
            typer.echo(f"To act in the room, sign in as {', '.join(PEOPLE)}. Password: {password}")
            if browser:
                await asyncio.to_thread(_open, address)
            site = create_site(replace(opened.site, touring=True))
            await serve(site, where, _play(scenario, election, clock, opened), opened.supervisor)


async def _play(scenario: Scenario, election: Election, clock: Clock, opened: OpenWatch) -> None:
    """Tell the story's steps while the watch runs; then stay for the visitor."""
    running = asyncio.ensure_future(opened.run())
    console = Console()
    opened.watch.on_change = lambda change: console.print(
        f"[bold]{_moment(change.at)}[/] {_sentence(change)}"
    )
    people = Liaison(opened.cases), Staff(opened.cases, election)
    speaking = asyncio.ensure_future(_speak(*people, clock))
    try:
        for note in scenario.notes:
            await clock.sleep_until(note.at)
            console.print(f"[dim]{_moment(note.at)}[/] {note.text}")
        await clock.sleep_until(scenario.ends)
        for case in opened.view.cases():
            console.print(
                f"{case.id}, {case.subject or 'all names'} on {case.platform}: {_case_sentence(case)}"
            )
        console.print("The story is over; the pages stay open. Ctrl-C stops.")
        await running
    finally:
        running.cancel()
        speaking.cancel()
        await asyncio.gather(running, speaking, return_exceptions=True)


async def _speak(liaison: Liaison, staff: Staff, clock: Clock) -> None:
    """What the room's people and the platform do, each simulated minute."""
    while True:
        await clock.sleep_until(clock.now() + STEP)
        liaison.speak(clock.now())
        staff.work(clock.now())


class _CaseLines:
    """What happened to the cases, as JSON values, each event once."""

    def __init__(self, watch: WatchView) -> None:
        self._watch = watch
        self._printed: dict[str, int] = {}
        """Events of each case that were given already."""

    def new(self) -> Iterator[dict[str, object]]:
        """What is new since it was asked last."""
        for case in self._watch.cases():
            events = timeline(self._watch.case_history(case.id))
            for event in events[self._printed.get(case.id, 0) :]:
                line: dict[str, object] = {"at": rfc3339(event.at), "case": case.id, "by": event.by}
                yield {**line, "event": event.kind, **event.facts}
            self._printed[case.id] = len(events)


def _case_sentence(case: Case) -> str:
    took = durations(case)
    proven = f", proven {_long(took.undetected)} after it began" if took.undetected is not None else ""
    affected = f", affected for {_long(took.affected)} in all" if took.affected is not None else ""
    refused = f", {case.refused_claims} claim refused" if case.refused_claims else ""
    return f"{case.stage}{proven}{refused}{affected}."


def _long(span: timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"


def _moment(at: datetime) -> str:
    return at.strftime("%d %b %H:%M UTC")


def _sentence(change: Verdict) -> str:
    who = change.subject or "all names"
    place = ", ".join(part for part in (change.platform, change.surface, change.vantage) if part)
    odds = f", odds {change.evidence:,.0f} to 1" if change.state.is_finding and change.subject else ""
    return f"{who} on {place}: {change.state}{odds}"


def _line(values: dict[str, object]) -> None:
    print(orjson.dumps(values).decode(), flush=True)


def _open(address: str) -> None:
    webbrowser.open(address)
