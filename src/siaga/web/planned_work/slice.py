"""Planned work as a slice: a page that everybody reads, with the forms of the room's people."""

from collections.abc import Sequence
from typing import Final

from starlette.routing import BaseRoute, Route

from siaga.i18n.speech import N_
from siaga.web.html.menu import Menu, SitePage
from siaga.web.planned_work.pages import PlannedWorkPages
from siaga.web.slices import SiteContext, Slice


def _routes(site: SiteContext) -> Sequence[BaseRoute]:
    ports = site.ports
    if ports.planned_work is None:
        return []
    pages = PlannedWorkPages(ports.watch, ports.planned_work, site.visitors, site.renderer)
    return [
        Route("/{language}/planned-work", site.cache.once(pages.works)),
        Route("/{language}/planned-work/{act}", pages.change, methods=["POST"]),
    ]


PLANNED_WORK: Final = Slice(
    _routes,
    (SitePage(address="planned-work", label=N_("Planned work"), menu=Menu.FOOT, rank=36, palette=105),),
)
