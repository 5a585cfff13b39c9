"""Renders the set-up's pages: there is no watch yet, and so no menu, clock or headline."""

from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from siaga.domain.errors import said_in
from siaga.i18n.speech import Speech, languages
from siaga.web.html.rendering import preferred_language

PAGES: Final = Path(__file__).parent


class SetupRenderer:
    """Renders these pages, each in one language."""

    def __init__(self) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(PAGES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(_=_say, languages=languages())

    def speech(self, request: Request) -> Speech:
        """How the address's language says things.

        Raises:
            HTTPException: 404, there are no pages in it.
        """
        language = request.path_params["language"]
        if language not in languages():
            raise HTTPException(404)
        return Speech(language, "UTC")

    def page(self, request: Request, template: str, status: int = 200, **values: Any) -> Response:
        """The page, in the address's language, else in the browser's. No cache keeps it."""
        language = request.path_params.get("language", "")
        speech = Speech(language if language in languages() else preferred_language(request), "UTC")
        html = self._templates.get_template(template).render(
            speech=speech,
            path="/".join(request.url.path.split("/")[2:]),
            say=lambda text: said_in(text, speech.gettext),
            **values,
        )
        headers = {"Cache-Control": "no-store", "Content-Language": speech.language}
        return HTMLResponse(html, status_code=status, headers=headers)


@pass_context
def _say(context: Context, message: str, /, **values: object) -> str:
    speech: Speech = context["speech"]
    return speech.say(message, **values)
