"""Plays the demo's story, at full speed or for a visitor: all that `siaga demo` does."""

import asyncio
import logging
import secrets
import webbrowser
from collections.abc import Iterable
from dataclasses import replace

import orjson
import typer
import uvloop
from rich.console import Console

from siaga.cli.election_files import read_election_file
from siaga.cli.progress import bar
from siaga.cli.replaying import line_of
from siaga.cli.serving import listener, serve, serving
from siaga.demo.pace import Pace
from siaga.demo.script import Expectation, judge, judge_account, judge_cases, judge_mail
from siaga.demo.staff import PEOPLE, demo_room
from siaga.demo.story import CaseNews, Story, Told, open_story
from siaga.demo.telling import told_to_people
from siaga.domain.time import rfc3339
from siaga.domain.verdicts import Verdict
from siaga.election.model import Election
from siaga.ports.supervision import WatchPart
from siaga.simulation.mailbox import mailbox
from siaga.simulation.reading import read_scenario
from siaga.simulation.scenario import Scenario, shipped_files
from siaga.web.app import create_site

STORY = "demo-2024"


def play_unattended(as_json: bool) -> bool:
    """Play at full speed and say what happens; whether it all went as it should."""
    _log_errors_only()
    return uvloop.run(_unattended(*_story(), as_json))


def play(minutes: float, port: int, browser: bool) -> None:
    """Play in so many minutes with the pages open, then go on until a signal.

    Raises:
        BadInput: the port is taken.
    """
    _log_errors_only()
    uvloop.run(_attended(*_story(), minutes, port, browser))


def _log_errors_only() -> None:
    """The limits and outages that a watch warns of belong to the story: its pages show them."""
    logging.getLogger("siaga").setLevel(logging.ERROR)


def _story() -> tuple[Scenario, Election]:
    scenario, election = shipped_files(STORY)
    return read_scenario(scenario), read_election_file(election)


async def _unattended(scenario: Scenario, election: Election, as_json: bool) -> bool:
    say = _as_lines if as_json else _as_sentences
    async with (
        mailbox() as mail,
        open_story(scenario, election, demo_room("http://127.0.0.1", mail.port)) as story,
    ):
        span = scenario.ends - scenario.starts
        with bar("playing") as progress:
            while story.next() < scenario.ends:
                say(story, await story.step())
                progress((story.clock.now() - scenario.starts) / span)
        health, cases = story.opened.view.health(), story.opened.view.cases()
    outcome = judge(story.changes) + judge_cases(cases) + judge_mail(cases, mail.mails)
    outcome += judge_account(cases, scenario, election.timezone)
    good = all(expectation.held for expectation in outcome)
    if as_json:
        for expectation in outcome:
            at = rfc3339(expectation.at) if expectation.at else None
            _line({"expected": expectation.what, "held": expectation.held, "at": at})
        _line({"rounds": health.rounds, "measurements": health.measurements, "as_it_should": good})
    else:
        _conclude(outcome, health.rounds, health.measurements)
    return good


async def _attended(scenario: Scenario, election: Election, minutes: float, port: int, browser: bool) -> None:
    where, letters = listener("127.0.0.1", port), listener("127.0.0.1", 0)
    address = f"http://127.0.0.1:{where.getsockname()[1]}/"
    async with (
        mailbox() as mail,
        open_story(scenario, election, demo_room(address, mail.port)) as story,
        serving(mail.site(), letters, story.opened.supervisor),
    ):
        password = secrets.token_urlsafe(12)
        for id, role in PEOPLE.items():
            await asyncio.to_thread(story.opened.accounts.add, id, id.title(), role, password, "demo")
        typer.echo(f"{scenario.label}: the story takes about {minutes:g} minutes. Stop with Ctrl-C.")
        typer.echo(f"Pages:      {address}")
        typer.echo(f"X's inbox:  http://127.0.0.1:{letters.getsockname()[1]}/")
        typer.echo(f"Sign in as: {', '.join(PEOPLE)}   Password: {password}\n")
        if browser:
            await asyncio.to_thread(webbrowser.open, address)
        site = create_site(replace(story.opened.site, touring=True))
        await serve(site, where, _tell_at_leisure(story, minutes), story.opened.supervisor)


async def _tell_at_leisure(story: Story, minutes: float) -> None:
    """Take the story's steps at a visitor's pace; then go on, for as long as the visitor stays."""
    opened, pace = story.opened, Pace(story.scenario, minutes * 60)
    loop = asyncio.get_running_loop()
    beside = asyncio.ensure_future(_send_beside(story))
    began, is_over = loop.time(), False
    try:
        while True:
            await asyncio.sleep(max(0.0, began + pace.due_s(story.next()) - loop.time()))
            with opened.supervisor.guard(WatchPart.ROUNDS):
                _as_sentences(story, await story.step())
            if not is_over and story.next() >= story.scenario.ends:
                is_over = True
                typer.echo("\nThe story is over; the pages stay open and the watch goes on.")
    finally:
        beside.cancel()
        await asyncio.gather(beside, return_exceptions=True)


async def _send_beside(story: Story) -> None:
    """What is sent to visitors of the demo and to its room's people; what platforms get is in the steps."""
    opened = story.opened
    keep = opened.supervisor.keep
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(keep(WatchPart.ALERTS, opened.messaging.alerts.run))
        if opened.mailer is not None:
            tasks.create_task(keep(WatchPart.NEWS, opened.mailer.run))


# What stands in the terminal


def _as_sentences(story: Story, told: Iterable[Told]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for line in told_to_people(told, story.election):
        console.print(f"[dim]{line.when}[/]  {line.who:<8}  {line.text}", markup=True)


def _conclude(outcome: Iterable[Expectation], rounds: int, measurements: int) -> None:
    typer.echo("\nWhat the story must bring:")
    for expectation in outcome:
        typer.echo(f"  {'yes' if expectation.held else 'NO ':<3}  {expectation.what}")
    typer.echo(f"\n{measurements:,} measurements in {rounds:,} rounds, on simulated platforms.")


def _as_lines(story: Story, told: Iterable[Told]) -> None:
    """As JSON Lines, for a program: every change of state and every event of a case."""
    for happening in told:
        match happening:
            case Verdict():
                print(line_of(happening), flush=True)
            case CaseNews(case, event):
                line = {"at": rfc3339(event.at), "case": case.id, "by": event.by, "event": event.kind}
                _line({**line, **event.facts})
            case note:
                _line({"at": rfc3339(note.at), "note": note.text})


def _line(values: dict[str, object]) -> None:
    print(orjson.dumps(values).decode(), flush=True)
