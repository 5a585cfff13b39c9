"""Pages that explain: the method on one page, the states, the words, who runs the watch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from siaga.cases.reports import KEPT
from siaga.cases.room_file import EVIDENCE_KEPT, RoomFile
from siaga.election.cadence import Cadence, cadences
from siaga.election.model import PlatformWatch
from siaga.i18n.glossary import GLOSSARY
from siaga.ports.watch import WatchView
from siaga.web.html.rendering import Renderer

CONTROLS_DRAWN: Final = 8
ROUNDS_DRAWN: Final = 6
ORDER: Final = (3, 7, 0, 5, 2, 8)
"""Where the contestant's name stands in each round of the picture."""


@dataclass(frozen=True, slots=True)
class AskingPace:
    """How often one platform is asked."""

    platform: str
    label: str
    rounds: tuple[timedelta, timedelta]
    """Between two rounds, on the surface that has most of them and on the one that has fewest."""
    names: tuple[timedelta, timedelta]
    """Between two askings of a name alike; where names take turns, of one that does."""
    takes_turns: bool
    asks_some_always: bool
    """Whether lists, parties and heads of lists are in each round while others take turns."""


@dataclass(frozen=True, slots=True)
class PictureName:
    """One name of a round in the method's picture."""

    target: bool
    found: bool


@dataclass(frozen=True, slots=True)
class PictureRound:
    """One round of it, and the odds after it."""

    names: Sequence[PictureName]
    odds: float


class AboutPages:
    """These pages of one room."""

    def __init__(self, watch: WatchView, renderer: Renderer, room_file: RoomFile | None) -> None:
        self._watch, self._renderer, self._room_file = watch, renderer, room_file

    async def method(self, request: Request) -> Response:
        """How it is proven, on one page with pictures, with this election's own numbers."""
        self._renderer.speech(request)
        election = self._watch.election
        return self._renderer.page(
            request,
            "about/method.html",
            threshold=self._watch.threshold(),
            often=self._often,
            take_turns=any(pace.takes_turns for pace in self._often),
            asks_some_always=any(pace.asks_some_always for pace in self._often),
            contestants=len(election.contestants),
            controls=len(election.controls),
            rounds=_drawn(),
        )

    async def states(self, request: Request) -> Response:
        """What every state means and what to do."""
        self._renderer.speech(request)
        return self._renderer.page(request, "about/states.html")

    async def words(self, request: Request) -> Response:
        """The glossary."""
        self._renderer.speech(request)
        return self._renderer.page(request, "about/words.html", glossary=GLOSSARY)

    async def about(self, request: Request) -> Response:
        """Who runs the watch, where its data is, what it keeps."""
        self._renderer.speech(request)
        return self._renderer.page(
            request,
            "about/about.html",
            room_file=self._room_file,
            keep_reports=KEPT if self._room_file is None else self._room_file.keep_reports,
            keep_evidence=EVIDENCE_KEPT if self._room_file is None else self._room_file.keep_evidence,
            keep_measurements=None if self._room_file is None else self._room_file.keep_measurements,
        )

    @cached_property
    def _often(self) -> Sequence[AskingPace]:
        election = self._watch.election
        surfaces = cadences(election)
        return [_pace(platform, surfaces[platform.id]) for platform in election.platforms]


def _pace(platform: PlatformWatch, surfaces: Sequence[Cadence]) -> AskingPace:
    rounds = sorted(surface.every for surface in surfaces)
    names = sorted(surface.others_every for surface in surfaces)
    return AskingPace(
        platform.id,
        platform.label,
        (rounds[0], rounds[-1]),
        (names[0], names[-1]),
        any(surface.shape.takes_turns for surface in surfaces),
        any(surface.asks_some_always for surface in surfaces),
    )


def _drawn() -> Sequence[PictureRound]:
    """The rounds of the method's picture, always the same: in two all names are found, in one a control is
    missing, in the rest the contestant's name alone. A bet that puts half of what it has on that name, at
    the odds that are fair if any name is missing alike, wins and loses with them."""
    odds, rounds = 1.0, list[PictureRound]()
    for number in range(ROUNDS_DRAWN):
        names = [
            PictureName(target=False, found=(number, place) != (2, 5)) for place in range(CONTROLS_DRAWN)
        ]
        names.insert(ORDER[number], PictureName(target=True, found=number < 3))
        missing = [dot for dot in names if not dot.found]
        if missing:
            hit = sum(dot.target for dot in missing) / len(missing)
            odds *= 0.5 + 0.5 * hit * len(names)
        rounds.append(PictureRound(names, odds))
    return rounds
