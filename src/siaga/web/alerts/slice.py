"""Alerts as a slice: each person's channels, the page of an alert's link, acknowledging in the room."""

from collections.abc import Sequence
from typing import Final

from starlette.routing import BaseRoute, Route

from siaga.i18n.speech import N_
from siaga.web.alerts.pages import AlertPages
from siaga.web.html.menu import Audience, SitePage
from siaga.web.slices import SiteContext, Slice


def _routes(site: SiteContext) -> Sequence[BaseRoute]:
    ports, room = site.ports, site.room_file
    if ports.accounts is None or ports.alerts is None or room is None:
        return []
    pages = AlertPages(ports.watch, ports.accounts, ports.alerts, room, site.visitors, site.renderer)
    return [
        Route("/{language}/me/alerts", pages.mine),
        Route("/{language}/me/alerts/{act}", pages.change_mine, methods=["POST"]),
        Route("/{language}/room/acknowledge", pages.acknowledge, methods=["POST"]),
        Route("/{language}/alert/{token}", pages.alert, methods=["GET", "POST"]),
    ]


ALERTS: Final = Slice(
    _routes,
    (
        SitePage(address="me/alerts", label=N_("How you are alerted"), palette=121, audience=Audience.ROOM),
        SitePage(address="alert/{token}", audience=Audience.ROOM),
    ),
)
