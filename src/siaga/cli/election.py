"""`siaga election`: check an election file, begin a new one, print the schema for editors."""

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from siaga.cli.election_files import read_election_file
from siaga.cli.new_files import write_new
from siaga.composition.example_election import example_election
from siaga.config.times import span_text
from siaga.domain.errors import BadInput
from siaga.domain.label import label_in
from siaga.domain.time import rfc3339
from siaga.election.demand import Cost, Need, demand_of
from siaga.election.model import Election
from siaga.platforms.registry import platforms

app = typer.Typer(no_args_is_help=True, help="Create and check election files.")

Demand = Mapping[str, tuple[tuple[Cost, ...], tuple[Need, ...]]]


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="The election file.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, also for faults.")] = False,
) -> None:
    """Say every fault of an election file, a line each (exit code 2), or what it asks of each platform."""
    try:
        election = read_election_file(file)
    except BadInput as bad:
        if as_json:
            typer.echo(json.dumps(_faults(file, bad), ensure_ascii=False))
        else:
            typer.echo(str(bad), err=True)
        raise typer.Exit(2) from None
    demand = demand_of(election, platforms())
    if as_json:
        typer.echo(json.dumps(_summary(file, election, demand), ensure_ascii=False))
    else:
        _show(election, demand)


@app.command()
def new(
    file: Annotated[Path, typer.Argument(help="The file to write.")] = Path("election.yaml"),
) -> None:
    """Write a commented election file that passes `check` as it is. Never overwrites one."""
    try:
        write_new(file, example_election())
    except BadInput as bad:
        typer.echo(str(bad), err=True)
        raise typer.Exit(2) from None
    typer.echo(f"Wrote {file}. Edit it, then: siaga election check {file}")


@app.command("import")
def import_(
    sources: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Tables (CSV) and Popolo documents (JSON).")
    ],
    to: Annotated[Path, typer.Option(help="The election file to write.")] = Path("election.yaml"),
    replace: Annotated[
        bool, typer.Option("--replace", help="Where it is there: replace its contestants, keep the rest.")
    ] = False,
) -> None:
    """Write an election file with everybody in tables or Popolo documents, whole or not at all."""
    from siaga.cli.importing import import_contestants  # noqa: PLC0415 - every form of file

    try:
        election, roster = import_contestants(sources, to, example_election(), replace)
    except BadInput as bad:
        typer.echo(str(bad), err=True)
        raise typer.Exit(2) from None
    for note in roster.notes:
        typer.echo(note)
    typer.echo(f"Wrote {to} with {len(election.contestants):,} contestants. Next: siaga election check {to}")


@app.command()
def schema() -> None:
    """Print the JSON Schema of election files, for editors."""
    from siaga.election.schema import election_schema  # noqa: PLC0415 - models that take long to build

    typer.echo(json.dumps(election_schema(platforms()), indent=2, ensure_ascii=False))


def _faults(file: Path, bad: BadInput) -> dict[str, Any]:
    return {
        "file": str(file),
        "fine": False,
        "faults": [
            {"line": fault.line or None, "field": fault.field or None, "what": fault.what, "do": fault.do}
            for fault in bad.faults
        ],
    }


def _summary(file: Path, election: Election, demand: Demand) -> dict[str, Any]:
    return {
        "file": str(file),
        "fine": True,
        "election": election.id,
        "digest": election.digest,
        "votes": election.votes.isoformat(),
        "promise": {
            "false_alarms": election.promise.false_alarms,
            "span_s": election.promise.span.total_seconds(),
        },
        "contestants": [
            {
                "id": contestant.id,
                "number": contestant.number,
                "people": [person.id for person in contestant.people],
            }
            for contestant in election.contestants
        ],
        "controls": [control.id for control in election.controls],
        "vantages": [vantage.id for vantage in election.vantages],
        "events": [
            {
                "id": event.id,
                "starts": rfc3339(event.starts),
                "ends": rfc3339(event.ends),
                "denser": event.denser,
            }
            for event in election.events
        ],
        "platforms": [
            {
                "id": platform.id,
                "vantages": [vantage.id for vantage in election.vantages_of(platform)],
                "surfaces": [
                    {
                        "surface": cost.surface,
                        "session": watch.session,
                        "names": cost.names,
                        "others_every_s": cost.others_every.total_seconds(),
                        "requests_each": cost.requests_each,
                        "every_s": cost.every.total_seconds(),
                    }
                    for cost, watch in zip(demand[platform.id][0], platform.surfaces, strict=True)
                ],
                "budgets": [
                    {
                        "requests": need.budget.requests,
                        "per_s": need.budget.per.total_seconds(),
                        "base": round(need.base, 1),
                        "densest": round(need.densest, 1),
                        "largest_round": need.largest_round,
                    }
                    for need in demand[platform.id][1]
                ],
            }
            for platform in election.platforms
        ],
    }


def _show(election: Election, demand: Demand) -> None:
    console = Console(highlight=False)
    promise = election.promise
    console.print(f"[bold]{escape(label_in('en', election.label))}[/bold] is in order.", soft_wrap=True)
    console.print(
        f"{_counted(election)}; false alarms expected: at most {promise.false_alarms:g} in "
        f"{span_text(promise.span)}.",
        soft_wrap=True,
    )
    console.print(_surfaces(election, demand))
    console.print(_budgets(election, demand))
    if any(cost.shape.takes_turns for costs, _ in demand.values() for cost in costs):
        wait = _longest_wait(demand)
        console.print(
            f"Names take turns: one that is withheld is first missed after up to {span_text(wait)}"
            f"{' - more than a day' if wait > timedelta(days=1) else ''}, and is then asked in every round "
            "until that is settled. More rounds, larger budgets or `others-every` on a "
            "surface shorten the wait.",
            soft_wrap=True,
        )


def _counted(election: Election) -> str:
    """What the file has, each in the right number."""
    counts = (
        (len(election.contestants), "contestant", "contestants"),
        (len(election.people()), "person to watch", "people to watch"),
        (len(election.controls), "comparison name", "comparison names"),
        (len(election.canaries), "test text", "test texts"),
        (len(election.vantages), "measurement point", "measurement points"),
        (len(election.events), "event", "events"),
    )
    return ", ".join(f"{n} {singular if n == 1 else plural}" for n, singular, plural in counts)


def _surfaces(election: Election, demand: Demand) -> Table:
    table = Table(box=None, header_style="bold", title="Rounds from each vantage", title_justify="left")
    for heading in ("platform", "surface", "session", "a round every", "each name every"):
        table.add_column(heading)
    for heading in ("names", "requests"):
        table.add_column(heading, justify="right")
    for platform in election.platforms:
        for watch, cost in zip(platform.surfaces, demand[platform.id][0], strict=True):
            row = (platform.id, watch.surface, str(watch.session), span_text(watch.every), _each_every(cost))
            table.add_row(*row, str(cost.names), str(cost.round))
    return table


def _each_every(cost: Cost) -> str:
    """How often each name is asked at the base rate."""
    if not cost.shape.takes_turns:
        return span_text(cost.every)
    others = span_text(cost.others_every)
    return f"{others} (lists and heads: {span_text(cost.every)})" if cost.shape.first else others


def _longest_wait(demand: Demand) -> timedelta:
    """The longest that a name waits for its turn on a platform, on the surface that asks it most often."""
    return max(min(cost.others_every for cost in costs) for costs, _ in demand.values())


def _budgets(election: Election, demand: Demand) -> Table:
    table = Table(
        box=None, header_style="bold", title="Requests against each vantage's budgets", title_justify="left"
    )
    table.add_column("platform")
    for heading in ("budget", "base rounds need", "at the densest", "left for bursts"):
        table.add_column(heading, justify="right")
    for platform in election.platforms:
        for need in demand[platform.id][1]:
            most = need.budget.requests
            table.add_row(
                platform.id,
                f"{most:,} per {span_text(need.budget.per)}",
                f"{need.base:,.1f}",
                f"{need.densest:,.1f}",
                f"{1 - need.densest / most:.0%}",
            )
    return table
