"""Reads whom a file names: contestants with their people, controls, canaries, and all their names."""

import re
from collections.abc import Collection
from functools import cache
from typing import Final

from babel import Locale

from siaga.domain.matching import folded
from siaga.election.draft import SUBJECTS, Draft, PlacedName
from siaga.election.fields import Section, section_of, shown, text_of
from siaga.election.model import Contestant, ContestantKind, Control, ControlKind, Name, NameKind, Person

MOST_CONTESTANTS: Final = 200
MOST_PEOPLE: Final = 10
MOST_CONTROLS: Final = 200
MOST_CANARIES: Final = 20
MOST_NAMES: Final = 50
LONGEST_NAME: Final = 100

_HANDLE = re.compile(r"[\w.:-]+(@[\w.:-]+)?")
_HASHTAG = re.compile(r"\w*[^\W\d]\w*")
_CANARY = re.compile(r"[a-z][a-z0-9]{9,14}", re.ASCII)
_NAME_FIELDS: Final = (*NameKind, "language", "platforms")


@cache
def known_languages() -> frozenset[str]:
    """The language codes that Unicode's tables know."""
    return frozenset(Locale("en").languages)


def read_contestants(top: Section, platforms: Collection[str] | None, draft: Draft) -> None:
    """Adds the file's contestants to the draft. `platforms` are the ids that names may refer to, if known."""
    known = ("id", "kind", "label", "number", "people", "names")
    for section in top.sections("contestants", known, ("id", "kind", "label"), MOST_CONTESTANTS):
        kind = section.choice("kind", tuple(ContestantKind))
        id = draft.id_of(section, SUBJECTS)
        label = section.text("label")
        number = section.integer("number", 0, 99_999)
        people = _people(section, kind, id, platforms, draft)
        if kind is not None and id is not None and label is not None:
            draft.contestants.append(Contestant(id, ContestantKind(kind), label, number, people))


def _people(
    section: Section, kind: str | None, own_id: str | None, platforms: Collection[str] | None, draft: Draft
) -> tuple[Person, ...]:
    if kind == ContestantKind.TICKET:
        if "names" in section.fields:
            section.wrong("names", "A ticket is found by its people.", "Move the names to each of `people:`.")
        if "people" not in section.fields:
            section.wrong("people", "`people` is missing.", "Add `people:` with an id and names for each.")
        people: list[Person] = []
        for person in section.sections("people", ("id", "names"), ("id", "names"), MOST_PEOPLE):
            id = draft.id_of(person, SUBJECTS)
            names = _names(person, id, section.path, platforms, draft)
            if id is not None:
                people.append(Person(id, names))
        return tuple(people)
    if "people" in section.fields and kind is not None:
        section.wrong("people", f"A {kind} has no people.", "Write its `names:`, or the kind `ticket`.")
    if "names" not in section.fields and kind is not None:
        section.wrong("names", "`names` is missing.", "Add `names:` with the texts that people type.")
    names = _names(section, own_id, section.path, platforms, draft)
    return (Person(own_id or section.path, names),)


def read_controls(top: Section, platforms: Collection[str] | None, draft: Draft) -> None:
    """Adds the file's controls to the draft."""
    known = ("id", "kind", "names")
    for section in top.sections("controls", known, known, MOST_CONTROLS):
        kind = section.choice("kind", tuple(ControlKind))
        id = draft.id_of(section, SUBJECTS)
        names = _names(section, id, None, platforms, draft)
        if kind is not None and id is not None:
            draft.controls.append(Control(id, ControlKind(kind), names))


def read_canaries(top: Section, draft: Draft) -> None:
    """Adds the file's canaries to the draft."""
    for tree, path in top.items("canaries", MOST_CANARIES):
        text = text_of(top.faults, tree, path, LONGEST_NAME)
        if text is None:
            continue
        if _CANARY.fullmatch(text) is None:
            do = "Write 10 to 15 random lower-case letters and digits, a letter first, such as qzvexh7rwk4m."
            top.faults.wrong(tree.line, path, f"{shown(text)} is no canary.", do)
        else:
            draft.canaries.append((text, path, tree.line))


def _names(
    owner: Section,
    subject: str | None,
    contestant: str | None,
    platforms: Collection[str] | None,
    draft: Draft,
) -> tuple[Name, ...]:
    names: list[Name] = []
    for tree, path in owner.items("names", MOST_NAMES):
        before = len(owner.faults.found)
        section = section_of(owner.faults, tree, path, _NAME_FIELDS)
        if section is None or len(owner.faults.found) > before:
            continue
        name = _name(section, platforms)
        if name is not None:
            names.append(name)
            draft.names.append(PlacedName(name, subject or owner.path, contestant, path, tree.line))
    return tuple(names)


def _name(section: Section, platforms: Collection[str] | None) -> Name | None:
    kinds = [kind for kind in NameKind if kind in section.fields]
    if len(kinds) != 1:
        what = "A name has two kinds here." if kinds else "A name has no kind here."
        section.faults.wrong(
            section.line,
            section.path,
            what,
            f"Write one line `- kind: text` a name, with one of: {', '.join(NameKind)}.",
        )
        return None
    kind = kinds[0]
    language = section.text("language")
    if language is not None and language.split("-")[0] not in known_languages():
        do = "Write a code such as id, en or jv."
        section.wrong("language", f"{shown(language)} is no language.", do)
    used_on = _platforms(section, platforms)
    text = section.text(kind, LONGEST_NAME)
    if text is None or not _fits(section, kind, text):
        return None
    return Name(text, kind, language, used_on)


def _platforms(section: Section, platforms: Collection[str] | None) -> tuple[str, ...]:
    used_on: list[str] = []
    for tree, path in section.items("platforms", 50):
        text = text_of(section.faults, tree, path)
        if text is None:
            continue
        if platforms is not None and text not in platforms:
            do = f"Write ids that stand under `platforms:` of this file: {', '.join(sorted(platforms))}."
            section.faults.wrong(tree.line, path, f"This file watches no platform {shown(text)}.", do)
        used_on.append(text)
    return tuple(used_on)


def _fits(section: Section, kind: NameKind, text: str) -> bool:
    if not folded(text):
        section.wrong(kind, "Nothing is left of this name when it is compared.", "Write letters or digits.")
    elif kind is NameKind.HANDLE and _HANDLE.fullmatch(text) is None:
        do = "Write it without `@` in front, spaces or address, such as aniesbaswedan or name@server.example."
        section.wrong(kind, f"{shown(text)} is no handle.", do)
    elif kind is NameKind.HASHTAG and _HASHTAG.fullmatch(text) is None:
        do = "Write it without `#`, in letters, digits and underscores, with at least one letter."
        section.wrong(kind, f"{shown(text)} is no hashtag.", do)
    else:
        return True
    return False
