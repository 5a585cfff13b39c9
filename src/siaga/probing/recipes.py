"""Reads a recipe's YAML: how the pages of one platform are asked by a browser, and how they read."""

import re
from pathlib import Path
from typing import Final

from siaga.domain.answers import Answer, Surface
from siaga.domain.errors import BadInput, Fault
from siaga.election.fields import Faults, Section, section_of
from siaga.election.tree import read_tree
from siaga.platforms.conversation import Look
from siaga.probing.page import SIGNS, PageSign, Recipe, SurfacePage

FIELDS: Final = ("recipe", "version", "wait", "language", "surfaces", "signs")
REQUIRED: Final = ("recipe", "version", "surfaces", "signs")
MOST_SIGNS: Final = 40
LONGEST_SELECTOR: Final = 400
LONGEST_WAIT_S: Final = 18.0
"""Below the 20 seconds that one asking has."""
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)


def load_recipe(path: Path) -> Recipe:
    """The recipe in a file.

    Raises:
        BadInput: with every fault of the file, by its line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        what = "This recipe cannot be read."
        raise BadInput(Fault(what, "Name a UTF-8 text file that is there.", str(path))) from None
    return read_recipe(text, str(path))


def read_recipe(text: str, file: str = "") -> Recipe:
    """The recipe that a text declares; `file` is named in faults.

    Raises:
        BadInput: with every fault of the text, by its line.
    """
    tree, found = read_tree(text, file)
    faults = Faults(file, found)
    top = None if tree is None else section_of(faults, tree, "", FIELDS, REQUIRED)
    if top is None:
        faults.wrong(1, "", "No recipe stands here.", "Begin with `recipe: an-id`.")
        raise BadInput(*faults.found)
    recipe = Recipe(
        top.id("recipe") or "",
        top.integer("version", 1, 100_000) or 0,
        _places(top),
        tuple(sign for one in _signs(top) if (sign := _sign(one))),
        top.number("wait", 1, LONGEST_WAIT_S) or 15.0,
        _language(top),
    )
    if not faults.found and all(sign.answer is not Answer.EMPTY for sign in recipe.signs):
        top.wrong("signs", "Nothing says what a page without results looks like.", "Add `answer: empty`.")
    if faults.found:
        raise BadInput(*sorted(faults.found, key=lambda fault: fault.line))
    return recipe


def _places(top: Section) -> dict[str, SurfacePage]:
    surfaces = top.section("surfaces", tuple(Surface))
    places: dict[str, SurfacePage] = {}
    for surface in surfaces.fields if surfaces else ():
        assert surfaces is not None
        section = surfaces.section(surface, ("path", "result", "text", "time", "order"), ("path", "result"))
        if section is None:
            continue
        path = section.text("path", LONGEST_SELECTOR) or ""
        if path and (not path.startswith("/") or path.startswith("//") or path.count("{name}") != 1):
            what = "A path begins with one `/` and has `{name}` in it once."
            section.wrong("path", what, "Write such as `/search?q={name}`.")
        places[surface] = SurfacePage(
            path,
            Look(
                section.text("result", LONGEST_SELECTOR) or "",
                section.text("text", LONGEST_SELECTOR),
                section.text("time", LONGEST_SELECTOR),
            ),
            section.choice("order", ("newest", "any")) == "newest",
        )
    if surfaces is not None and not places and not surfaces.faults.found:
        top.wrong("surfaces", "No surface stands here.", "Add one, such as `search-latest:`.")
    return places


def _signs(top: Section) -> list[Section]:
    return list(top.sections("signs", ("answer", "selector", "text", "address"), ("answer",), MOST_SIGNS))


def _sign(section: Section) -> PageSign | None:
    answer = section.choice("answer", tuple(SIGNS))
    selector, text, address = (
        section.text(name, LONGEST_SELECTOR) for name in ("selector", "text", "address")
    )
    if not {"selector", "text", "address"} & section.fields.keys():
        section.wrong(
            "answer", "Nothing says how a page shows this.", "Add `selector:`, `text:` or `address:`."
        )
    return None if answer is None else PageSign(Answer(answer), selector, text, address)


def _language(top: Section) -> str | None:
    language = top.text("language")
    if language is not None and _LANGUAGE.fullmatch(language) is None:
        top.wrong("language", "This is no language tag.", "Write such as `id` or `en-GB`.")
    return language
