"""Timelines side by side, and the list of events, as a slice."""

from collections.abc import Iterator, Sequence
from typing import Final

from starlette.routing import BaseRoute, Route

from siaga.i18n.speech import N_
from siaga.ports.watch import WatchView
from siaga.web.html.menu import Files, Menu, SitePage
from siaga.web.http.page_cache import WINDOW
from siaga.web.slices import SiteContext, Slice
from siaga.web.timelines.pages import TimelinePages
from siaga.web.timelines.topics import TimelineTopics


def _routes(site: SiteContext) -> Sequence[BaseRoute]:
    topics = TimelineTopics(site.ports.watch, site.cache)
    pages = TimelinePages(site.ports.watch, site.renderer, site.cache)
    routes: list[BaseRoute] = [Route("/{language}/events", pages.events)]
    for path, find in (
        ("contestants/{contestant}", topics.contestant),
        ("platforms/{platform}", topics.platform),
        ("vantages/{vantage}", topics.vantage),
        ("events/{event}", topics.event),
        ("platforms/{platform}/{surface}", topics.surface),
    ):
        routes += [
            Route(f"/{{language}}/{path}/chart.svg", pages.svg(find)),
            Route(f"/{{language}}/{path}/chart.png", pages.png(find)),
            Route(f"/{{language}}/{path}/rounds.csv", pages.csv(find)),
            Route(f"/{{language}}/{path}", site.cache.once(pages.page(find), *WINDOW)),
        ]
    return routes


def _contestants(watch: WatchView) -> Iterator[str]:
    return (f"contestants/{contestant.id}" for contestant in watch.election.contestants)


def _platforms(watch: WatchView) -> Iterator[str]:
    return (f"platforms/{platform.id}" for platform in watch.election.platforms)


def _surfaces(watch: WatchView) -> Iterator[str]:
    for platform in watch.election.platforms:
        for surface in dict.fromkeys(watched.surface for watched in platform.surfaces):
            yield f"platforms/{platform.id}/{surface}"


def _vantages(watch: WatchView) -> Iterator[str]:
    return (f"vantages/{vantage.id}" for vantage in watch.election.vantages)


def _events(watch: WatchView) -> Iterator[str]:
    return (f"events/{event.id}" for event in watch.election.events)


TIMELINES: Final = Slice(
    _routes,
    (
        SitePage(
            address="events", label=N_("Events"), menu=Menu.FOOT, rank=20, palette=90, files=Files.FRONT
        ),
        SitePage(address="contestants/{contestant}", files=Files.BEHIND, every=_contestants),
        SitePage(address="platforms/{platform}", files=Files.BEHIND, every=_platforms),
        SitePage(address="platforms/{platform}/{surface}", files=Files.BEHIND, every=_surfaces),
        SitePage(address="vantages/{vantage}", files=Files.BEHIND, every=_vantages),
        SitePage(address="events/{event}", files=Files.BEHIND, every=_events),
    ),
)
