"""Ranks controls by what was recorded: what `siaga controls suggest` does once its words are read."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from siaga.cli.progress import bar
from siaga.cli.replaying import in_any_order, rounds_of
from siaga.detection.control_similarity import (
    SIMILAR_ROUNDS,
    ControlSimilarity,
    Ranked,
    SimilarityTally,
)
from siaga.detection.settings import Settings
from siaga.domain.answers import Role
from siaga.domain.errors import BadInput, Fault
from siaga.election.model import Election
from siaga.watch.detection_settings import names_of, settings_of


def suggest_controls(
    files: Sequence[Path], declared: Election | None, platforms: frozenset[str], as_json: bool
) -> None:
    """Rank the controls in recorded files by how alike they behave to the contestants, and print them.

    Args:
        declared: its controls are those in use; other recorded controls are candidates.
        platforms: only these; empty for all.

    Raises:
        BadInput: a record cannot be used, or too little was recorded.
    """
    in_use = frozenset(control.id for control in declared.controls) if declared else None
    settings = settings_of(declared) if declared else Settings()
    targets = {person.id for person in declared.people()} if declared else None

    def role(subject: str, recorded: Role) -> Role:
        if recorded is Role.CANARY or targets is None:
            return recorded
        return Role.TARGET if subject in targets else Role.CONTROL

    def gathered(window: int | None) -> SimilarityTally:
        gathering = SimilarityTally(settings, in_use)
        for facts in rounds_of(files, role, window, platforms, progress):
            gathering.take(facts)
        return gathering

    with bar("reading") as progress:
        gathering = in_any_order(gathered)
    ranked = gathering.ranked(names_of(declared) if declared else None)
    if not ranked:
        what = f"Not enough data: no contestant has {SIMILAR_ROUNDS} comparable rounds on any platform yet."
        raise BadInput(Fault(what, "Keep monitoring for some more hours, best for a full day."))
    if as_json:
        typer.echo(json.dumps([_document(platform) for platform in ranked], ensure_ascii=False))
    else:
        _show(ranked)


def _document(ranked: Ranked) -> dict[str, Any]:
    def finite(value: Any) -> Any:
        return None if isinstance(value, float) and not isfinite(value) else value

    document = asdict(ranked)
    for part in ("controls", "candidates"):
        document[part] = [{key: finite(value) for key, value in name.items()} for name in document[part]]
    return {key: finite(value) for key, value in document.items()}


def _show(ranked: Sequence[Ranked]) -> None:
    console = Console(highlight=False)
    for platform in ranked:
        console.print(
            f"[bold]{escape(platform.platform)}[/bold]: full withholding is proven in about "
            f"{_rounds(platform.rounds)} rounds of one stream, with {len(platform.controls)} controls"
        )
        console.print(_table(platform.controls, "control", "without it"))
        if platform.candidates:
            console.print(_table(platform.candidates, "candidate", "with it"))
        if platform.too_little:
            console.print(f"Measured too seldom to say: {', '.join(platform.too_little)}", markup=False)
        console.print()
    console.print(
        "The most alike first. Odds and amounts are beside the contestants'; the day's pattern is how the\n"
        "numbers of results go together over the day, 1 at best. One more control makes each proof faster,\n"
        "unless it is missing often itself. Siaga leaves one out by itself while it is persistently missing.",
        soft_wrap=True,
    )


def _table(names: Sequence[ControlSimilarity], who: str, effect: str) -> Table:
    table = Table(box=None, header_style="bold")
    table.add_column(who, overflow="fold")
    for heading in ("rounds", "missing", "odds of missing", "amount found", "day's pattern"):
        table.add_column(heading, justify="right")
    table.add_column(f"rounds to proof {effect}", justify="right")
    for name in names:
        low, high = name.missing_between
        table.add_row(
            escape(name.subject),
            f"{name.rounds:,}",
            f"{name.missing:.2%} ({low:.2%} - {high:.2%})",
            f"{name.odds_ratio:.2f} times",
            "not said" if name.volume is None else f"{name.volume:.2f} times",
            "too little known" if name.pattern is None else f"{name.pattern:.2f}",
            _rounds(name.rounds_changed),
        )
    return table


def _rounds(rounds: float) -> str:
    return f"{rounds:.1f}" if isfinite(rounds) else "never"
