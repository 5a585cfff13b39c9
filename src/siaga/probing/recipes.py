"""Reads a recipe's YAML: how the pages of one platform are asked by a browser, and how they read."""

import re
from pathlib import Path
from typing import Annotated, Final

from siaga.config.kinds import RECIPE_FILE
from siaga.config.reading import FileReading
from siaga.config.scalars import Id, number, one_of, text, whole
from siaga.config.sections import KeyedBy, ListOf, Section, read_sections
from siaga.config.text_files import text_of_bytes
from siaga.config.tree import MOST_BYTES, Fields
from siaga.config.wording import Unreadable
from siaga.domain.answers import Answer, Surface
from siaga.domain.errors import BadInput, Fault
from siaga.platforms.conversation import Look
from siaga.probing.page import SIGNS, PageSign, Recipe, SurfacePage

LONGEST_SELECTOR: Final = 400
LONGEST_WAIT_S: Final = 18.0
"""Below the 20 seconds that one asking has."""
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)


def _path(written: str) -> str:
    if not written.startswith("/") or written.startswith("//") or written.count("{name}") != 1:
        what = "A path begins with one `/` and has `{name}` in it once."
        raise Unreadable(what, "Write such as `/search?q={name}`.")
    return written


def _language(written: str) -> str:
    if _LANGUAGE.fullmatch(written) is None:
        raise Unreadable("This is no language tag.", "Write such as `id` or `en-GB`.")
    return written


Selector = Annotated[str, text(longest=LONGEST_SELECTOR)]


class RecipeSurfaceSection(Section):
    """One surface: where its page is, and what is a result there."""

    path: Annotated[str, text(_path, LONGEST_SELECTOR)]
    """Path and query, with `{name}` where the name stands."""
    result: Selector
    """A selector of each result."""
    text: Selector | None = None
    """A selector of a result's text, inside it."""
    time: Selector | None = None
    """A selector of a result's time, inside it."""
    order: Annotated[str, one_of(["newest", "any"])] = "any"
    """Whether the page's address asks for the newest first."""


class RecipeSignSection(Section):
    """How a page shows that it means an answer: all that is given here must hold."""

    answer: Annotated[Answer, one_of(SIGNS, Answer)]
    """What it means."""
    selector: Selector | None = None
    """A visible element."""
    text: Selector | None = None
    """A text in such an element; without a selector, anywhere on the page."""
    address: Selector | None = None
    """A pattern of the final address; `*` stands for anything."""

    @classmethod
    def check_combination(cls, tree: Fields, reading: FileReading) -> None:
        """Something says how the page shows it."""
        if not tree.fields.keys() & {"selector", "text", "address"}:
            what = "Nothing says how a page shows this."
            reading.wrong(tree.position_of("answer"), what, "Add `selector:`, `text:` or `address:`.")


class RecipeFileSection(Section):
    """A whole recipe."""

    recipe: Id
    """The recipe's id."""
    version: Annotated[int, whole(1, 100_000)]
    """To be raised with each change: measurements carry it."""
    wait: Annotated[float, number(1, LONGEST_WAIT_S)] = 15.0
    """Seconds to wait for a page, at most."""
    language: Annotated[str, text(_language)] | None = None
    """The language that the browser asks for."""
    surfaces: Annotated[dict[str, RecipeSurfaceSection], KeyedBy(tuple(map(str, Surface)))]
    """Where each surface is found."""
    signs: Annotated[tuple[RecipeSignSection, ...], ListOf(40)]
    """What pages show that are no results."""

    def check(self, reading: FileReading) -> None:
        """There is a surface, and a page without results can be told."""
        if not self.surfaces and reading.none_in("surfaces"):
            do = "Add one, such as `search-latest:`."
            reading.wrong(self.position_of("surfaces"), "No surface stands here.", do)
        if all(sign.answer is not Answer.EMPTY for sign in self.signs):
            what = "Nothing says what a page without results looks like."
            reading.wrong(self.position_of("signs"), what, "Add `answer: empty`.")


def load_recipe(path: Path) -> Recipe:
    """The recipe in a file.

    Raises:
        BadInput: with every fault of the file, by its line.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        what = f"The recipe cannot be read: {error.strerror}."
        raise BadInput(Fault(what, "Check its path.", str(path))) from None
    return read_recipe(text_of_bytes(raw, str(path), MOST_BYTES), str(path))


def read_recipe(text: str, file: str = "") -> Recipe:
    """The recipe that a text declares; `file` is named in faults.

    Raises:
        BadInput: with every fault of the text, by its line.
    """
    reading, declared = read_sections(RecipeFileSection, RECIPE_FILE, text, file)
    if declared is None or reading.faults:
        reading.refuse()
    return Recipe(
        declared.recipe,
        declared.version,
        {surface: _page_of(section) for surface, section in declared.surfaces.items()},
        tuple(PageSign(sign.answer, sign.selector, sign.text, sign.address) for sign in declared.signs),
        declared.wait,
        declared.language,
    )


def _page_of(section: RecipeSurfaceSection) -> SurfacePage:
    results = Look(section.result, section.text, section.time)
    return SurfacePage(section.path, results, section.order == "newest")
