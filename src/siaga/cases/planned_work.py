"""Planned work on the instruments: announced, so that nothing alarms and the pages say why.

It covers ways of asking, never findings: what is proven about a name or a platform stays as it is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from siaga.domain.errors import BadInput, Fault
from siaga.i18n.speech import N_

LONGEST: Final = timedelta(days=3)
AHEAD: Final = timedelta(days=90)
BACKDATED: Final = timedelta(minutes=5)
"""So long ago it may begin at most: what was out before was not planned."""
REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "vantage-moved": N_("a measurement point is being moved"),
        "credential-renewed": N_("a credential is being renewed"),
        "network": N_("work on our network"),
        "software": N_("a new version is being installed"),
    }
)
"""Why, by its word; marked for the catalogues."""


@dataclass(frozen=True, slots=True)
class PlannedWork:
    """Work on some of the instruments from one moment to another."""

    id: str
    platform: str | None
    """None for all platforms of the measurement point."""
    vantage: str | None
    """None for all measurement points of the platform."""
    begins: datetime
    ends: datetime
    reason: str
    by: str
    """Who announced it, as the journal writes them."""

    def is_under_way(self, at: datetime) -> bool:
        """Whether it goes on at a moment."""
        return self.begins <= at < self.ends

    def covers(self, platform: str, vantage: str) -> bool:
        """Whether a platform is asked from a measurement point by what is worked on."""
        return self.platform in {None, platform} and self.vantage in {None, vantage}


def check_work(
    platform: str | None, vantage: str | None, begins: datetime, ends: datetime, reason: str, now: datetime
) -> None:
    """Refuse work that covers everything, that hides the past, or that has no end in sight.

    Raises:
        BadInput: with what is wrong, by field.
    """
    if platform is None and vantage is None:
        what = N_("Planned work covers a platform or a measurement point, not everything.")
        raise BadInput(Fault(what, N_("Choose a platform, a measurement point, or both."), field="platform"))
    if reason not in REASONS:
        raise BadInput(Fault(N_("A reason is needed."), N_("Choose one of the list."), field="reason"))
    if begins < now - BACKDATED:
        what = N_("Planned work cannot begin in the past: it would hide what was measured.")
        raise BadInput(Fault(what, N_("Choose a time from now on."), field="begins"))
    if begins > now + AHEAD:
        do = N_("Announce it at most 90 days ahead.")
        raise BadInput(Fault(N_("Planned work begins too far in the future."), do, field="begins"))
    if not timedelta() < ends - begins <= LONGEST:
        what = N_("Planned work lasts longer than nothing and at most three days.")
        raise BadInput(Fault(what, N_("Choose another end."), field="ends"))


def covering(works: Iterable[PlannedWork], platform: str, vantages: Iterable[str]) -> PlannedWork | None:
    """The work that keeps a platform from being measured anywhere; None where one way of asking is left."""
    under_way = list(works)
    found = [
        next((work for work in under_way if work.covers(platform, vantage)), None) for vantage in vantages
    ]
    return found[0] if found and all(found) else None
