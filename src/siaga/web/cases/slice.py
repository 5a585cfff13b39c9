"""Cases as a slice: their pages, what the room's people do to them, the liaisons' answers."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from starlette.routing import BaseRoute, Route

from siaga.cases.publication import is_public
from siaga.i18n.speech import N_
from siaga.notifying.channels.letter import FOLDER as LETTERS
from siaga.ports.watch import WatchView
from siaga.web.cases.actions import CaseActions
from siaga.web.cases.attachments import Attachments
from siaga.web.cases.liaison import LiaisonPages
from siaga.web.cases.pages import CasePages
from siaga.web.cases.requests import RequestPages
from siaga.web.html.menu import Audience, Files, Menu, SitePage
from siaga.web.slices import SiteContext, Slice

LATELY: Final = timedelta(hours=1)
"""A case that was over within so long is still in front."""


def _routes(site: SiteContext) -> Sequence[BaseRoute]:
    ports = site.ports
    pages = CasePages(ports.watch, site.renderer, ports.cases, ports.links, ports.reports)
    requests = RequestPages(ports.watch, site.renderer, site.room_file)
    attachments = None if ports.directory is None else Attachments(ports.directory)
    return [
        Route("/{language}/cases", site.cache.once(pages.cases, "page")),
        Route("/{language}/requests", site.cache.once(requests.requests)),
        Route("/{language}/cases/{case}", site.cache.once(pages.case, "to")),
        *_actions(site, pages, attachments),
        *_answers(site, pages, attachments),
    ]


def _actions(site: SiteContext, pages: CasePages, attachments: Attachments | None) -> Sequence[BaseRoute]:
    ports = site.ports
    if ports.accounts is None or ports.cases is None:
        return []
    letters = None if ports.directory is None else ports.directory / LETTERS
    actions = CaseActions(ports.watch, ports.cases, site.visitors, site.renderer, pages, letters, attachments)
    return [
        Route("/{language}/cases/{case}/notice", actions.draft, methods=["GET"]),
        Route("/{language}/cases/{case}/notice", actions.send_draft, methods=["POST"]),
        Route("/{language}/cases/{case}/notice/draft", actions.save_draft, methods=["POST"]),
        Route("/{language}/cases/{case}/approve", actions.approve, methods=["GET"]),
        Route("/{language}/cases/{case}/letters/{delivery}.pdf", actions.letter),
        Route("/{language}/cases/{case}/files/{seq}", actions.attachment),
        Route("/{language}/cases/{case}/{act}", actions.act, methods=["POST"]),
    ]


def _answers(site: SiteContext, pages: CasePages, attachments: Attachments | None) -> Sequence[BaseRoute]:
    ports = site.ports
    if ports.cases is None or ports.links is None:
        return []
    liaisons = LiaisonPages(ports.watch, ports.cases, ports.links, site.renderer, pages, attachments)
    return [
        Route("/{language}/answer/{token}", liaisons.answer),
        Route("/{language}/answer/{token}/{act}", liaisons.act, methods=["POST"]),
    ]


def _public(watch: WatchView) -> Iterator[str]:
    return (f"cases/{case.id}" for case in watch.cases() if is_public(case))


def _in_front(watch: WatchView) -> Iterator[str]:
    """Those that are open, which may change at any moment, and those that were lately."""
    since = watch.now() - LATELY
    for case in watch.cases():
        if is_public(case) and (case.stage.is_open or max(case.reached.values()) >= since):
            yield f"cases/{case.id}"


CASES: Final = Slice(
    _routes,
    (
        SitePage(address="cases", label=N_("Cases"), menu=Menu.HEAD, rank=20, palette=30, files=Files.FRONT),
        SitePage(address="cases/{case}", files=Files.FRONT, every=_in_front),
        SitePage(address="cases/{case}", files=Files.BEHIND, every=_public),
        SitePage(address="cases/{case}/notice", audience=Audience.ROOM),
        SitePage(
            address="requests",
            label=N_("Requests to platforms"),
            menu=Menu.FOOT,
            rank=10,
            palette=50,
            files=Files.FRONT,
        ),
    ),
)
