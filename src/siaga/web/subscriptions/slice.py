"""Ways to follow the cases as a slice: mail, feed, calendar."""

from collections.abc import Sequence
from typing import Final

from starlette.routing import BaseRoute, Route

from siaga.i18n.speech import N_
from siaga.web.html.menu import Files, Menu, SitePage
from siaga.web.slices import SiteContext, Slice
from siaga.web.subscriptions.feeds import Feeds
from siaga.web.subscriptions.pages import SubscriptionPages


def _routes(site: SiteContext) -> Sequence[BaseRoute]:
    pages = SubscriptionPages(site.ports.subscriptions, site.renderer)
    feeds = Feeds(site.ports.watch, site.renderer)
    return [
        Route("/{language}/follow", pages.follow, methods=["GET"]),
        Route("/{language}/follow", pages.ask, methods=["POST"]),
        Route("/{language}/follow/{token}", pages.link, methods=["GET"]),
        Route("/{language}/follow/{token}", pages.act, methods=["POST"]),
        Route("/{language}/cases.atom", site.cache.once(feeds.atom)),
        Route("/{language}/events.ics", feeds.calendar),
    ]


SUBSCRIPTIONS: Final = Slice(
    _routes,
    (
        SitePage(address="follow", label=N_("Follow"), menu=Menu.FOOT, rank=60),
        SitePage(address="follow/{token}"),
        SitePage(address="cases.atom", files=Files.FRONT),
        SitePage(address="events.ics", files=Files.FRONT),
    ),
)
