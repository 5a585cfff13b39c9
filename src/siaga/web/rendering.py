"""Pages from templates: each in one language, with what every page carries."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from siaga.speech import sentences
from siaga.speech.speech import Speech, languages
from siaga.web import matrix
from siaga.web.view import Room
from siaga.web.visitor import Visitors
from siaga.words.verdicts import State

HERE: Final = Path(__file__).parent
WORDS: Final[Mapping[str, Any]] = {
    "STATES": sentences.STATES,
    "ANSWERS": sentences.ANSWERS,
    "State": State,
    "gravity": matrix.GRAVITY,
    "main_name": matrix.main_name,
    "surface_words": sentences.surface_words,
    "counts_sentence": sentences.counts_sentence,
    "odds_sentence": sentences.odds_sentence,
    "has_odds": sentences.has_odds,
    "growth_sentence": sentences.growth_sentence,
    "kind_words": sentences.kind_words,
    "place_words": sentences.place_words,
    "vantage_words": sentences.vantage_words,
    "facts": sentences.facts,
    "controls_sentence": sentences.controls_sentence,
}
"""What templates may call."""


class Renderer:
    """Renders the pages of one room."""

    def __init__(self, room: Room, visitors: Visitors | None = None, can_report: bool = False) -> None:
        self._room = room
        self.zone = room.election.timezone
        self.visitors = visitors or Visitors(None)
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(WORDS, _=_say, languages=languages(), can_report=can_report)

    def speech(self, request: Request) -> Speech:
        """How the page's language says things.

        Raises:
            HTTPException: 404, the address names no language that pages exist in.
        """
        language = request.path_params["language"]
        if language not in languages():
            raise HTTPException(404)
        return Speech(language, self._room.election.timezone)

    def page(self, request: Request, template: str, status: int = 200, **values: Any) -> Response:
        """The page in the address's language; where that names none, in the browser's."""
        language = request.path_params.get("language", "")
        if language not in languages():
            language = preferred_language(request)
        speech = Speech(language, self._room.election.timezone)
        html = self._templates.get_template(template).render(
            speech=speech,
            election=self._room.election,
            now=self._room.now(),
            path=request.url.path.split("/", 2)[2] if request.url.path.count("/") >= 2 else "",
            query=request.url.query,
            visitor=self.visitors.of(request),
            can_sign_in=self.visitors.can_sign_in,
            **values,
        )
        return HTMLResponse(
            html,
            status_code=status,
            headers={"Cache-Control": "no-store", "Content-Language": speech.language},
        )


@pass_context
def _say(context: Context, message: str, /, **values: object) -> str:
    speech: Speech = context["speech"]
    return speech.say(message, **values)


def preferred_language(request: Request) -> str:
    """The first language that the browser accepts and that pages exist in; Indonesian if none."""
    for part in request.headers.get("accept-language", "").split(","):
        language = part.split(";")[0].strip().split("-")[0].lower()
        if language in languages():
            return language
    return languages()[0]
