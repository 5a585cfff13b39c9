"""Judges recorded measurements again: what `siaga replay` does once its words are read."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from siaga.cases.verdict_json import verdict_from_json
from siaga.cli.progress import bar
from siaga.detection.round_facts import RoundFacts
from siaga.detection.rounds import Columns, OutOfOrder, Rounds, Words
from siaga.detection.sentences import sentence
from siaga.detection.settings import Settings
from siaga.detection.watch import Detection
from siaga.domain.answers import Role
from siaga.domain.errors import BadInput, Fault
from siaga.domain.time import rfc3339
from siaga.domain.verdicts import Verdict
from siaga.election.model import Election
from siaga.measurements.columns import open_columns
from siaga.measurements.judged_by import JudgedBy, judged_by
from siaga.measurements.store import is_owned
from siaga.watch.detection_settings import judged_by_of, settings_by

CODED = ("platform", "surface", "vantage", "session", "subject", "role", "name", "answer", "failure")
NUMBERS = ("count", "matching", "newest_age_s", "ordered", "total_ms")
WINDOW_US = 600_000_000
T = TypeVar("T")
READ = ("round", "position", "at", *CODED, *NUMBERS)

PLACES: Final = ("surfaces", "vantages", "surfaces_found", "vantages_found")
"""A verdict's details that say where it holds, and where it was measured and does not."""


def _words(batch: pa.RecordBatch) -> Words:
    return Words(*(batch.column(name).dictionary.to_pylist() for name in CODED))


def _numbers(batch: pa.RecordBatch, name: str) -> npt.NDArray[np.float64]:
    column = batch.column(name)
    if column.null_count == len(column):
        return np.full(len(column), np.nan)
    return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), np.float64)


def _codes(batch: pa.RecordBatch, name: str) -> npt.NDArray[np.int32]:
    indices = batch.column(name).indices
    if indices.null_count:
        indices = indices.fill_null(-1)
    return np.asarray(indices.to_numpy(zero_copy_only=False), np.int32)


def columns_of(batch: pa.RecordBatch) -> Columns:
    """A record batch as NumPy columns."""
    storage = batch.column("round").storage
    ids = np.frombuffer(storage.buffers()[1], ">u8", count=2 * len(batch), offset=16 * storage.offset)
    ids = ids.reshape(-1, 2).astype(np.uint64)
    columns: dict[str, Any] = {name: _codes(batch, name) for name in CODED}
    columns |= {name: _numbers(batch, name) for name in NUMBERS}
    return Columns(
        round_high=ids[:, 0],
        round_low=ids[:, 1],
        position=np.asarray(batch.column("position").to_numpy(zero_copy_only=False), np.int32),
        at=np.asarray(batch.column("at").cast(pa.int64()).to_numpy(zero_copy_only=False), np.int64),
        **columns,
    )


def rounds_of(
    paths: Sequence[Path],
    roles: Callable[[str, Role], Role],
    window: int | None,
    platforms: frozenset[str],
    progress: Callable[[float], None] | None = None,
) -> Iterator[RoundFacts]:
    """The completed rounds of recorded measurements, in canonical order."""
    rounds = Rounds(roles, window)
    words: Words | None = None
    for batch in open_columns(paths, progress, READ):
        words = _words(batch)
        columns = columns_of(batch)
        if platforms:
            wanted = np.array([word in platforms for word in words.platform], bool)
            columns = columns.rows(wanted[columns.platform])
        yield from rounds.add(columns, words)
    if words is None:
        what = "There are no measurements in what was given."
        do = "Give files that Siaga gave out, or the directory of a watch that has measured."
        raise BadInput(Fault(what, do, ", ".join(map(str, paths))))
    yield from rounds.end(words)


def replayed(
    paths: Sequence[Path],
    settings: Settings,
    subjects: dict[str, Role] | None = None,
    platforms: frozenset[str] = frozenset(),
    progress: Callable[[float], None] | None = None,
    names: int | None = None,
) -> tuple[Detection, list[Verdict]]:
    """The detection after all recorded rounds, and every change of state on the way.

    Rows nearly in order of time are streamed; if a row comes more than ten minutes late, everything is
    read again and held, about 130 bytes a row.
    """

    def judged(window: int | None) -> tuple[Detection, list[Verdict]]:
        detection = Detection(settings, subjects, names)
        changes: list[Verdict] = []
        for facts in rounds_of(paths, detection.role, window, platforms, progress):
            changes += detection.take_facts(facts)
        return detection, changes

    return in_any_order(judged)


def in_any_order(read: Callable[[int | None], T]) -> T:
    """What `read` makes of recorded rounds: within a window of ten minutes where they come nearly in order of
    time, else (None) with all of them held."""
    try:
        return read(WINDOW_US)
    except OutOfOrder:
        return read(None)


def line_of(verdict: Verdict) -> str:
    """A change of state as one line of JSON: the fixed form that others build on, then what proves it.

    `places` has the surfaces and vantages that are hit, and those that were measured and are not: with none
    of the latter the name is hit at all, else at several. Null where the verdict has no such fact.
    """
    detail, counts = verdict.detail, verdict.counts
    places = {place: _listed(detail[place]) for place in PLACES if place in detail}
    return json.dumps(
        {
            "at": rfc3339(verdict.at),
            "platform": verdict.platform,
            "surface": verdict.surface,
            "vantage": verdict.vantage,
            "subject": verdict.subject,
            "state": str(verdict.state),
            "since": rfc3339(verdict.since),
            "evidence": verdict.evidence,
            "rule": verdict.rule,
            "counts": {
                "asked": counts.asked,
                "missing": counts.missing,
                "controls_asked": counts.controls_asked,
                "controls_missing": counts.controls_missing,
            },
            "onset": [rfc3339(at) if at.year > 1970 else None for at in verdict.onset]
            if verdict.onset
            else None,
            "kind": detail.get("kind"),
            "psi": float(detail["psi"]) if "psi" in detail else None,
            "places": places or None,
            "line": detail.get("line"),
            "free": float(detail["free"]) if "free" in detail else None,
            "change": float(detail["change"]) if "change" in detail else None,
            "claim": detail.get("claim"),
        },
        ensure_ascii=False,
    )


def _listed(texts: str) -> list[str]:
    return texts.split(", ")


def replay_files(
    files: Sequence[Path],
    declared: Election | None,
    promise: tuple[float, timedelta] | None,
    since: datetime | None,
    platforms: frozenset[str],
    as_json: bool,
) -> bool:
    """Print every change of state in the recorded files, and say whether there is a finding among them.

    Args:
        declared: where promise, targets and controls are from; None: from the records.
        promise: other than the election's: so many false alarms in such a span.
        since: print changes from this moment on.
        platforms: only these; empty for all.

    Raises:
        BadInput: a record cannot be used.
    """
    known = judged_by_of(declared) if declared else _known(files)
    settings = Settings() if known is None else settings_by(known)
    if promise is not None:
        settings = replace(settings, false_alarms=promise[0], span=promise[1])
    for running in filter(is_owned, files):
        typer.echo(
            f"A watch is running in {running}: what it has measured since its last hourly file is not read.",
            err=True,
        )
    with bar("replaying") as progress:
        subjects, names = (None, None) if known is None else (dict(known.subjects), known.names)
        _, changes = replayed(files, settings, subjects, platforms, progress, names=names)
    shown = [change for change in changes if since is None or change.at >= since]
    if as_json:
        for change in shown:
            typer.echo(line_of(change))
    else:
        console = Console()
        console.print(_table(shown))
        for said in filter(None, map(sentence, shown)):
            console.print(f"\n{said}", markup=False, highlight=False)
    if known is not None and known.verdict is not None:
        typer.echo(compared_with_case(known, changes), err=as_json)
    return any(change.state.is_finding for change in shown)


def _known(files: Sequence[Path]) -> JudgedBy | None:
    """How the first file that says so is judged."""
    return next((known for file in files if file.is_file() and (known := judged_by(file))), None)


def compared_with_case(known: JudgedBy, changes: Sequence[Verdict]) -> str:
    """Whether the changes have the verdict that proved the case whose file it is, in one sentence."""
    assert known.verdict is not None
    proof = verdict_from_json(known.verdict)
    where = (proof.platform, proof.surface, proof.vantage, proof.subject, proof.state)
    same = [c for c in changes if (c.platform, c.surface, c.vantage, c.subject, c.state) == where]
    at = f"{proof.at:%Y-%m-%d %H:%M:%S} UTC"
    if any((c.at, c.counts, c.onset) == (proof.at, proof.counts, proof.onset) for c in same):
        return f"Case {known.case}: the same verdict of {at}, with the same onset and counts."
    if not same:
        return (
            f"Case {known.case}: the verdict of {at} ({proof.state}) does not follow from these measurements."
        )
    nearest = min(same, key=lambda change: abs(change.at - proof.at))
    return (
        f"Case {known.case}: the same verdict ({proof.state}), but not in all: the case has {at}, missing "
        f"{proof.counts.missing} of {proof.counts.asked}; here it is {nearest.at:%Y-%m-%d %H:%M:%S} UTC, "
        f"missing {nearest.counts.missing} of {nearest.counts.asked}."
    )


def _table(changes: Sequence[Verdict]) -> Table:
    table = Table(box=None, header_style="bold")
    for heading in ("when (UTC)", "platform", "surface", "vantage", "who", "state", "since", "odds", "what"):
        table.add_column(heading, overflow="fold")
    for change in changes:
        table.add_row(
            f"{change.at:%Y-%m-%d %H:%M:%S}",
            escape(change.platform),
            escape(change.surface or "all"),
            escape(change.vantage or "all"),
            escape(change.subject or "-"),
            str(change.state),
            f"{change.since:%Y-%m-%d %H:%M:%S}",
            f"{change.evidence:,.3g}",
            change.detail.get("kind", ""),
        )
    return table
