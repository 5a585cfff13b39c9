"""What must hold between subjects: ids and names apart, controls outside the contest, no canary a name."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from siaga.config.lookup import field_of, items_of, read_text, text_of
from siaga.config.reading import FileReading
from siaga.config.scalars import parse_id
from siaga.config.tree import Fields, Items, Position, Scalar, Tree
from siaga.config.wording import quoted
from siaga.domain.matching import folded
from siaga.election.file_scalars import parse_canary
from siaga.election.model import ContestantKind, Name
from siaga.election.sections import NameSection
from siaga.election.values import name_of

RESERVED: Final = "canary-"
"""Measurements call the canaries `canary-1`, `canary-2`, ..."""
SUBJECTS: Final = "contestants, people and controls"


@dataclass(frozen=True, slots=True)
class PlacedName:
    """A name and where it stands."""

    name: Name
    subject: str
    """Whose it is; a place in the file where the subject's id does not read."""
    contestant: str | None
    """The place of the contestant that the subject belongs to; None for a control."""
    position: Position


def check_subjects(reading: FileReading) -> list[PlacedName]:
    """Add every fault between subjects; the sound names of all, in the file's order."""
    _check_contestants(reading)
    _check_platforms_of_names(reading)
    _check_ids(reading)
    names = _placed_names(reading)
    _check_apart(reading, names)
    _check_outside_the_contest(reading, names)
    _check_canaries(reading, names)
    return names


def _placed_names(reading: FileReading) -> list[PlacedName]:
    """The sound names of all subjects, in the file's order."""
    found: list[PlacedName] = []
    for owner, contestant in _owners(reading.root):
        subject = text_of(owner, "id", parse_id) or owner.position.path
        for section in reading.all_sound(NameSection, items_of(owner, "names")):
            found.append(PlacedName(name_of(section), subject, contestant, section.position))
    return found


def _owners(root: Fields) -> Iterator[tuple[Tree, str | None]]:
    """Whoever has names: the place of the contestant is None for a control."""
    for contestant in items_of(root, "contestants"):
        owners = items_of(contestant, "people") if _is_ticket(contestant) else (contestant,)
        yield from ((owner, contestant.position.path) for owner in owners)
    yield from ((control, None) for control in items_of(root, "controls"))


def _is_ticket(contestant: Tree) -> bool:
    return text_of(contestant, "kind", str) == ContestantKind.TICKET


def _check_contestants(reading: FileReading) -> None:
    """A ticket has people, every other kind has names."""
    for tree in items_of(reading.root, "contestants"):
        kind = text_of(tree, "kind", str)
        if not isinstance(tree, Fields) or kind not in tuple(ContestantKind):
            continue
        names, people = tree.position_of("names"), tree.position_of("people")
        if kind == ContestantKind.TICKET:
            if "names" in tree.fields:
                do = "Move the names to each of `people:`."
                reading.wrong(names, "A ticket is found by its people.", do)
            if "people" not in tree.fields:
                do = "Add `people:` with an id and names for each."
                reading.wrong(people, "`people` is missing.", do)
            continue
        if "people" in tree.fields:
            reading.wrong(people, f"A {kind} has no people.", "Write its `names:`, or the kind `ticket`.")
        if "names" not in tree.fields:
            reading.wrong(names, "`names` is missing.", "Add `names:` with the texts that people type.")


def _check_ids(reading: FileReading) -> None:
    """No two things of one sort have the same id."""
    for among, trees in _identified(reading.root).items():
        seen: dict[str, int] = {}
        for tree in trees:
            id = text_of(tree, "id", parse_id)
            if id is None or not isinstance(tree, Fields):
                continue
            at = tree.position_of("id")
            if id in seen:
                what = f"The id {id!r} stands twice among {among}; first in line {seen[id]}."
                reading.wrong(at, what, "Rename one of them.")
            seen.setdefault(id, at.line)
            if among == SUBJECTS and id.startswith(RESERVED):
                what = f"The id {id!r} begins with {RESERVED!r}, as the measurements of canaries do."
                reading.wrong(at, what, "Choose another.")


def _identified(root: Fields) -> dict[str, list[Tree]]:
    subjects: list[Tree] = []
    for contestant in items_of(root, "contestants"):
        subjects.append(contestant)
        if _is_ticket(contestant):
            subjects += items_of(contestant, "people")
    subjects += items_of(root, "controls")
    others = {among: list(items_of(root, among)) for among in ("platforms", "vantages", "events")}
    return {SUBJECTS: subjects, **others}


def _check_platforms_of_names(reading: FileReading) -> None:
    """A name is used only on platforms of the file."""
    platforms = field_of(reading.root, "platforms")
    if not isinstance(platforms, Items) or not all(isinstance(item, Fields) for item in platforms.items):
        return
    ids = [id.text for item in platforms.items if isinstance(id := field_of(item, "id"), Scalar)]
    named = (name for owner, _ in _owners(reading.root) for name in items_of(owner, "names"))
    for item in (item for name in named for item in items_of(name, "platforms")):
        named_id = read_text(item, str)
        if named_id is not None and named_id not in ids:
            what = f"This file watches no platform {quoted(named_id)}."
            do = f"Write ids that stand under `platforms:` of this file: {', '.join(sorted(ids))}."
            reading.wrong(item.position, what, do)


def _meet(name: Name, other: Name) -> bool:
    """Whether two names could be asked on the same platform."""
    return not name.platforms or not other.platforms or bool(set(name.platforms) & set(other.platforms))


def _check_apart(reading: FileReading, names: list[PlacedName]) -> None:
    by_text: dict[str, list[PlacedName]] = {}
    for placed in names:
        same = by_text.setdefault(folded(placed.name.text), [])
        text = quoted(placed.name.text)
        for earlier in same:
            if not _meet(placed.name, earlier.name):
                continue
            if earlier.subject != placed.subject:
                what = f"The name {text} is also a name of {earlier.subject} (line {earlier.position.line})."
                reading.wrong(placed.position, what, _instead(placed, earlier))
                break
            if placed.name.kind is earlier.name.kind:
                what = f"The name {text} stands here twice; first in line {earlier.position.line}."
                reading.wrong(placed.position, what, "Keep one of them.")
                break
        same.append(placed)


def _instead(placed: PlacedName, earlier: PlacedName) -> str:
    if placed.contestant is None and earlier.contestant is not None:
        return "Choose a control outside the contest: it would go missing together with the contestant."
    return "Leave it to one of them, or write a name that tells them apart."


def _check_outside_the_contest(reading: FileReading, names: list[PlacedName]) -> None:
    """A control whose name holds a contestant's name as a word is found, and lost, together with it."""
    contested = {folded(placed.name.text): placed for placed in names if placed.contestant is not None}
    longest = max((text.count(" ") + 1 for text in contested), default=0)
    for placed in names:
        words = folded(placed.name.text).split(" ")
        if placed.contestant is not None or " ".join(words) in contested:
            continue  # a contestant's own, or said already
        inside = next((contested[part] for part in _parts(words, longest) if part in contested), None)
        if inside is not None:
            what = (
                f"The name {quoted(placed.name.text)} holds a name of {inside.subject}, "
                f"{quoted(inside.name.text)}."
            )
            do = "Choose a control outside the contest: a search for it finds the contestant's posts."
            reading.wrong(placed.position, what, do)


def _parts(words: list[str], longest: int) -> Iterator[str]:
    for begin in range(len(words)):
        for end in range(begin + 1, min(len(words), begin + longest) + 1):
            yield " ".join(words[begin:end])


def _check_canaries(reading: FileReading, names: list[PlacedName]) -> None:
    """No canary occurs as somebody's name."""
    known = [(folded(placed.name.text), placed) for placed in names]
    for tree in items_of(reading.root, "canaries"):
        canary = read_text(tree, parse_canary)
        if canary is None:
            continue
        for name, placed in known:
            if canary in name or name.replace(" ", "") == canary:
                what = (
                    f"The canary {canary!r} occurs as a name of {placed.subject} "
                    f"(line {placed.position.line})."
                )
                reading.wrong(tree.position, what, "Write a random text that nobody is called.")
                break
