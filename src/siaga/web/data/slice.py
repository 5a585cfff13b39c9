"""Open data as a slice."""

from collections.abc import Sequence
from typing import Final

from starlette.routing import BaseRoute, Route

from siaga.i18n.speech import N_
from siaga.web.data.pages import DataPages
from siaga.web.html.menu import Files, Menu, SitePage
from siaga.web.slices import SiteContext, Slice


def _routes(site: SiteContext) -> Sequence[BaseRoute]:
    if site.ports.open_data is None:
        return []
    pages = DataPages(site.ports.watch, site.ports.open_data, site.renderer)
    return [
        Route("/{language}/data", site.cache.once(pages.data, "before")),
        Route("/{language}/data/columns", site.cache.once(pages.columns)),
        Route("/data/README.txt", pages.readme),
        Route("/data/case/{file}", pages.of_case),
        Route("/data/day/{day}/{file}", pages.of_day),
    ]


DATA: Final = Slice(
    _routes,
    (
        SitePage(address="data", label=N_("Data"), menu=Menu.FOOT, rank=55, palette=115, files=Files.FRONT),
        SitePage(address="data/columns", label=N_("Columns of the data"), files=Files.FRONT),
    ),
)
