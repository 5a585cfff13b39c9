"""Looks through the files of a watch before anything is opened to be written: what is missing or damaged.

It changes nothing. What it cannot see: a bit that fell over within a text of `people.sqlite`,
`reports.sqlite` or `followers.sqlite`, since SQLite keeps no checksums.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Final

from sqlalchemy.engine import make_url

from siaga.cases.events.case_attached import CaseAttached
from siaga.domain.damage import ANCHOR, Damage, FoundDamage
from siaga.domain.errors import Damaged
from siaga.domain.time import SystemClock
from siaga.journal.anchor import DIGESTED, NAMED, RecordAnchor, mark_of, read_anchor
from siaga.journal.journal import PAGE, Journal
from siaga.journal.kinds import Kind
from siaga.journal.sealed_files import SealedFiles, sealed_files
from siaga.measurements.live_file import FILE as LIVE
from siaga.measurements.segments import read_index
from siaga.people.links import KEY_BYTES
from siaga.planning.seeds import commitment
from siaga.probing.evidence import EvidenceStore
from siaga.reporting.pictures import FOLDER as PICTURES
from siaga.watch.checkpoint import whole_body
from siaga.watch.round_schedule import whole_plan
from siaga.watch.seed_keys import read_seed_key

ATTACHMENTS: Final = "attachments"
EVIDENCE: Final = "evidence"


def inspect(directory: Path, journal: str) -> Iterator[FoundDamage]:
    """Everything wrong with the files of a watch, which may run meanwhile. `journal` is the journal's URL.

    A directory that is new has no damage. What stops a watch comes first.
    """
    try:
        anchor = read_anchor(directory)
    except Damaged:
        yield FoundDamage(Damage.ANCHOR, directory / ANCHOR)
        return
    file = journal_file(journal)
    begun = (directory / "measurements" / LIVE).exists() or any(
        (directory / "measurements" / "segments").glob("*.parquet")
    )
    if anchor is None and begun:
        yield FoundDamage(Damage.NO_ANCHOR, directory / ANCHOR)
    whole = True
    if file is not None:
        for found in _journal_file(file, begun or anchor is not None):
            whole = False
            yield found
    if whole and (begun or anchor is not None):
        for found in _journal(journal, file or directory, anchor, directory):
            whole = whole and not found.stops
            yield found
    # Without an anchor somebody chose to go on without what is lost, or there is nothing yet.
    journalled = (lambda: _journalled(journal)) if whole and anchor is not None else SealedFiles
    yield from _measurements(directory / "measurements", anchor, journalled)
    yield from _named(directory, anchor)
    yield from _resumed(directory)
    yield from _by_digest(directory)


def journal_file(url: str) -> Path | None:
    """Where the journal's file is; None where it is in a database server."""
    where = make_url(url)
    return Path(where.database or "") if where.get_backend_name() == "sqlite" else None


def _journal_file(file: Path, begun: bool) -> Iterator[FoundDamage]:
    """What keeps the journal from being opened. `begun` is whether there must be one."""
    if not file.exists():
        if begun:
            yield FoundDamage(Damage.JOURNAL_GONE, file)
    elif not file.stat().st_size:
        if begun:
            yield FoundDamage(Damage.JOURNAL_EMPTY, file)
    elif (problem := _database_problem(file, "journal_events" if begun else "")) is not None:
        yield FoundDamage(Damage.JOURNAL_DAMAGED, file, problem)


def _database_problem(file: Path, table: str = "") -> str | None:
    """What is wrong with the form of an SQLite file; None where nothing is."""
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as database:
            database.text_factory = bytes
            said = database.execute("PRAGMA quick_check(1)").fetchone()[0]
            if said != b"ok":
                return str(said.decode("utf-8", "replace")).replace("\n", " ").rstrip(".")
            tables = {row[0].decode() for row in database.execute("SELECT name FROM sqlite_master")}
            for name in sorted(tables) if not table else [table]:
                if name not in tables:
                    return f"it has no table {name}"
    except (sqlite3.Error, UnicodeDecodeError) as error:
        return str(error)
    return None


def _journal(url: str, file: Path, anchor: RecordAnchor | None, directory: Path) -> Iterator[FoundDamage]:
    """What the journal says of itself, and of keys and files."""
    with closing(Journal.open_to_read(url, SystemClock())) as journal:
        chain = journal.verify()
        if chain.broken is not None:
            yield FoundDamage(
                Damage.JOURNAL_BROKEN, file, f"event {chain.broken}: {chain.problem.rstrip('.')}"
            )
            return
        if anchor is not None and anchor.events and journal.digest_at(anchor.events) != anchor.head:
            yield FoundDamage(
                Damage.JOURNAL_CUT, file, f"it has {chain.events} events; {anchor.events} had been written"
            )
            return
        committed = dict[str, set[str]]()
        for what in _facts(journal, Kind.SEED_KEY_COMMITTED):
            committed.setdefault(str(what.get("day")), set()).add(str(what.get("sha256")))
        yield from _keys(directory / "keys", committed)
        for what in _facts(journal, CaseAttached.kind):
            attached = directory / ATTACHMENTS / str(what.get("sha256"))
            if not attached.is_file():
                yield FoundDamage(Damage.KEPT_GONE, attached, f"{what.get('name')}, of {what.get('case')}")


def _journalled(url: str) -> SealedFiles:
    """The sealed files that the journal names."""
    with closing(Journal.open_to_read(url, SystemClock())) as journal:
        return sealed_files(journal)


def _facts(journal: Journal, kind: str) -> Iterator[dict[str, object]]:
    after = 0
    while events := journal.read(after, [kind], PAGE):
        for event in events:
            yield dict(event.what)
        after = events[-1].seq


def _keys(folder: Path, committed: dict[str, set[str]]) -> Iterator[FoundDamage]:
    """Keys that are none, or not those that were committed to."""
    for path in sorted(folder.glob("*.key")):
        try:
            date.fromisoformat(path.stem)
            key = read_seed_key(path)
        except FileNotFoundError:  # its day is over, and it was revealed meanwhile
            continue
        except (Damaged, ValueError):
            yield FoundDamage(Damage.SEED_KEY, path)
            continue
        known = committed.get(path.stem)
        if known is not None and commitment(key) not in known:
            yield FoundDamage(Damage.SEED_KEY, path)


def _measurements(
    folder: Path, anchor: RecordAnchor | None, journalled: Callable[[], SealedFiles]
) -> Iterator[FoundDamage]:
    """Of the store what can be seen while another process owns it."""
    segments = folder / "segments"
    live = folder / LIVE
    sealed = 0
    named = journalled()  # before the index is read: what is sealed meanwhile is in both then
    try:
        index = read_index(segments)
    except Damaged:
        yield FoundDamage(Damage.INDEX, segments / "index.json")
    else:
        sealed = index.sealed_to
        found = dict[str, FoundDamage]()
        for segment in index.segments:
            path = segments / segment.file
            try:
                changed = path.stat().st_size != segment.bytes or _sha256(path) != segment.sha256
            except FileNotFoundError:
                if segment in read_index(segments).segments:  # else it was merged meanwhile
                    found[segment.file] = FoundDamage(Damage.SEGMENT_GONE, path)
            else:
                if changed:
                    found[segment.file] = FoundDamage(Damage.SEGMENT_CHANGED, path)
        listed = {segment.file: segment.sha256 for segment in index.segments}
        for damage in _against_the_journal(segments, named, journalled, listed):
            found.setdefault(damage.file.name, damage)
        yield from found.values()
    if live.exists():
        if not live.stat().st_size:
            yield FoundDamage(Damage.LIVE_EMPTY, live)
    elif anchor is not None and anchor.measurements > sealed:
        yield FoundDamage(Damage.LIVE_GONE, live)


def _against_the_journal(
    segments: Path, named: SealedFiles, journalled: Callable[[], SealedFiles], listed: Mapping[str, str]
) -> Iterator[FoundDamage]:
    """Sealed files that are not what the journal names. `journalled` gives what it names by now; `listed` are
    the digests in the index, which were compared with the files."""

    def digest(file: str) -> str | None:
        try:
            return listed.get(file) or _sha256(segments / file)
        except FileNotFoundError:
            return None

    for sealed in named.current.values():
        now = digest(sealed.file)
        if now == sealed.sha256:
            continue
        sources = named.sources(sealed)
        if now is None and sources and all(digest(source.file) == source.sha256 for source in sources):
            continue  # a kill came before it was listed: the watch merges them again
        if sealed.file not in journalled().current:  # merged or dropped meanwhile
            continue
        if now is None:
            yield FoundDamage(Damage.SEGMENT_GONE, segments / sealed.file, "the journal names it")
        else:
            yield FoundDamage(
                Damage.SEGMENT_CHANGED, segments / sealed.file, "the journal names another digest"
            )


def _named(directory: Path, anchor: RecordAnchor | None) -> Iterator[FoundDamage]:
    """Files of one name each: there, not empty, and in form."""
    known = {} if anchor is None else anchor.files
    for name in NAMED:
        path = directory / name
        if not path.exists():
            if name in known:
                yield FoundDamage(Damage.MISSING, path)
        elif name in DIGESTED:
            if path.stat().st_size != KEY_BYTES or known.get(name, "") not in {"", _sha256(path)}:
                yield FoundDamage(Damage.LINKS_KEY, path)
        elif not path.stat().st_size:
            if name in known:
                yield FoundDamage(Damage.EMPTY, path)
        elif (problem := _database_problem(path)) is not None:
            yield FoundDamage(Damage.DATABASE, path, problem)
        elif anchor is not None and _mark(path) < anchor.mark(name):
            yield FoundDamage(Damage.DATABASE_CUT, path)


def _mark(file: Path) -> int:
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as database:
        return mark_of(database)


def _resumed(directory: Path) -> Iterator[FoundDamage]:
    """What a start takes up, and can do without; it may be removed at any time."""
    for name, damage, read in (("state", Damage.STATE, whole_body), ("plan.json", Damage.PLAN, whole_plan)):
        path = directory / name
        try:
            whole = read(path) is not None
        except FileNotFoundError:
            continue
        except ValueError:
            whole = False
        if not whole:
            yield FoundDamage(damage, path)


def _by_digest(directory: Path) -> Iterator[FoundDamage]:
    """Files that are named by the digest of their content."""
    for folder, pattern in ((PICTURES, "*.webp"), (ATTACHMENTS, "*")):
        for path in sorted((directory / folder).glob(pattern)):
            if path.suffix != ".new" and _sha256(path) != path.stem:
                yield FoundDamage(Damage.KEPT_CHANGED, path)
    if (directory / EVIDENCE).is_dir():
        for path in EvidenceStore.damaged(directory / EVIDENCE):
            yield FoundDamage(Damage.KEPT_CHANGED, path)


def _sha256(path: Path) -> str:
    with path.open("rb") as raw:
        return hashlib.file_digest(raw, "sha256").hexdigest()
