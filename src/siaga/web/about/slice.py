"""Pages that explain, as a slice."""

from collections.abc import Sequence
from typing import Final

from starlette.routing import BaseRoute, Route

from siaga.i18n.speech import N_
from siaga.web.about.pages import AboutPages
from siaga.web.html.menu import Files, Menu, SitePage
from siaga.web.slices import SiteContext, Slice


def _routes(site: SiteContext) -> Sequence[BaseRoute]:
    pages = AboutPages(site.ports.watch, site.renderer, site.room_file)
    return [
        Route("/{language}/method", site.cache.once(pages.method)),
        Route("/{language}/states", site.cache.once(pages.states)),
        Route("/{language}/words", site.cache.once(pages.words)),
        Route("/{language}/about", site.cache.once(pages.about)),
    ]


ABOUT: Final = Slice(
    _routes,
    (
        SitePage(address="method", label=N_("How it works"), menu=Menu.HEAD, rank=60, files=Files.FRONT),
        SitePage(
            address="states", label=N_("What the statuses mean"), menu=Menu.FOOT, rank=40, files=Files.FRONT
        ),
        SitePage(
            address="words", label=N_("Glossary"), menu=Menu.FOOT, rank=50, palette=110, files=Files.FRONT
        ),
        SitePage(address="about", label=N_("About this site"), menu=Menu.FOOT, rank=80, files=Files.FRONT),
    ),
)
