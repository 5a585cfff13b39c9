"""Reads any web page by a recipe: what a result is, and what each wall looks like. No network in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Final
from urllib.parse import quote

from siaga.domain.answers import Answer, Session, Surface
from siaga.domain.options import NO_OPTIONS, Options
from siaga.domain.surfaces import surfaces_where
from siaga.platforms.conversation import (
    Conversation,
    Instance,
    Look,
    PageVisit,
    Query,
    Reading,
    Response,
    SelfTestStep,
    SignIn,
    VisibleElement,
)
from siaga.platforms.http_status import by_status, in_the_way
from siaga.platforms.limits import quota_in
from siaga.platforms.matching import tag, whole_words, word_beginnings
from siaga.platforms.results import Result, graded
from siaga.platforms.times import moment

SIGNS: Final = (
    Answer.CHALLENGED,
    Answer.WALLED,
    Answer.LIMITED,
    Answer.REFUSED,
    Answer.HIDDEN,
    Answer.ERROR,
    Answer.EMPTY,
)
"""What a recipe can say that a page means; of several that show, the first here counts."""
READING: Final = 2
"""How pages are read, whatever the recipe: stands in `reader` after the recipe's own version."""
_WALLS: Final = (Answer.CHALLENGED, Answer.WALLED, Answer.LIMITED)
_BY_BEGINNINGS: Final = surfaces_where(lambda traits: traits.by_beginnings)


@dataclass(frozen=True, slots=True)
class PageSign:
    """How a page shows that it means `answer`: all that is given here must hold."""

    answer: Answer
    selector: str | None = None
    """A visible element."""
    text: str | None = None
    """A text in such an element; without a selector, anywhere on the page."""
    address: str | None = None
    """A pattern of the final address; `*` stands for anything."""

    def look(self) -> Look | None:
        """What to look for on the page; None where the address says it all."""
        if self.selector is None and self.text is None:
            return None
        return Look(self.selector or "body", holding=self.text)


@dataclass(frozen=True, slots=True)
class SurfacePage:
    """One surface: where its page is, and what is a result there."""

    path: str
    """Path and query, with `{name}` where the name stands."""
    results: Look
    newest_first: bool = False
    """Whether the page's address asks for the newest first."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the pages of one platform are asked and read."""

    id: str
    version: int
    places: Mapping[str, SurfacePage]
    """By surface."""
    signs: tuple[PageSign, ...]
    wait_s: float = 15.0
    language: str | None = None


class PageReader:
    """A platform whose pages are asked by a browser. Nobody signs in."""

    credential: str | None = None
    options: Options = NO_OPTIONS

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self.id = recipe.id
        self.reader = f"page-{recipe.id}@{recipe.version}.{READING}"
        self.surfaces: Mapping[str, frozenset[Session]] = dict.fromkeys(
            recipe.places, frozenset({Session.PUBLIC})
        )
        self.cost: Mapping[str, int] = dict.fromkeys(recipe.places, 1)

    def sign_in(self, instance: Instance) -> SignIn | None:
        """Pages are visited without signing in."""
        return None

    def self_test(self, instance: Instance, surface: str, at: datetime) -> SelfTestStep | None:
        """A page cannot tell."""
        return None

    def ask(self, instance: Instance, query: Query) -> Conversation:
        """Visit the surface's page for the name, once."""
        recipe = self._recipe
        place = recipe.places.get(query.surface)
        if place is None:
            return Reading(Answer.UNREADABLE, note=f"the recipe has no surface {query.surface}")
        name = quote(query.name, safe="", errors="replace")
        response = yield PageVisit(
            instance.address + place.path.replace("{name}", name),
            (place.results, *(look for sign in recipe.signs if (look := sign.look()))),
            tuple(sign.address for sign in recipe.signs if sign.address),
            recipe.wait_s,
            recipe.language,
        )
        reading = reading_of(response, recipe, query)
        return replace(reading, quota=quota_in(response.headers, query.at))


def reading_of(response: Response, recipe: Recipe, query: Query) -> Reading:
    """What a visit's answer says by the recipe.

    Walls count before results, results before a notice. A page that shows nothing that the recipe knows, or
    results beside a sign that there are none, is `unreadable`: the recipe does not fit the page any more.
    """
    if response.page is None:
        return by_status(response, f"no page, status {response.status}")
    place, (results, *signs) = recipe.places[query.surface], response.page.seen
    shown = _answers_shown(recipe, signs, response.final_url)
    for wall in _WALLS:
        if wall in shown:
            return Reading(wall, note="by the recipe")
    barred = in_the_way(response)
    if barred is not None and (not results or response.status >= 400 or barred.answer is Answer.CHALLENGED):
        return barred
    if response.status >= 500:
        return by_status(response)
    if results and not response.truncated and Answer.EMPTY not in shown:
        return graded(_found(results, query), query.at, latest=place.newest_first)
    if results or response.truncated:
        return Reading(Answer.UNREADABLE, note="cut, or results beside a sign of none")
    for answer in SIGNS:
        if answer in shown:
            nothing = 0 if answer is Answer.EMPTY else None
            return Reading(answer, count=nothing, matching=nothing, note="by the recipe")
    return by_status(response, f"nothing that the recipe knows, status {response.status}")


def _answers_shown(
    recipe: Recipe, signs: Sequence[Sequence[VisibleElement]], final_url: str
) -> frozenset[Answer]:
    """The answers of the signs that the page shows."""
    seen = iter(signs)
    shown = set()
    for sign in recipe.signs:
        is_there = sign.look() is None or bool(next(seen, ()))
        if is_there and (sign.address is None or fnmatchcase(final_url, sign.address)):
            shown.add(sign.answer)
    return frozenset(shown)


def _found(results: Sequence[VisibleElement], query: Query) -> list[Result]:
    if query.surface == Surface.HASHTAG:
        has_tag = tag(query.name)
        return [Result(has_tag((), result.text), moment(result.time)) for result in results]
    carries = (word_beginnings if query.surface in _BY_BEGINNINGS else whole_words)(query.name)
    return [Result(carries(result.text), moment(result.time)) for result in results]
