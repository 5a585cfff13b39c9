"""Makes an election file of tables and Popolo documents: what `siaga election import` does."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from siaga.cli.election_files import election_of_text, read_election_file, text_of_file
from siaga.config.text_files import text_of_bytes
from siaga.config.tree import MOST_BYTES_WITH_ITEM_LINES
from siaga.domain.errors import BadInput, Fault
from siaga.election.model import Election
from siaga.election.roster import AccountNetwork, FoundContestant, Roster, roster_of
from siaga.election.roster_csv import MOST_TABLE_BYTES, contestants_of_table
from siaga.election.roster_popolo import contestants_of_popolo
from siaga.platforms.registry import platforms

_CONTESTANTS: Final = re.compile(r"^contestants:.*\n(?:(?:[ \t#-].*)?\n)*", re.MULTILINE)
"""The section of an election file that says who stands, up to the next field."""


def import_contestants(
    sources: Sequence[Path], target: Path, start: str, replace: bool
) -> tuple[Election, Roster]:
    """Write an election file with everybody in `sources`, whole or not at all.

    Args:
        target: the file to write.
        start: the text of a new file, whose contestants are replaced.
        replace: whether the target may be there: then its contestants are replaced and the rest is kept.

    Raises:
        BadInput: with every fault of the sources, or of what would be written.
    """
    if target.exists() and not replace:
        what = "The file is there already; nothing was written."
        do = "Choose another name, or say --replace to replace its contestants and keep the rest."
        raise BadInput(Fault(what, do, str(target)))
    is_new = not target.exists()
    base = start if is_new else text_of_file(target, "election file", MOST_BYTES_WITH_ITEM_LINES)
    notes: list[str] = []
    found = [contestant for source in sources for contestant in _found_in(source, notes)]
    roster = roster_of(found, _platforms_of(election_of_text(base, target)))
    roster.notes[:0] = notes
    if is_new and not roster.has_hashtags:
        base = re.sub(r"^ +- \{surface: hashtag,.*\n", "", base, flags=re.MULTILINE)
    section = "contestants:\n" + "".join(f"  - {line}\n" for line in roster.lines) + "\n"
    text, count = _CONTESTANTS.subn(lambda _: section, base, count=1)
    if count != 1:
        raise BadInput(Fault("There is no section `contestants:` in it.", "Add it.", str(target)))
    temporary = target.with_name(f".{target.name}.new")
    try:
        temporary.write_text(text, encoding="utf-8")
        election = _checked(temporary, target)
        temporary.replace(target)
    except OSError as error:
        what = f"The file cannot be written: {error.strerror}."
        raise BadInput(Fault(what, "Check its path.", str(target))) from None
    finally:
        temporary.unlink(missing_ok=True)
    return election, roster


def _checked(written: Path, target: Path) -> Election:
    """The election as it would be written; its faults name the target."""
    try:
        return read_election_file(written)
    except BadInput as bad:
        faults = [Fault(f.what, f.do, f"{target} (not written)", f.line, f.field) for f in bad.faults]
        raise BadInput(*faults) from None


def _platforms_of(election: Election) -> dict[str, list[str]]:
    """The ids of its platforms, by reader."""
    found: dict[str, list[str]] = {}
    for platform in election.platforms:
        found.setdefault(platform.reader, []).append(platform.id)
    return found


def _found_in(source: Path, notes: list[str]) -> list[FoundContestant]:
    try:
        with source.open("rb") as file:
            raw = file.read(MOST_TABLE_BYTES + 1)
    except OSError as error:
        what = f"The file cannot be read: {error.strerror}."
        raise BadInput(Fault(what, "Check its path.", str(source))) from None
    if raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}:
        text = text_of_bytes(raw, str(source), MOST_TABLE_BYTES)
        return contestants_of_popolo(text, str(source), _networks(), notes)
    return contestants_of_table(raw, str(source), _networks(), notes)


def _networks() -> list[AccountNetwork]:
    return [
        AccountNetwork(platform.id, platform.also_called, platform.account_page)
        for platform in platforms().values()
    ]
