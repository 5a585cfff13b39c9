"""What programs ask, as a slice: the API, the event stream, the live tail; and the page that explains it."""

from collections.abc import Sequence
from typing import Final

from starlette.routing import BaseRoute, Route

from siaga.i18n.speech import N_
from siaga.web.api.pages import ApiPages
from siaga.web.api.routes import api_routes
from siaga.web.html.menu import Files, Menu, SitePage
from siaga.web.slices import SiteContext, Slice


def _routes(site: SiteContext) -> Sequence[BaseRoute]:
    pages = ApiPages(site.ports.watch, site.renderer, with_keys=site.ports.accounts is not None)
    return [
        Route("/{language}/api", site.cache.once(pages.api)),
        *api_routes(site.ports, site.cache, site.most_streams),
    ]


API: Final = Slice(
    _routes,
    (
        SitePage(
            address="api",
            label=N_("For programs: the API"),
            menu=Menu.FOOT,
            menu_label=N_("API"),
            rank=57,
            palette=116,
            files=Files.FRONT,
        ),
    ),
)
