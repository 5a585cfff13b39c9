"""The digests of sealed measurements, as the journal names them: none is changed or taken away unseen.

`index.json` has them too, but whoever changes a sealed file can change the index beside it. The journal is
chained, and its head is kept elsewhere.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from siaga.journal.events import JournalEvent
from siaga.journal.journal import PAGE, Journal
from siaga.journal.kinds import Kind
from siaga.measurements.segments import Segment

TOO_OLD: Final = "It is older than what the room keeps."
NOT_THERE: Final = "It was not there at the start."
DROPPED_IN_AN_EVENT: Final = 500


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A sealed file, as it was when it was sealed."""

    file: str
    first_seq: int
    last_seq: int
    sha256: str

    def overlaps(self, other: "SealedFile") -> bool:
        """Whether both hold some of the same measurements: one was merged from the other."""
        return self.first_seq <= other.last_seq and other.first_seq <= self.last_seq


@dataclass(slots=True)
class SealedFiles:
    """What must be there by what was journalled so far."""

    current: dict[str, SealedFile] = field(default_factory=dict)
    """By name."""
    merged: dict[str, SealedFile] = field(default_factory=dict)
    """Those whose measurements are in another one by now, by name."""

    def apply(self, event: JournalEvent) -> None:
        """Take the next event of a sealed file."""
        if event.kind == Kind.SEGMENTS_DROPPED:
            files = event.what["files"]
            for name in files if isinstance(files, list) else ():
                self.current.pop(name, None)
            return
        what = event.what
        new = SealedFile(
            str(what["file"]), int(str(what["first_seq"])), int(str(what["last_seq"])), str(what["sha256"])
        )
        for before in [known for known in self.current.values() if known.overlaps(new)]:
            self.merged[before.file] = self.current.pop(before.file)
        self.merged.pop(new.file, None)
        self.current[new.file] = new

    def sources(self, merged: SealedFile) -> list[SealedFile]:
        """What a file was merged from: as good as the file, where a kill came before the index named it."""
        return [before for before in self.merged.values() if before.overlaps(merged)]


def sealed_files(journal: Journal) -> SealedFiles:
    """What a journal says of sealed files."""
    files = SealedFiles()
    for event in _events(journal):
        files.apply(event)
    return files


def _events(journal: Journal) -> Iterator[JournalEvent]:
    after = 0
    while events := journal.read(after, {Kind.SEGMENT_SEALED, Kind.SEGMENTS_DROPPED}, PAGE):
        yield from events
        after = events[-1].seq


class SealedFilesLog:
    """Journals what a store seals, merges and drops, before the store's index says so."""

    def __init__(self, journal: Journal) -> None:
        self._journal, self._files = journal, sealed_files(journal)

    def sealed(self, segment: Segment) -> None:
        """A file is whole on the disk; its digest is journalled, once."""
        known = self._files.current.get(segment.file)
        if known is not None and known.sha256 == segment.sha256:
            return
        what = {
            "file": segment.file,
            "first_seq": segment.first_seq,
            "last_seq": segment.last_seq,
            "rows": segment.rows,
            "sha256": segment.sha256,
        }
        self._files.apply(self._journal.append(Kind.SEGMENT_SEALED, "watch", what))

    def dropped(self, files: Iterable[str], why: str = TOO_OLD) -> None:
        """Files are not kept any longer."""
        names = sorted(files)
        for start in range(0, len(names), DROPPED_IN_AN_EVENT):
            what = {"files": names[start : start + DROPPED_IN_AN_EVENT]}
            self._files.apply(self._journal.append(Kind.SEGMENTS_DROPPED, "watch", what, why))

    def take_up(self, listed: Iterable[Segment]) -> None:
        """Begin with what the index lists: what the journal does not name yet is named, and what somebody
        chose to go on without is written down as gone."""
        segments = list(listed)
        for segment in segments:
            self.sealed(segment)
        self.dropped(self._files.current.keys() - {segment.file for segment in segments}, NOT_THERE)
