"""The live site of one watch: the slices that it is made of, and what is around them."""

from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp

from siaga.domain.errors import Busy
from siaga.ports.site import SitePorts
from siaga.web.about.slice import ABOUT
from siaga.web.accounts.slice import ACCOUNTS
from siaga.web.alerts.slice import ALERTS
from siaga.web.api.event_streams import MOST_STREAMS
from siaga.web.api.slice import API
from siaga.web.cases.slice import CASES
from siaga.web.checks.slice import CHECKS
from siaga.web.data.pages import PARQUET
from siaga.web.data.slice import DATA
from siaga.web.equal_treatment.slice import EQUAL_TREATMENT
from siaga.web.errors import ErrorPages, lead_to_sign_in
from siaga.web.evidence.slice import EVIDENCE
from siaga.web.health.slice import HEALTH
from siaga.web.history.slice import HISTORY
from siaga.web.html.menu import SitePage
from siaga.web.html.rendering import Renderer
from siaga.web.html.tour import TOUR
from siaga.web.http.page_cache import FRESH_S, PageCache
from siaga.web.http.protection import Protection
from siaga.web.http.session import NotSignedIn, Visitors
from siaga.web.http.static_files import SliceFiles
from siaga.web.http.uploads import Uploads
from siaga.web.names.slice import NAMES
from siaga.web.overview.slice import OVERVIEW
from siaga.web.planned_work.slice import PLANNED_WORK
from siaga.web.reports.slice import REPORTS
from siaga.web.room.slice import ROOM
from siaga.web.sharing.slice import SHARING
from siaga.web.slices import SiteContext, Slice
from siaga.web.subscriptions.slice import SUBSCRIPTIONS
from siaga.web.timelines.slice import TIMELINES

LOCAL_HOSTS: Final = frozenset({"127.0.0.1", "localhost", "::1"})
SLICES: Final[tuple[Slice, ...]] = (
    OVERVIEW,
    TIMELINES,
    CASES,
    EVIDENCE,
    CHECKS,
    EQUAL_TREATMENT,
    HISTORY,
    HEALTH,
    PLANNED_WORK,
    ABOUT,
    DATA,
    REPORTS,
    SUBSCRIPTIONS,
    SHARING,
    ROOM,
    ACCOUNTS,
    ALERTS,
    API,
    NAMES,
)
PAGES: Final[tuple[SitePage, ...]] = tuple(page for each in SLICES for page in each.pages)
"""All that slices may offer; of those whose ports are missing, nothing is served."""


def create_site(
    ports: SitePorts,
    hosts: frozenset[str] = LOCAL_HOSTS,
    fresh_s: float = FRESH_S,
    most_streams: int = MOST_STREAMS,
) -> ASGIApp:
    """The ASGI application over these ports; answers only to the given host names.

    A page is made at most once in `fresh_s` seconds, however many look at it (`web/http/page_cache.py`).
    """
    visitors = Visitors(ports.accounts)
    address = "" if ports.cases is None else ports.cases.room.address
    renderer = Renderer(ports.watch, visitors, address, TOUR if ports.touring else (), ports.planned_work)
    cache = PageCache(ports.watch, fresh_s, visitors, renderer.outside)
    site = SiteContext(ports, visitors, renderer, cache, most_streams)
    routes: list[BaseRoute] = [Mount("/static", SliceFiles())]
    pages: list[SitePage] = []
    for each in SLICES:
        if built := each.routes(site):
            routes += built
            pages += each.pages
    renderer.offer(pages)
    errors = ErrorPages(renderer)
    handlers = {HTTPException: errors.error, NotSignedIn: lead_to_sign_in}
    handlers |= {Busy: errors.busy, Exception: errors.error}
    starlette = Starlette(routes=routes, exception_handlers=handlers)
    as_they_are = (*DEFAULT_EXCLUDED_CONTENT_TYPES, PARQUET)
    packed = GZipMiddleware(
        Uploads(starlette), minimum_size=1000, compresslevel=4, exclude_content_types=as_they_are
    )
    return Protection(packed, hosts, "" if ports.openid is None else ports.openid.origin)
