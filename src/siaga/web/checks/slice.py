"""Checks of a name as a slice."""

from collections.abc import Sequence
from typing import Final

from starlette.routing import BaseRoute, Route

from siaga.i18n.speech import N_
from siaga.web.checks.pages import CheckPages
from siaga.web.html.menu import Menu, SitePage
from siaga.web.slices import SiteContext, Slice


def _routes(site: SiteContext) -> Sequence[BaseRoute]:
    if site.ports.checks is None:
        return []
    pages = CheckPages(site.ports.watch, site.ports.checks, site.renderer)
    return [
        Route("/{language}/measure", pages.measure, methods=["GET"]),
        Route("/{language}/measure", pages.ask, methods=["POST"]),
        Route("/{language}/measure/{check}", pages.measured),
        Route("/{language}/measure/{check}/data.jsonl", pages.data),
    ]


CHECKS: Final = Slice(
    _routes,
    (
        SitePage(address="measure", label=N_("Check a name"), menu=Menu.HEAD, rank=30, palette=70),
        SitePage(address="measure/{check}"),
    ),
)
