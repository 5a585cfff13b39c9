"""Equal treatment as a slice."""

from collections.abc import Sequence
from typing import Final

from starlette.routing import BaseRoute, Route

from siaga.i18n.speech import N_
from siaga.web.equal_treatment.pages import EqualTreatmentPages
from siaga.web.html.menu import Files, Menu, SitePage
from siaga.web.slices import SiteContext, Slice


def _routes(site: SiteContext) -> Sequence[BaseRoute]:
    pages = EqualTreatmentPages(site.ports.watch, site.renderer, site.cache)
    return [
        Route("/{language}/equal", site.cache.once(pages.equal, "span")),
        Route("/{language}/equal.csv", site.cache.once(pages.pairs_csv, "span")),
        Route("/{language}/equal-counts.csv", site.cache.once(pages.counts_csv, "span")),
    ]


EQUAL_TREATMENT: Final = Slice(
    _routes,
    (
        SitePage(
            address="equal",
            label=N_("Equal treatment"),
            menu=Menu.HEAD,
            rank=40,
            palette=80,
            files=Files.FRONT,
        ),
        SitePage(address="equal.csv", files=Files.FRONT),
        SitePage(address="equal-counts.csv", files=Files.FRONT),
    ),
)
