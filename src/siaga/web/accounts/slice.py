"""Accounts of the room's people as a slice."""

from collections.abc import Sequence
from typing import Final

from starlette.routing import BaseRoute, Route

from siaga.i18n.speech import N_
from siaga.people.openid import BACK
from siaga.web.accounts.pages import AccountPages
from siaga.web.html.menu import Audience, Menu, SitePage
from siaga.web.slices import SiteContext, Slice


def _routes(site: SiteContext) -> Sequence[BaseRoute]:
    if site.ports.accounts is None:
        return []
    desks = () if site.room_file is None else site.room_file.platforms
    contacts = {contact.id: contact.label for desk in desks for contact in desk.contacts}
    pages = AccountPages(site.ports.accounts, site.visitors, site.renderer, contacts, site.ports.openid)
    return [
        Route("/{language}/sign-in", pages.sign_in, methods=["GET", "POST"]),
        Route("/{language}/openid", pages.leave, methods=["POST"]),
        Route(BACK, pages.come_back),
        Route("/{language}/sign-out", pages.sign_out, methods=["POST"]),
        Route("/{language}/me", pages.me),
        Route("/{language}/me/{what}", pages.change_me, methods=["POST"]),
        Route("/{language}/people", pages.people),
        Route("/{language}/people/{what}", pages.change_people, methods=["POST"]),
    ]


ACCOUNTS: Final = Slice(
    _routes,
    (
        SitePage(
            address="sign-in", label=N_("Sign in"), menu=Menu.FOOT, rank=90, audience=Audience.SIGNED_OUT
        ),
        SitePage(
            address="people",
            label=N_("People"),
            menu=Menu.ROOM,
            rank=30,
            audience=Audience.ADMINISTRATORS,
        ),
        SitePage(
            address="me",
            label=N_("My account"),
            menu=Menu.ROOM,
            menu_label="{visitor}",
            rank=40,
            palette=120,
            audience=Audience.ROOM,
        ),
    ),
)
