"""The overview as a slice."""

from collections.abc import Sequence
from typing import Final

from starlette.routing import BaseRoute, Route

from siaga.i18n.speech import N_
from siaga.web.html.menu import Files, Menu, SitePage
from siaga.web.overview.pages import OverviewPages, choose_language
from siaga.web.slices import SiteContext, Slice


def _routes(site: SiteContext) -> Sequence[BaseRoute]:
    pages = OverviewPages(site.ports.watch, site.renderer, site.cache)
    return [
        Route("/", choose_language),
        Route("/{language}/", site.cache.once(pages.overview, "show", "list", "name", "page")),
    ]


OVERVIEW: Final = Slice(
    _routes,
    (
        SitePage(address="", label=N_("Overview"), menu=Menu.HEAD, rank=10, palette=20, files=Files.FRONT),
        SitePage(address="?show=open"),
    ),
)
