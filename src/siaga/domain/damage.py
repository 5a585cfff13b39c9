"""What can be wrong with the files of a record, in words for people, each with its remedy.

`docs/operations.md` lists every one of them. Nothing is mended in silence, and nothing is overwritten.
"""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from siaga.domain.errors import Fault

ANCHOR = "record.json"
"""The file that says what must be in a watch's directory."""
_RESTORE = "Restore it from a backup"
_WITHOUT = f"{_RESTORE}, or delete {ANCHOR} to go on without it."
_SEALED = f"{_RESTORE}, or move it and its log away and delete {ANCHOR} to go on with what is sealed."


class Damage(Enum):
    """One way in which a file is not as it must be: what is said of it, and what to do."""

    MISSING = "It is missing, though the record had it.", _WITHOUT
    EMPTY = "It is empty.", f"{_RESTORE}, or remove it and delete {ANCHOR} to go on without it."
    DATABASE = (
        "The database in it is damaged.",
        f"{_RESTORE}, or move it away and delete {ANCHOR} to go on without it.",
    )
    DATABASE_CUT = (
        "The file lost what was written to it last, or was put back.",
        f"{_RESTORE}, or delete {ANCHOR} to go on with what is in it.",
    )
    JOURNAL_GONE = (
        "The journal is missing, though measurements are here.",
        "Restore it from a backup, or begin anew with another --directory.",
    )
    JOURNAL_EMPTY = (
        "The journal is empty, though the watch has run.",
        "Restore it from a backup, or begin anew with another --directory.",
    )
    JOURNAL_DAMAGED = (
        "The journal is damaged or is no journal.",
        "Restore it from a backup, or begin anew with another --directory.",
    )
    JOURNAL_BROKEN = (
        "The journal was changed: an event does not follow from the one before it.",
        "Keep this copy, find out who changed it, and restore the journal from a backup.",
    )
    JOURNAL_CUT = (
        "The journal was cut off or put back: events that were written are missing.",
        f"{_RESTORE}, or delete {ANCHOR} to go on without them.",
    )
    LIVE_GONE = (
        "The live file is missing, and with it what was not sealed yet.",
        f"{_RESTORE}, or move its log away as well and delete {ANCHOR} to go on with what is sealed.",
    )
    LIVE_EMPTY = "The live file is empty.", _SEALED
    LIVE_DAMAGED = "The live file is damaged.", _SEALED
    ROWS_GONE = (
        "Measurements that were stored are missing.",
        f"Restore the directory from a backup, or delete {ANCHOR} to go on without them.",
    )
    INDEX = (
        "The index of sealed files is damaged.",
        "Restore it from a backup, or delete it: the next start makes it anew from the sealed files.",
    )
    SEGMENT_GONE = (
        "A sealed file is missing.",
        f"{_RESTORE}, or delete index.json beside it and {ANCHOR} to go on without its measurements.",
    )
    SEGMENT_CHANGED = (
        "A sealed file was changed: it is not what was sealed.",
        f"{_RESTORE}, or move it away and delete index.json and {ANCHOR} to go on without it.",
    )
    SEGMENT_DAMAGED = (
        "The file is no sealed file, or is damaged.",
        f"{_RESTORE}, or move it away and delete {ANCHOR} to go on without its measurements.",
    )
    LINKS_KEY = (
        "The key that links are signed with is damaged.",
        f"{_RESTORE}, or remove it and delete {ANCHOR}: then every link that was sent is void.",
    )
    SEED_KEY = (
        "The seed key of that day is damaged, or is not the one that the journal names.",
        "Restore it from a backup, or remove it: then that day's orders cannot be checked.",
    )
    ANCHOR = (
        "The file that says what must be in this directory is damaged.",
        "Restore it from a backup, or delete it: then nobody can tell whether anything is missing.",
    )
    NO_ANCHOR = (
        "The file that says what must be in this directory is missing.",
        "The next start of the watch makes it anew; until then nobody can tell whether anything is missing.",
    )
    LOG_CUT = (
        "The log of what was not sealed yet is damaged.",
        "What came before the damage was taken in; the log is kept beside it under another name.",
    )
    STATE = (
        "The saved state is damaged.",
        "Nothing is lost: the next start puts it aside and judges all stored measurements anew.",
    )
    PLAN = (
        "The saved plan is damaged.",
        "The next start puts it aside: for one span of each budget, what was used before is not counted.",
    )
    CHECK = "A check of a name is damaged and was put aside.", "Whoever asked for it has to ask anew."
    KEPT_CHANGED = (
        "The file was changed: its content does not give the digest that is its name.",
        "Restore it from a backup, or move it away. The watch runs without it.",
    )
    KEPT_GONE = (
        "A file that the record names is missing.",
        "Restore it from a backup. The watch runs without it.",
    )
    BACKUP = (
        "A file of the backup is missing or was changed.",
        "Nothing was restored. Take another backup, or put that file back.",
    )
    OPEN_TO_OTHERS = (
        "Other users of this machine could read files of the watch.",
        "Their rights were taken away: now its own user alone may read them.",
    )

    @property
    def what(self) -> str:
        """What is wrong, in one sentence."""
        return self.value[0]

    @property
    def do(self) -> str:
        """What to do."""
        return self.value[1]

    def at(self, file: Path | str, detail: str = "") -> Fault:
        """The damage of a file; `detail` says more, and stands in brackets."""
        what = f"{self.what[:-1]} ({detail})." if detail else self.what
        return Fault(what, self.do, str(file))


STOPS = frozenset(Damage) - {
    Damage.NO_ANCHOR,
    Damage.LOG_CUT,
    Damage.STATE,
    Damage.PLAN,
    Damage.CHECK,
    Damage.KEPT_CHANGED,
    Damage.KEPT_GONE,
    Damage.OPEN_TO_OTHERS,
}
"""Those with which a watch does not start. With the others it runs, and says them."""


@dataclass(frozen=True, slots=True)
class FoundDamage:
    """A damage and where it is."""

    damage: Damage
    file: Path
    detail: str = ""

    @property
    def stops(self) -> bool:
        """Whether a watch does not start with it."""
        return self.damage in STOPS

    @property
    def fault(self) -> Fault:
        """The same for people."""
        return self.damage.at(self.file, self.detail)
