"""Kept answers as a slice: which there are, in public; what they say, for the room."""

from collections.abc import Iterator, Sequence
from typing import Final

from starlette.routing import BaseRoute, Route

from siaga.cases.publication import is_public
from siaga.ports.watch import WatchView
from siaga.web.evidence.pages import EvidencePages
from siaga.web.html.menu import SitePage
from siaga.web.slices import SiteContext, Slice


def _routes(site: SiteContext) -> Sequence[BaseRoute]:
    if site.ports.evidence is None:
        return []
    pages = EvidencePages(site.ports.watch, site.ports.evidence, site.renderer)
    return [
        Route("/{language}/cases/{case}/evidence", site.cache.once(pages.evidence)),
        Route("/{language}/cases/{case}/evidence/{sha256}.png", pages.picture),
        Route("/{language}/cases/{case}/evidence/{sha256}.bin", pages.file),
        Route("/{language}/cases/{case}/evidence/{sha256}", pages.answer),
    ]


def _public(watch: WatchView) -> Iterator[str]:
    return (f"cases/{case.id}/evidence" for case in watch.cases() if is_public(case))


EVIDENCE: Final = Slice(_routes, (SitePage(address="cases/{case}/evidence", every=_public),))
