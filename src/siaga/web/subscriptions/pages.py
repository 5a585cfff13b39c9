"""How to follow the cases: feeds, the calendar, news by mail that are asked for, confirmed and ended."""

from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from siaga.domain.errors import BadInput, Sentence
from siaga.i18n.speech import N_
from siaga.ports.subscriptions import SubscriptionService
from siaga.reporting.intake_limits import TooMany
from siaga.web.html.rendering import Renderer
from siaga.web.http.forms import NOTHING, Form, read_form

_FAULTS: Final = {
    "address": N_("Enter an email address such as name@example.com."),
    "form": N_("The form has expired or was sent too quickly. Please send it again."),
}


class SubscriptionPages:
    """These pages of one room."""

    def __init__(self, subscriptions: SubscriptionService | None, renderer: Renderer) -> None:
        self._subscriptions, self._renderer = subscriptions, renderer

    async def follow(self, request: Request) -> Response:
        """All the ways; the form where mail can be sent."""
        self._renderer.speech(request)
        return self._form(request, asked=request.query_params.get("asked") == "1")

    def _form(
        self, request: Request, typed: Form = NOTHING, fault: str = "", status: int = 200, asked: bool = False
    ) -> Response:
        form = "" if self._subscriptions is None else self._subscriptions.form()
        return self._renderer.page(
            request, "subscriptions/follow.html", status, form=form, typed=typed, fault=fault, asked=asked
        )

    async def ask(self, request: Request) -> Response:
        """Somebody wants news by mail."""
        speech = self._renderer.speech(request)
        if self._subscriptions is None:
            raise HTTPException(
                404, Sentence("News by email is not offered here. Use the feed or the calendar.")
            )
        form = await read_form(request)
        network = request.client.host if request.client else "unknown"
        try:
            self._subscriptions.ask(form.text("address"), speech.language, form.text("form"), network)
        except BadInput as bad:
            return self._form(request, form, speech.gettext(_FAULTS[bad.faults[0].field]), 422)
        except TooMany as many:
            fault = speech.say(
                "Too many requests from your network. Try again in {span}.", span=speech.span(many.wait)
            )
            answer = self._form(request, form, fault, 429)
            answer.headers["Retry-After"] = str(int(many.wait.total_seconds()) + 1)
            return answer
        return RedirectResponse(f"/{speech.language}/follow?asked=1", status_code=303)

    async def link(self, request: Request) -> Response:
        """A link from a mail: looking at it changes nothing, since programs look at links too."""
        self._renderer.speech(request)
        token = request.path_params["token"]
        wanted = None if self._subscriptions is None else self._subscriptions.wants(token)
        if wanted is None:
            raise HTTPException(
                404,
                Sentence("This link is not valid or has expired. Check that the whole address was copied."),
            )
        return self._renderer.page(request, "subscriptions/follow_link.html", act=wanted[0], done=False)

    async def act(self, request: Request) -> Response:
        """Do what the link is for: pressed on its page, or by the mail program's own button."""
        self._renderer.speech(request)
        token = request.path_params["token"]
        wanted = None if self._subscriptions is None else self._subscriptions.wants(token)
        if self._subscriptions is None or wanted is None or not self._subscriptions.act(token):
            raise HTTPException(
                404,
                Sentence("This link is not valid or has expired. Check that the whole address was copied."),
            )
        return self._renderer.page(request, "subscriptions/follow_link.html", act=wanted[0], done=True)
