"""The room's screen as a slice."""

from collections.abc import Sequence
from typing import Final

from starlette.routing import BaseRoute, Route

from siaga.i18n.speech import N_
from siaga.web.html.menu import Audience, Menu, SitePage
from siaga.web.room.dashboard import RoomPages
from siaga.web.slices import SiteContext, Slice


def _routes(site: SiteContext) -> Sequence[BaseRoute]:
    ports = site.ports
    if ports.accounts is None or ports.cases is None:
        return []
    pages = RoomPages(
        ports.watch, ports.cases, ports.reports, ports.alerts, site.visitors, site.renderer, ports.unset
    )
    return [
        Route("/{language}/room", pages.room),
        Route("/{language}/room/commands", pages.commands),
    ]


def _view(address: str, label: str, palette: int) -> SitePage:
    return SitePage(address=address, label=label, palette=palette, audience=Audience.ROOM)


ROOM: Final = Slice(
    _routes,
    (
        SitePage(
            address="room",
            label=N_("Control room"),
            menu=Menu.ROOM,
            rank=10,
            palette=10,
            audience=Audience.ROOM,
        ),
        _view("room?show=open", N_("Control room: problems only"), 11),
        _view("room?mine=1", N_("Control room: my cases"), 12),
        _view("room?wall=1", N_("Control room: wall display"), 13),
        SitePage(address="room/commands", audience=Audience.ROOM),
    ),
)
