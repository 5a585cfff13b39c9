"""Goes through a watch's record: what `siaga verify` does once its files are found."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import typer
from rich.console import Console

from siaga.cli import COULD_NOT
from siaga.cli.stores import check_store_is_of, opened_store
from siaga.cli.watch_directory import measurements_in
from siaga.domain.damage import FoundDamage
from siaga.domain.time import SystemClock
from siaga.journal.anchor import check_stored
from siaga.journal.journal import ChainVerification, Journal
from siaga.journal.watched_election import check_journal_is_of
from siaga.measurements.store import Store
from siaga.planning.seeds import OrderCheck
from siaga.services.inspection import inspect
from siaga.services.verification import DayOrders, keys_in, orders, planned_names

BROKEN = 1

WORDS = {
    OrderCheck.OTHER_KEY: "by no key that the journal committed to",
    OrderCheck.OTHER_ROUND: "under an id that does not follow from the day's key",
    OrderCheck.OTHER_ORDER: "in another order than the day's key gives",
    OrderCheck.MIXED: "mixed with another round",
    OrderCheck.INCOMPLETE: "with places missing or taken twice",
}


def verify_record(election: str, directory: Path, journal: str, as_json: bool) -> int:
    """Check a watch's files, journal and rounds, print what was found, and say with which exit code to end.

    Where a file is missing or damaged, nothing is opened that opening might change.

    Raises:
        BadInput: the journal or the measurements cannot be opened, or are of another election.
        Damaged: so is what only opening the store shows.
    """
    with Console(stderr=True).status("looking through the files"):
        found = list(inspect(directory, journal))
    files = _files_json(found) if as_json else _files(found)
    if any(damage.stops for damage in found):
        _show(files)
        return COULD_NOT
    measurements = measurements_in(directory)
    with Journal.open(journal, SystemClock()) as record:
        check_journal_is_of(record, election, str(directory))
        chain, keys = record.verify(), keys_in(record)
    with opened_store(measurements, None) as store:
        check_store_is_of(store, election, str(directory))
        _show(files)
        if isinstance(store, Store):
            check_stored(directory, store.last_seq)
        plan = partial(planned_names, store) if isinstance(store, Store) else None
        days = orders(store.batches(), keys, plan)
    _show(_record_json(chain, days) if as_json else _record(chain, days))
    if any(day.wrong or day.late for day in days):
        return BROKEN
    return COULD_NOT if found else 0


def _show(lines: Iterable[str] | Iterable[dict[str, Any]]) -> None:
    for line in lines:
        typer.echo(line if isinstance(line, str) else orjson.dumps(line).decode())


def _files(found: Sequence[FoundDamage]) -> Iterator[str]:
    if not found:
        yield "Files: each is there and as it was."
    for damage in found:
        yield str(damage.fault)


def _record(chain: ChainVerification, days: Sequence[DayOrders]) -> Iterator[str]:
    yield f"Journal: {chain.events:,} events, each follows from the one before. Head: {chain.head}"
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


def _files_json(found: Sequence[FoundDamage]) -> Iterator[dict[str, Any]]:
    yield {
        "checked": "files",
        "problems": [
            {
                "file": str(damage.file),
                "damage": damage.damage.name.lower().replace("_", "-"),
                "problem": damage.fault.what,
                "do": damage.fault.do,
            }
            for damage in found
        ],
    }


def _record_json(chain: ChainVerification, days: Sequence[DayOrders]) -> Iterator[dict[str, Any]]:
    yield {"checked": "journal", "events": chain.events, "head": chain.head}
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
