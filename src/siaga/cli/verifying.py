"""Goes through a watch's record: what `siaga verify` does once its files are found."""

import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import typer

from siaga.cli.progress import bar
from siaga.cli.stores import opened_store
from siaga.domain.time import SystemClock
from siaga.journal.journal import ChainVerification, Journal
from siaga.measurements.store import Store
from siaga.planning.seeds import OrderCheck
from siaga.services.verification import (
    DayOrders,
    SegmentProblem,
    keys_in,
    orders,
    planned_names,
    segment_problems,
)

WORDS = {
    OrderCheck.OTHER_KEY: "by no key that the journal committed to",
    OrderCheck.OTHER_ROUND: "under an id that does not follow from the day's key",
    OrderCheck.OTHER_ORDER: "in another order than the day's key gives",
    OrderCheck.MIXED: "mixed with another round",
    OrderCheck.INCOMPLETE: "with places missing or taken twice",
}


def verify_record(measurements: Path, journal: str, as_json: bool) -> bool:
    """Check a watch's measurements and journal, print what was found, and say whether all holds.

    Raises:
        BadInput: the journal or the measurements cannot be opened.
    """
    with Journal.open(journal, SystemClock()) as record:
        chain, keys = record.verify(), keys_in(record)
    with bar("sealed files") as progress:
        files, problems = segment_problems(measurements, progress)
    with opened_store(measurements, None) as store:
        plan = partial(planned_names, store) if isinstance(store, Store) else None
        days = orders(store.batches(), keys, plan)
    if as_json:
        for line in _plain(chain, files, problems, days):
            sys.stdout.write(orjson.dumps(line).decode() + "\n")
    else:
        for text in _lines_for_people(chain, files, problems, days):
            typer.echo(text)
    return chain.broken is None and not problems and not any(day.wrong or day.late for day in days)


def _lines_for_people(
    chain: ChainVerification, files: int, problems: Sequence[SegmentProblem], days: Sequence[DayOrders]
) -> Iterator[str]:
    if chain.broken is None:
        yield f"Journal: {chain.events:,} events, each follows from the one before. Head: {chain.head}"
    else:
        yield f"Journal: BROKEN at event {chain.broken}. {chain.problem} {chain.events:,} before it hold."
    wrong = f", {len(problems):,} of them WRONG" if problems else ", each as listed"
    yield f"Sealed files: {files:,}{wrong}"
    for problem in problems:
        yield f"  {problem.file}: {problem.problem}"
    for day in days:
        yield f"Rounds of {day.day}: {_day(day)}"
        for found in day.wrong:
            stream = found.stream
            where = f"{stream.platform} {stream.surface} {stream.vantage} {stream.session}"
            yield f"  {found.round} ({where}): asked {WORDS[found.order]}"


def _day(day: DayOrders) -> str:
    late = " Its key was committed to only AFTER the first round." if day.late else ""
    if day.is_open:
        return f"{day.rounds:,}; their key is revealed when the day is over and the watch runs.{late}"
    holds = f"all {day.rounds:,} in the order fixed beforehand"
    if day.wrong:
        holds = f"{len(day.wrong):,} of {day.rounds:,} NOT in the order fixed beforehand"
    elif day.cut_short or day.unclear:
        follow = day.rounds - day.cut_short - day.unclear
        holds = f"{follow:,} of {day.rounds:,} in the order fixed beforehand"
    cut = f"; {day.cut_short:,} were cut short, by a limit or for time" if day.cut_short else ""
    unclear = ""
    if day.unclear:
        unclear = f"; {day.unclear:,} were cut short or in another order: verify again while the watch rests"
    skipped = f"; {day.skipped:,} planned rounds are not in the record" if day.skipped else ""
    return f"{holds}{cut}{unclear}{skipped}.{late}"


def _plain(
    chain: ChainVerification, files: int, problems: Sequence[SegmentProblem], days: Sequence[DayOrders]
) -> Iterator[dict[str, Any]]:
    yield {
        "checked": "journal",
        "events": chain.events,
        "broken": chain.broken,
        "problem": chain.problem,
        "head": chain.head,
    }
    yield {
        "checked": "segments",
        "files": files,
        "problems": [{"file": found.file, "problem": found.problem} for found in problems],
    }
    for day in days:
        yield {
            "checked": "rounds",
            "day": day.day.isoformat(),
            "rounds": day.rounds,
            "revealed": not day.is_open,
            "committed_late": day.late,
            "cut_short": day.cut_short,
            "unclear": day.unclear,
            "skipped": day.skipped,
            "wrong": [
                {"round": str(found.round), "order": found.order.value, "stream": str(found.stream)}
                for found in day.wrong
            ],
        }
