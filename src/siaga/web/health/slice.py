"""How the watch itself is, as a slice."""

from collections.abc import Sequence
from typing import Final

from starlette.routing import BaseRoute, Route

from siaga.i18n.speech import N_
from siaga.web.health.pages import HealthPage
from siaga.web.html.menu import Files, Menu, SitePage
from siaga.web.slices import SiteContext, Slice


def _routes(site: SiteContext) -> Sequence[BaseRoute]:
    return [Route("/{language}/health", HealthPage(site.ports.watch, site.renderer).health)]


HEALTH: Final = Slice(
    _routes,
    (
        SitePage(
            address="health",
            label=N_("Monitoring health"),
            menu=Menu.FOOT,
            rank=30,
            palette=100,
            files=Files.FRONT,
        ),
    ),
)
