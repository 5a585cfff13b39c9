"""Pages that explain: the method on one page, the states, the words, who runs the watch, how to embed it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from siaga.cases.room_file import RoomFile
from siaga.i18n.glossary import GLOSSARY
from siaga.ports.watch import WatchView
from siaga.web.findings import matrix
from siaga.web.html.rendering import Renderer

CONTROLS_DRAWN: Final = 8
ROUNDS_DRAWN: Final = 6
ORDER: Final = (3, 7, 0, 5, 2, 8)
"""Where the contestant's name stands in each round of the picture."""


@dataclass(frozen=True, slots=True)
class Often:
    """How often one platform is asked."""

    platform: str
    label: str
    least: timedelta
    most: timedelta


@dataclass(frozen=True, slots=True)
class Dot:
    """One name of a round in the method's picture."""

    target: bool
    found: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """One round of it, and the odds after it."""

    names: Sequence[Dot]
    odds: float


class ExplainedPages:
    """These pages of one room."""

    def __init__(self, room: WatchView, renderer: Renderer, desk: RoomFile | None) -> None:
        self._room, self._renderer, self._desk = room, renderer, desk

    async def method(self, request: Request) -> Response:
        """How it is proven, on one page with pictures, with this election's own numbers."""
        self._renderer.speech(request)
        election = self._room.election
        return self._renderer.page(
            request,
            "method.html",
            threshold=self._room.threshold(),
            often=self._often(),
            contestants=len(election.contestants),
            controls=len(election.controls),
            rounds=_drawn(),
        )

    async def states(self, request: Request) -> Response:
        """What every state means and what to do."""
        self._renderer.speech(request)
        return self._renderer.page(request, "states.html")

    async def words(self, request: Request) -> Response:
        """The glossary."""
        self._renderer.speech(request)
        return self._renderer.page(request, "words.html", glossary=GLOSSARY)

    async def about(self, request: Request) -> Response:
        """Who runs the watch, where its data is, what it keeps."""
        self._renderer.speech(request)
        return self._renderer.page(request, "about.html", desk=self._desk)

    async def embed(self, request: Request) -> Response:
        """What to put into another page."""
        speech = self._renderer.speech(request)
        election = self._room.election
        people = [(person.id, matrix.main_name(person)) for person in election.people()]
        chosen = request.query_params.get("of", "")
        of = chosen if chosen in {id for id, _ in people} else ""
        query = f"?of={of}" if of else ""
        return self._renderer.page(
            request,
            "embed.html",
            people=people,
            of=of,
            about=query,
            snippets=_snippets(f"{self._renderer.outside(request)}/{speech.language}", query, election.label),
        )

    def _often(self) -> Sequence[Often]:
        return [
            Often(
                one.id,
                one.label,
                min(surface.every for surface in one.surfaces),
                max(surface.every for surface in one.surfaces),
            )
            for one in self._room.election.platforms
        ]


def _snippets(here: str, query: str, label: str) -> Mapping[str, str]:
    """What is copied into another page, by what it shows."""
    alt = label.replace('"', "&quot;").replace("<", "&lt;")
    return {
        kind: f'<a href="{here}/"><img src="{here}/{kind}.svg{query}" alt="Siaga: {alt}"></a>'
        for kind in ("badge", "card")
    }


def _drawn() -> Sequence[Drawn]:
    """The rounds of the method's picture, always the same: in two all names are found, in one a control is
    missing, in the rest the contestant's name alone. A bet that puts half of what it has on that name, at
    the odds that are fair if any name is missing alike, wins and loses with them."""
    odds, rounds = 1.0, list[Drawn]()
    for number in range(ROUNDS_DRAWN):
        names = [Dot(target=False, found=(number, place) != (2, 5)) for place in range(CONTROLS_DRAWN)]
        names.insert(ORDER[number], Dot(target=True, found=number < 3))
        missing = [dot for dot in names if not dot.found]
        if missing:
            hit = sum(dot.target for dot in missing) / len(missing)
            odds *= 0.5 + 0.5 * hit * len(names)
        rounds.append(Drawn(names, odds))
    return rounds
