"""The page of planned work: what is announced and why; for the room's people with forms."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from siaga.domain.errors import BadInput, Fault
from siaga.i18n.speech import N_
from siaga.i18n.verdict_phrases import vantage_words
from siaga.people.roles import Permission
from siaga.ports.planned_work import PlannedWorkService
from siaga.ports.watch import WatchView
from siaga.web.html.rendering import Renderer
from siaga.web.http.forms import NOTHING, Form
from siaga.web.http.problems import fault_text
from siaga.web.http.session import Visitors


class PlannedWorkPages:
    """The page of one watch."""

    def __init__(
        self, watch: WatchView, works: PlannedWorkService, visitors: Visitors, renderer: Renderer
    ) -> None:
        self._watch, self._works, self._visitors, self._renderer = watch, works, visitors, renderer

    async def works(self, request: Request) -> Response:
        """What is announced."""
        self._renderer.speech(request)
        return self._page(request)

    def _page(self, request: Request, fault: str = "", typed: Form = NOTHING, status: int = 200) -> Response:
        election = self._watch.election
        return self._renderer.page(
            request,
            "planned_work/works.html",
            status,
            works=self._works.announced(self._watch.now()),
            vantages=[(vantage.id, vantage_words(election, vantage.id)) for vantage in election.vantages],
            typed=typed,
            fault=fault,
        )

    async def change(self, request: Request) -> Response:
        """Announce work, or end it."""
        speech = self._renderer.speech(request)
        visitor, form = await self._visitors.form(request, Permission.WORK)
        try:
            if request.path_params["act"] == "announce":
                self._works.announce(
                    form.text("platform") or None,
                    form.text("vantage") or None,
                    self._moment(form, "begins"),
                    self._moment(form, "ends"),
                    form.text("reason"),
                    visitor.actor.who,
                )
            elif request.path_params["act"] == "end":
                self._works.end(form.text("work"), visitor.actor.who)
            else:
                raise HTTPException(404)
        except BadInput as bad:
            return self._page(request, fault_text(bad.faults, speech.gettext), form, 422)
        return RedirectResponse(f"/{speech.language}/planned-work", status_code=303)

    def _moment(self, form: Form, name: str) -> datetime:
        """A moment of the election's zone, as a browser's field gives it.

        Raises:
            BadInput: it is none.
        """
        zone = ZoneInfo(self._watch.election.timezone)
        try:
            at = datetime.fromisoformat(form.text(name))
            return (at.replace(tzinfo=zone) if at.tzinfo is None else at).astimezone(UTC)
        except (ValueError, OverflowError):  # the first and last hours of the calendar have no UTC
            do = N_("Choose day and time.")
            raise BadInput(Fault(N_("This is no moment."), do, field=name)) from None
