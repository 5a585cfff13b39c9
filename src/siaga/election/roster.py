"""Who stands, as other people's files have it, and the lines of an election file that come of it."""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, get_args

from siaga.config.scalars import LONGEST_ID, ScalarType
from siaga.config.tree import Position, Scalar
from siaga.config.wording import Unreadable, quoted
from siaga.domain.errors import BadInput, Fault
from siaga.domain.matching import folded
from siaga.election.file_scalars import Handle, Hashtag, NameText
from siaga.election.model import ContestantKind, NameKind

MOST_ROWS: Final = 20_000
_FORMS: Final[Mapping[NameKind, ScalarType]] = {
    kind: get_args({NameKind.HANDLE: Handle, NameKind.HASHTAG: Hashtag}.get(kind, NameText))[1]
    for kind in NameKind
}


@dataclass(frozen=True, slots=True)
class AccountNetwork:
    """A platform on which people have accounts, as other people's files speak of it."""

    reader: str
    also_called: Sequence[str] = ()
    """Besides that, in lower case."""
    account_page: str | None = None
    """How the address of an account's page reads, a regular expression whose group is the handle."""

    @property
    def called(self) -> tuple[str, ...]:
        """All that it is called."""
        return (self.reader, *self.also_called)


@dataclass(frozen=True, slots=True)
class FoundName:
    """A name as a file has it."""

    text: str
    kind: NameKind
    field: str
    """The column or the path that it stands in."""
    network: str | None = None
    """Of a handle: the reader of the platforms on which it is used, such as `x`; None for all."""


@dataclass(frozen=True, slots=True)
class FoundContestant:
    """One contestant as a file has it."""

    file: str
    line: int
    """0 where the file has no lines that people see."""
    field: str
    id: str
    """As written; empty where the file gives none."""
    kind: ContestantKind
    label: str
    names: tuple[FoundName, ...]
    on_list: str = ""
    """The id or the label of its list; empty for none."""
    place: int | None = None
    number: int | None = None
    tags: tuple[str, ...] = ()

    def fault(self, what: str, do: str, field: str = "") -> Fault:
        """Something that is wrong with it."""
        return Fault(what, do, self.file, self.line, ".".join(filter(None, (self.field, field))))


@dataclass
class Roster:
    """The contestants of an election file that is being written."""

    lines: list[str] = field(default_factory=list)
    """One a contestant, as JSON."""
    notes: list[str] = field(default_factory=list)
    """What was added, changed or not taken, in sentences."""
    has_hashtags: bool = False
    """Whether everybody has a hashtag."""


def roster_of(found: Sequence[FoundContestant], platforms: Mapping[str, Sequence[str]]) -> Roster:
    """The lines of an election file.

    Args:
        found: who stands, as the files have it.
        platforms: the ids of the file's platforms, by reader.

    Raises:
        BadInput: with every fault, in the order of files and lines.
    """
    faults: list[Fault] = []
    if not found:
        raise BadInput(Fault("There is nobody in it.", "Name a file with contestants."))
    if len(found) > MOST_ROWS:
        what = f"{len(found):,} contestants are more than a watch takes ({MOST_ROWS:,})."
        raise BadInput(Fault(what, "Divide the election.", found[0].file))
    roster = Roster()
    everybody = [*_missing_lists(found, roster), *found]
    ids = _ids(everybody, faults)
    lists = _lists(everybody, ids)
    names = _names_apart(everybody, faults, roster)
    for contestant, id_, own in zip(everybody, ids, names, strict=True):
        roster.lines.append(_line(contestant, id_, own, lists, platforms, roster))
    roster.has_hashtags = all(any(name.kind is NameKind.HASHTAG for name in own) for own in names)
    if faults:
        raise BadInput(*sorted(faults, key=lambda fault: (fault.file, fault.line)))
    return roster


def slug(text: str) -> str:
    """A text as an id: `Partai Merdeka` becomes `partai-merdeka`."""
    plain = unicodedata.normalize("NFKD", folded(text)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST_ID].strip("-")


_LISTS: Final = (ContestantKind.LIST, ContestantKind.PARTY)


def _missing_lists(found: Sequence[FoundContestant], roster: Roster) -> list[FoundContestant]:
    """A party for each list that somebody stands on and that is no contestant itself."""
    known = {key for each in found if each.kind in _LISTS for key in (each.id, folded(each.label))}
    added: dict[str, FoundContestant] = {}
    for contestant in found:
        name = contestant.on_list
        if name and name not in known and folded(name) not in known | added.keys():
            names = (FoundName(name, NameKind.FULL, "list"),)
            added[folded(name)] = FoundContestant(
                contestant.file, contestant.line, contestant.field, "", ContestantKind.PARTY, name, names
            )
    if added:
        roster.notes.append(f"Added as contestants, as people stand on their lists: {len(added)} parties.")
    return list(added.values())


def _ids(found: Sequence[FoundContestant], faults: list[Fault]) -> list[str]:
    """An id for each: as written, or made of its label, with a number where that is taken."""
    taken: dict[str, FoundContestant] = {}
    ids = []
    for contestant in found:
        id_ = slug(contestant.id or contestant.label)
        if contestant.id and id_ in taken:
            first = taken[id_]
            what = f"The id {quoted(contestant.id)} stands twice; first in {first.file}, line {first.line}."
            faults.append(contestant.fault(what, "Give each contestant an id of its own.", "id"))
        number = 2
        base = id_ = id_ or "contestant"
        while id_ in taken or id_.startswith("canary-"):
            id_ = f"{base[: LONGEST_ID - 6].strip('-')}-{number}"
            number += 1
        taken[id_] = contestant
        ids.append(id_)
    return ids


def _lists(found: Sequence[FoundContestant], ids: Sequence[str]) -> dict[str, str]:
    """The ids of lists and parties, by how others may name them."""
    lists: dict[str, str] = {}
    for contestant, id_ in zip(found, ids, strict=True):
        if contestant.kind in _LISTS:
            lists |= {key: id_ for key in (contestant.id, folded(contestant.label)) if key}
    return lists


def _names_apart(
    found: Sequence[FoundContestant], faults: list[Fault], roster: Roster
) -> list[list[FoundName]]:
    """Of each contestant the names that are its alone; whoever has no other cannot be told apart."""
    holders: dict[str, list[FoundContestant]] = {}
    for contestant in found:
        for text in {folded(name.text) for name in contestant.names}:
            holders.setdefault(text, []).append(contestant)
    names, dropped = [], 0
    for contestant in found:
        own: dict[tuple[NameKind, str], FoundName] = {}
        for name in contestant.names:
            others = [other for other in holders[folded(name.text)] if other is not contestant]
            if _is_unreadable(contestant, name, faults):
                continue
            if not others:
                own.setdefault((name.kind, folded(name.text)), name)
            elif not _has_own(contestant, holders):
                faults.append(_shared(contestant, name, others[0]))
                break
            else:
                dropped += 1
        names.append(list(own.values()))
    if dropped:
        roster.notes.append(f"Names that two contestants share, not taken of either: {dropped}.")
    return names


def _has_own(contestant: FoundContestant, holders: Mapping[str, Sequence[FoundContestant]]) -> bool:
    """Whether it has a name to be searched for that nobody else has."""
    return any(
        len(holders[folded(name.text)]) == 1
        for name in contestant.names
        if name.kind not in {NameKind.HANDLE, NameKind.HASHTAG}
    )


def _shared(contestant: FoundContestant, name: FoundName, other: FoundContestant) -> Fault:
    where = f"{other.file}, line {other.line}" if other.line else f"{other.file}, {other.field}"
    if (contestant.on_list, contestant.place) == (other.on_list, other.place):
        what = f"{quoted(contestant.label)} stands here twice; also in {where}."
        return contestant.fault(what, "Remove one.", name.field)
    what = f"The name {quoted(name.text)} is also that of somebody else ({where}): a search finds both."
    do = "Give each a further name that is theirs alone, such as the one on the ballot (`short`)."
    return contestant.fault(what, do, name.field)


def _is_unreadable(contestant: FoundContestant, name: FoundName, faults: list[Fault]) -> bool:
    try:
        _FORMS[name.kind].parse(Scalar(name.text, Position("", 0), quoted=True))
    except Unreadable as bad:
        faults.append(contestant.fault(bad.what, bad.do, name.field))
        return True
    return False


def _line(
    contestant: FoundContestant,
    id_: str,
    names: Sequence[FoundName],
    lists: Mapping[str, str],
    platforms: Mapping[str, Sequence[str]],
    roster: Roster,
) -> str:
    on_list = lists.get(contestant.on_list) or lists.get(folded(contestant.on_list))
    written: list[dict[str, object]] = []
    for name in names:
        used = platforms.get(name.network or "", ())
        if name.network is not None and not used:
            note = f"Accounts on {name.network} were not taken: the file watches no such platform."
            if note not in roster.notes:
                roster.notes.append(note)
            continue
        written.append({str(name.kind): name.text, **({"platforms": list(used)} if used else {})})
    line: dict[str, object] = {
        "id": id_,
        "kind": str(contestant.kind),
        "number": contestant.number,
        "label": contestant.label,
        "on-list": on_list,
        "place": contestant.place if on_list else None,
        "tags": list(contestant.tags),
        "names": written,
    }
    return json.dumps(
        {key: value for key, value in line.items() if value not in (None, [])}, ensure_ascii=False
    )
