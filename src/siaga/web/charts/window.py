"""The stretch of time that a chart shows: one of the usual spans up to now, or any that an address names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request

from siaga.web.http.parameters import EARLIEST, moment_of

SPANS: Final[Mapping[str, timedelta]] = MappingProxyType(
    {
        "1h": timedelta(hours=1),
        "6h": timedelta(hours=6),
        "24h": timedelta(hours=24),
        "7d": timedelta(days=7),
        "30d": timedelta(days=30),
        "1y": timedelta(days=365),
    }
)
USUAL: Final = "6h"
SHORTEST: Final = timedelta(minutes=10)
LONGEST: Final = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """What is shown: from `since` to `until`."""

    key: str
    """One of `SPANS`, up to now; empty for a stretch that the address names by its ends."""
    since: datetime
    until: datetime
    now: datetime

    @property
    def query(self) -> Mapping[str, str]:
        """What of an address shows the same."""
        return {"span": self.key} if self.key else _ends(self.since, self.until)

    def address(self, **more: str) -> str:
        """The same stretch of another page or part."""
        return "?" + urlencode({**self.query, **more})

    def moves(self, **more: str) -> Mapping[str, str]:
        """Where `earlier`, `later`, `closer` and `wider` lead; only those that lead anywhere."""
        length = self.until - self.since
        found: dict[str, tuple[datetime, datetime]] = {
            "earlier": (self.since - length / 2, self.until - length / 2),
            "wider": (self.since - length / 2, self.until + length / 2),
            "closer": (self.since + length / 4, self.until - length / 4),
            "later": (self.since + length / 2, self.until + length / 2),
        }
        addresses: dict[str, str] = {}
        for word, (since, until) in found.items():
            late = max(until - self.now, timedelta())
            since, until = since - late, until - late
            wanted = timedelta() < until - since <= LONGEST and until - since >= SHORTEST
            if wanted and since >= EARLIEST and (since, until) != (self.since, self.until):
                addresses[word] = "?" + urlencode({**_ends(since, until), **more})
        return addresses


def window_of(request: Request, now: datetime, zone: str, usual: str = USUAL) -> TimeWindow:
    """What an address asks to see: `span`, or `from` and `to`.

    Raises:
        HTTPException: 400, it names no stretch of 10 minutes to 400 days.
    """
    start, end = request.query_params.get("from", ""), request.query_params.get("to", "")
    if not start and not end:
        span = request.query_params.get("span", usual)
        if span not in SPANS:
            raise HTTPException(400)
        return TimeWindow(span, now - SPANS[span], now, now)
    since, until = moment_of(start, zone), min(moment_of(end, zone), now)
    if not SHORTEST <= until - since <= LONGEST:
        raise HTTPException(400)
    return TimeWindow("", since, until, now)


def _ends(since: datetime, until: datetime) -> Mapping[str, str]:
    def text(at: datetime) -> str:
        return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    return {"from": text(since), "to": text(until)}
