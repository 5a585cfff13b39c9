"""Plays a watch through before it starts: what `siaga plan` does once its file is read."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from siaga.cli.progress import bar
from siaga.composition.readers import readers_of
from siaga.detection.registry import proof_at
from siaga.domain.label import label_in
from siaga.election.demand import Need, demand_of
from siaga.election.model import Election, PlatformWatch
from siaga.planning.request_costs import RequestCosts, request_costs
from siaga.platforms.registry import platforms
from siaga.services.forecast import PAST, Proof, asked_in_turn, bought, time_to_proof, times_to_proof
from siaga.watch.detection_settings import names_of, settings_of

SHARES: Final = (1.0, 0.6, 0.3)
"""How much of a name is withheld."""


@dataclass(frozen=True, slots=True)
class _PlatformForecast:
    """One platform, before it is watched."""

    platform: PlatformWatch
    rounds_a_minute: Mapping[str, float]
    """By surface, from all vantages together."""
    needs: Sequence[Need]
    proofs: Sequence[Proof]
    """One a share, of a name that is asked as often as any."""
    in_turn: Proof | None
    """Of full withholding of a name that waits for its turn; None where each round asks all."""
    bought: Mapping[str, Proof | None]


def forecast_watch(declared: Election, files_beside: Path, missing: float, as_json: bool) -> None:
    """Play the watch through and print what it can promise.

    Args:
        files_beside: where the election file is; recipes are looked for from there.
        missing: the share of all askings that come back empty by accident.

    Raises:
        BadInput: a recipe has faults.
    """
    costs = request_costs(declared, readers_of(declared, files_beside))
    forecasts = []
    with bar("playing it through") as progress:
        for platform in declared.platforms:
            forecasts.append(_forecast(declared, platform, costs, missing))
            progress(len(forecasts) / len(declared.platforms))
    if as_json:
        typer.echo(json.dumps(_document(declared, forecasts, missing), ensure_ascii=False))
    else:
        _show(declared, forecasts, missing)


def _forecast(
    election: Election, platform: PlatformWatch, costs: RequestCosts, missing: float
) -> _PlatformForecast:
    vantages = len(election.vantages_of(platform))
    asked, needs = demand_of(election, platforms())[platform.id]
    proofs = times_to_proof(election, platform, costs, SHARES, missing)
    in_turn = proofs[0] if any(cost.shape.takes_turns for cost in asked) else None
    if waiting := asked_in_turn(election, platform):
        in_turn = time_to_proof(election, platform, costs, 1.0, missing, asked=waiting)
    return _PlatformForecast(
        platform,
        {surface.surface: vantages * timedelta(minutes=1) / surface.every for surface in platform.surfaces},
        needs,
        proofs,
        in_turn,
        bought(election, platform, costs, missing),
    )


def _document(election: Election, forecasts: Sequence[_PlatformForecast], missing: float) -> dict[str, Any]:
    settings = settings_of(election)
    return {
        "election": election.id,
        "digest": election.digest,
        "promise": {
            "false_alarms": settings.false_alarms,
            "span_s": settings.span.total_seconds(),
            "names": names_of(election),
            "evidence_needed": proof_at(names_of(election), settings),
        },
        "missing_by_accident": missing,
        "platforms": [
            {
                "id": forecast.platform.id,
                "rounds_a_minute": {
                    surface: round(rate, 4) for surface, rate in forecast.rounds_a_minute.items()
                },
                "budgets": [
                    {
                        "requests": need.budget.requests,
                        "per_s": need.budget.per.total_seconds(),
                        "base": round(need.base, 1),
                        "left_for_bursts": round(need.budget.requests - need.base, 1),
                    }
                    for need in forecast.needs
                ],
                "time_to_proof": [_proof(proof) for proof in forecast.proofs],
                "full_withholding_of_a_name_in_turn": None
                if forecast.in_turn is None
                else _proof(forecast.in_turn),
                "full_withholding_with": {
                    what: None if proof is None else _proof(proof) for what, proof in forecast.bought.items()
                },
            }
            for forecast in forecasts
        ],
    }


def _proof(proof: Proof) -> dict[str, Any]:
    return {
        "withheld": proof.share,
        "median_s": None if proof.median is None else round(proof.median.total_seconds()),
        "late_s": None if proof.late is None else round(proof.late.total_seconds()),
        "rounds": proof.rounds,
    }


def _show(election: Election, forecasts: Sequence[_PlatformForecast], missing: float) -> None:
    console = Console()
    settings = settings_of(election)
    names = names_of(election)
    console.print(f"[bold]{escape(label_in('en', election.label))}[/bold]: what this watch can promise\n")
    console.print(_asked(election, forecasts))
    console.print(_proven(forecasts))
    if any(forecast.in_turn for forecast in forecasts):
        console.print(
            "Names take turns: *in turn* is a name that waits for its turn, the wait included, once it has\n"
            f"been asked about {PAST} times as usual; before that nothing can be called. The other columns\n"
            "are a name that is asked in each round, where some are: see `siaga election check`.\n",
            highlight=False,
        )
    days = settings.span.total_seconds() / 86400
    console.print(
        "Time from the beginning of a withholding, everywhere on the platform, to its proof: for half of\n"
        "all names, and in brackets for nineteen in twenty. After a day as usual, assuming that\n"
        f"{missing:.1%} of checks come back empty by chance (--missing). Faults of five minutes or less are\n"
        "never reported, so no proof takes less than five minutes.\n\n"
        f"False alarms: at most {settings.false_alarms:g} expected in {days:g} days, over all {names} names "
        "(contestants' people times platforms).\n"
        f"A name is called when its evidence reaches {proof_at(names, settings):,.0f} "
        "(docs/method.md says what that counts).",
        highlight=False,
    )


def _asked(election: Election, forecasts: Sequence[_PlatformForecast]) -> Table:
    table = Table(box=None, header_style="bold")
    for heading in ("platform", "surface", "rounds a minute", "budget, a vantage", "used at base rate"):
        table.add_column(heading, overflow="fold")
    for forecast in forecasts:
        rates = [f"{rate:.3g}" for rate in forecast.rounds_a_minute.values()]
        budgets = [f"{need.budget.requests:,} / {_span(need.budget.per)}" for need in forecast.needs]
        used = [f"{need.base:,.0f} ({need.base / need.budget.requests:.0%})" for need in forecast.needs]
        table.add_row(
            escape(forecast.platform.label),
            "\n".join(forecast.rounds_a_minute),
            "\n".join(rates),
            "\n".join(budgets),
            "\n".join(used),
        )
    table.caption = f"{len(election.vantages)} vantages; what is left of a budget is for bursts"
    return table


def _proven(forecasts: Sequence[_PlatformForecast]) -> Table:
    table = Table(box=None, header_style="bold")
    table.add_column("platform", overflow="fold")
    for share in SHARES:
        table.add_column(f"{share:.0%} withheld")
    in_turn = any(forecast.in_turn for forecast in forecasts)
    if in_turn:
        table.add_column("all, in turn")
    for what in forecasts[0].bought if forecasts else ():
        table.add_column(f"all, {what}")
    for forecast in forecasts:
        proofs = [_median_and_late(proof) for proof in forecast.proofs]
        if in_turn:
            proofs.append(_median_and_late(forecast.in_turn) if forecast.in_turn else "none waits")
        more = [
            "budget too small" if proof is None else _span(proof.median) for proof in forecast.bought.values()
        ]
        table.add_row(escape(forecast.platform.label), *proofs, *more)
    return table


def _median_and_late(proof: Proof) -> str:
    return f"{_span(proof.median)} ({_span(proof.late)})"


def _span(span: timedelta | None) -> str:
    """A span as people say it, rounded."""
    if span is None:
        return "over 2 days"
    seconds = span.total_seconds()
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    if seconds < 36 * 3600:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 86400:.1f} days"
