"""What others show of the present state, as a slice: badge, card, and how to embed them."""

from collections.abc import Sequence
from typing import Final

from starlette.routing import BaseRoute, Route

from siaga.i18n.speech import N_
from siaga.web.html.menu import Files, Menu, SitePage
from siaga.web.sharing.cards import ShareCards
from siaga.web.sharing.embed import EmbedPage
from siaga.web.slices import SiteContext, Slice


def _routes(site: SiteContext) -> Sequence[BaseRoute]:
    cards = ShareCards(site.ports.watch, site.renderer)
    return [
        Route("/{language}/embed", EmbedPage(site.ports.watch, site.renderer).embed),
        Route("/{language}/badge.svg", site.cache.once(cards.badge, "of")),
        Route("/{language}/card.svg", site.cache.once(cards.svg, "of")),
        Route("/{language}/card.png", site.cache.once(cards.png, "of")),
    ]


SHARING: Final = Slice(
    _routes,
    (
        SitePage(address="embed", label=N_("Embed"), menu=Menu.FOOT, rank=70, files=Files.FRONT),
        SitePage(address="badge.svg", files=Files.FRONT),
        SitePage(address="card.svg", files=Files.FRONT),
        SitePage(address="card.png", files=Files.FRONT),
    ),
)
