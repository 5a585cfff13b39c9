"""The pages that slices offer, and the menus and the palette that are made of them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from siaga.people.roles import Permission
from siaga.ports.watch import WatchView
from siaga.web.http.session import Visitor


class Menu(StrEnum):
    """Where on every page a link to a page stands."""

    HEAD = "head"
    ROOM = "room"
    """In the head, for the room's people."""
    FOOT = "foot"


class Audience(StrEnum):
    """Who is offered a page."""

    EVERYBODY = "everybody"
    SIGNED_OUT = "signed-out"
    """Everybody who is not signed in."""
    ROOM = "room"
    ADMINISTRATORS = "administrators"


class Files(StrEnum):
    """Whether a page is also kept as a file, and how soon it is made anew."""

    NONE = "none"
    FRONT = "front"
    """Among the first: what everybody comes for."""
    BEHIND = "behind"


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePage:
    """A page, a view of one (an address with a query), or a file that a slice serves."""

    address: str
    """Below the language; of pages of which there are many, a pattern such as `cases/{case}`."""
    label: str = ""
    """What links to it say, marked with `N_`."""
    menu: Menu | None = None
    rank: int = 0
    """Its place in the menu: the lowest first."""
    menu_label: str = ""
    """What its menu says where that is not the label; `{visitor}` is whoever is signed in."""
    palette: int | None = None
    """Its place in the command palette: the lowest first; None for pages that are not in it."""
    audience: Audience = Audience.EVERYBODY
    files: Files = Files.NONE
    every: Callable[[WatchView], Iterable[str]] | None = None
    """The addresses that a pattern stands for, as far as everybody may know them."""

    def addresses(self, watch: WatchView) -> Sequence[str]:
        """Its address, or those that its pattern stands for; none where only some may know them."""
        if self.every is not None:
            return list(self.every(watch))
        return [] if "{" in self.address else [self.address]

    def is_for(self, visitor: Visitor | None) -> bool:
        """Whether somebody is offered it."""
        if self.audience is Audience.ADMINISTRATORS:
            return visitor is not None and visitor.member.can(Permission.ADMINISTER)
        if self.audience is Audience.ROOM:
            return visitor is not None
        return self.audience is Audience.EVERYBODY or visitor is None


def menu_of(pages: Iterable[SitePage], menu: Menu, visitor: Visitor | None) -> Sequence[SitePage]:
    """What a menu offers somebody."""
    return sorted(
        (page for page in pages if page.menu is menu and page.is_for(visitor)), key=lambda page: page.rank
    )


def palette_of(pages: Iterable[SitePage]) -> Sequence[SitePage]:
    """What the command palette offers besides cases, platforms, contestants and vantages."""
    ranked = [(page.palette, page) for page in pages if page.palette is not None]
    return [page for _, page in sorted(ranked, key=lambda ranking: ranking[0])]
