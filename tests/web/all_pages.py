"""The pages that tests walk: what the slices themselves say that they offer."""

from siaga.ports.site import SitePorts
from siaga.ports.watch import WatchView
from siaga.web.app import PAGES, SLICES
from siaga.web.html.menu import Audience, Files
from siaga.web.html.rendering import Renderer
from siaga.web.http.page_cache import PageCache
from siaga.web.http.session import Visitors
from siaga.web.slices import SiteContext


def pages_of(ports: SitePorts, *audiences: Audience) -> list[str]:
    """The addresses, below the language, of all pages that these ports bring to somebody; of pages of a kind,
    two."""
    visitors = Visitors(ports.accounts)
    cache = PageCache(ports.watch, 0, visitors)
    site = SiteContext(ports, visitors, Renderer(ports.watch, visitors), cache, most_streams=1)
    found = [
        address
        for each in SLICES
        if each.routes(site)
        for page in each.pages
        if page.audience in audiences and "." not in page.address
        for address in page.addresses(ports.watch)[:2]
    ]
    return list(dict.fromkeys(found))


def kept_as(files: Files, watch: WatchView) -> list[str]:
    """The addresses that are kept as files, in front or behind."""
    return [address for page in PAGES if page.files is files for address in page.addresses(watch)]
