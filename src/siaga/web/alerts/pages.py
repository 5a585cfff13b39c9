"""The pages on which people say how they are woken, and by which they acknowledge."""

from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from siaga.cases.room_file import RoomFile
from siaga.cases.undelivered import WHAT_TO_DO
from siaga.domain.errors import BadInput, Fault
from siaga.i18n.speech import N_
from siaga.people.accounts import Accounts
from siaga.people.channels import EMAIL, SERVICES
from siaga.people.roles import Permission
from siaga.ports.alerts import AlertService
from siaga.ports.watch import WatchView
from siaga.web.html.rendering import Renderer
from siaga.web.http.forms import NOTHING, Form
from siaga.web.http.problems import fault_text
from siaga.web.http.session import Visitor, Visitors

CHAT_GUIDE: Final = "https://github.com/caronc/apprise/wiki"
"""How Apprise writes the address of each service."""


class AlertPages:
    """The pages of one room's alerts."""

    def __init__(
        self,
        watch: WatchView,
        accounts: Accounts,
        alerts: AlertService,
        room: RoomFile,
        visitors: Visitors,
        renderer: Renderer,
    ) -> None:
        self._watch, self._accounts, self._alerts, self._room = watch, accounts, alerts, room
        self._visitors, self._renderer = visitors, renderer

    async def mine(self, request: Request) -> Response:
        """How somebody is woken."""
        self._renderer.speech(request)
        return self._mine(request, self._visitors.require(request, Permission.VIEW))

    def _mine(
        self, request: Request, visitor: Visitor, fault: str = "", typed: Form = NOTHING, status: int = 200
    ) -> Response:
        me = visitor.member.id
        quiet = self._accounts.channels.quiet_hours().get(me)
        return self._renderer.page(
            request,
            "alerts/mine.html",
            status,
            channels=self._accounts.channels.of(me),
            results=self._alerts.results(me),
            quiet=quiet,
            room_quiet=self._room.quiet_hours,
            within=self._room.alerts.acknowledge_within,
            has_mail=self._room.mail is not None,
            is_on_rota=any(turn.person == f"person:{me}" for turn in self._room.rota),
            done=request.query_params.get("done", ""),
            services=sorted(set(SERVICES.values()), key=str.lower),
            guide=CHAT_GUIDE,
            typed=typed,
            fault=fault,
            WHAT_TO_DO=WHAT_TO_DO,
        )

    async def change_mine(self, request: Request) -> Response:
        """Add, remove or try a channel, or set the quiet hours."""
        speech = self._renderer.speech(request)
        visitor, form = await self._visitors.form(request, Permission.VIEW)
        me, act = visitor.member.id, request.path_params["act"]
        try:
            if act == "add":
                self._add(me, form, speech.language)
            elif act == "remove":
                self._accounts.channels.remove(me, form.text("channel"))
            elif act == "test":
                if not self._alerts.test(me, form.text("channel")):
                    do = N_("Wait a minute, then try again.")
                    raise BadInput(Fault(N_("A test was sent to this channel a moment ago."), do))
            elif act == "quiet-hours":
                self._accounts.channels.set_quiet_hours(me, form.text("begins"), form.text("ends"))
            else:
                raise HTTPException(404)
        except BadInput as bad:
            fault = fault_text(bad.faults, speech.gettext)
            return self._mine(request, visitor, fault, form, 422)
        return RedirectResponse(f"/{speech.language}/me/alerts?done={act}", status_code=303)

    def _add(self, me: str, form: Form, language: str) -> None:
        kind, address = form.text("kind"), form.text("address")
        if kind == EMAIL and self._room.mail is None:
            what = N_("This room has no mail server.")
            raise BadInput(Fault(what, N_("Choose chat or SMS, or ask whoever runs Siaga."), field="kind"))
        self._accounts.channels.add(me, kind, address, language)

    async def acknowledge(self, request: Request) -> Response:
        """Somebody who is signed in takes an alarm."""
        speech = self._renderer.speech(request)
        visitor, form = await self._visitors.form(request, Permission.WORK)
        self._alerts.acknowledge(form.text("alarm"), visitor.actor.who)
        return RedirectResponse(f"/{speech.language}/room", status_code=303)

    async def alert(self, request: Request) -> Response:
        """What an alert's link shows: looking changes nothing, the button acknowledges."""
        speech = self._renderer.speech(request)
        link = self._alerts.by_link(request.path_params["token"])
        if link is None:
            raise HTTPException(404)
        is_expired = link.expires <= self._watch.now()
        if request.method == "POST" and not is_expired and link.status.is_open:
            self._alerts.acknowledge(link.status.alarm.id, link.person, link.alert)
            return RedirectResponse(request.url.path, status_code=303)
        return self._renderer.page(
            request,
            "alerts/alert.html",
            410 if is_expired and link.status.is_open else 200,
            heading=self._alerts.heading(link.status.alarm, speech.language),
            shown=link.status,
            person=link.person,
            is_expired=is_expired,
        )
