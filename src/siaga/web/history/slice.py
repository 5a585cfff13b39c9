"""The past as a slice."""

from collections.abc import Sequence
from typing import Final

from starlette.routing import BaseRoute, Route

from siaga.i18n.speech import N_
from siaga.web.history.pages import HistoryPages
from siaga.web.html.menu import Files, Menu, SitePage
from siaga.web.slices import SiteContext, Slice


def _routes(site: SiteContext) -> Sequence[BaseRoute]:
    pages = HistoryPages(site.ports.watch, site.renderer, site.room_file)
    return [Route("/{language}/history", site.cache.once(pages.history, "at"))]


HISTORY: Final = Slice(
    _routes,
    (
        SitePage(
            address="history", label=N_("History"), menu=Menu.HEAD, rank=50, palette=60, files=Files.FRONT
        ),
    ),
)
