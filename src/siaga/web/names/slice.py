"""The pages of names as a slice."""

from collections.abc import Iterator, Sequence
from typing import Final

from starlette.routing import BaseRoute, Route

from siaga.ports.watch import WatchView
from siaga.web.html.menu import Files, SitePage
from siaga.web.http.page_cache import WINDOW
from siaga.web.names.pages import NamePages
from siaga.web.slices import SiteContext, Slice


def _routes(site: SiteContext) -> Sequence[BaseRoute]:
    pages = NamePages(site.ports.watch, site.renderer, site.cache)
    return [
        Route("/{language}/names/{platform}/{subject}", site.cache.once(pages.subject, "surface", *WINDOW)),
        Route("/{language}/names/{platform}/{subject}/chart.svg", pages.chart_svg),
        Route("/{language}/names/{platform}/{subject}/chart.png", pages.chart_png),
        Route("/{language}/names/{platform}/{subject}/rounds.csv", pages.timeline_csv),
        Route("/{language}/{platform}/{subject}", pages.moved),
        Route("/{language}/{platform}/{subject}/{file}", pages.moved),
    ]


def _every(watch: WatchView) -> Iterator[str]:
    for platform in watch.election.platforms:
        for person in watch.election.people():
            yield f"names/{platform.id}/{person.id}"


NAMES: Final = Slice(
    _routes, (SitePage(address="names/{platform}/{subject}", files=Files.BEHIND, every=_every),)
)
