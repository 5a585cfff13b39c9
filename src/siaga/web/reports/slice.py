"""Reports as a slice."""

from collections.abc import Sequence
from typing import Final

from starlette.routing import BaseRoute, Route

from siaga.i18n.speech import N_
from siaga.web.html.menu import Audience, Menu, SitePage
from siaga.web.reports.pages import ReportPages
from siaga.web.slices import SiteContext, Slice


def _routes(site: SiteContext) -> Sequence[BaseRoute]:
    if site.ports.reports is None:
        return []
    pages = ReportPages(site.ports.watch, site.ports.reports, site.visitors, site.renderer)
    return [
        Route("/{language}/report", pages.report, methods=["GET"]),
        Route("/{language}/report", pages.send, methods=["POST"]),
        Route("/{language}/report/{token}", pages.sent),
        Route("/{language}/reports", pages.reports),
        Route("/{language}/reports/channel", pages.renew, methods=["POST"]),
        Route("/{language}/reports/{report}/put", pages.put, methods=["POST"]),
        Route("/{language}/reports/{report}/picture", pages.picture),
    ]


REPORTS: Final = Slice(
    _routes,
    (
        SitePage(address="report", label=N_("Report a problem"), menu=Menu.HEAD, rank=70),
        SitePage(address="report/{token}"),
        SitePage(
            address="reports",
            label=N_("Reports"),
            menu=Menu.ROOM,
            rank=20,
            palette=40,
            audience=Audience.ROOM,
        ),
    ),
)
