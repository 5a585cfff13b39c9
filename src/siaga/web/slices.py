"""What a slice of the web is: a folder with its pages, their templates and words, as one value."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.routing import BaseRoute

from siaga.cases.room_file import RoomFile
from siaga.ports.site import SitePorts
from siaga.web.html.menu import SitePage
from siaga.web.html.rendering import Renderer
from siaga.web.http.page_cache import PageCache
from siaga.web.http.session import Visitors


@dataclass(frozen=True, slots=True)
class SiteContext:
    """What slices build their pages from."""

    ports: SitePorts
    visitors: Visitors
    renderer: Renderer
    cache: PageCache
    most_streams: int
    """Event streams that may be open at once."""

    @property
    def room_file(self) -> RoomFile | None:
        """Whom the room writes to; None where it has no cases of its own."""
        return None if self.ports.cases is None else self.ports.cases.room


@dataclass(frozen=True, slots=True)
class Slice:
    """One slice. Menus, palette, public files, the documentation's table and the tests' list of pages are
    made of what slices say here (`web/app.py` lists them)."""

    routes: Callable[[SiteContext], Sequence[BaseRoute]]
    """Builds its routes; none where a port that it needs is missing, and then its pages are not offered."""
    pages: Sequence[SitePage] = ()
