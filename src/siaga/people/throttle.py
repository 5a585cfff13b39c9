"""Holds off whoever guesses passwords: by the account and by the network they come from, in memory alone."""

import hashlib
import secrets
from collections.abc import Hashable
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Final

FREE: Final = 5
"""Failures within `SPAN` that cost nothing: people mistype."""
FREE_OF_A_NETWORK: Final = 30
SPAN: Final = timedelta(minutes=15)
MOST: Final = 10_000
"""Accounts and networks that are remembered; beyond, the oldest are forgotten."""


class Throttle:
    """Counts failures. No address is kept, but a salted digest of its network for a quarter of an hour."""

    def __init__(self) -> None:
        self._salt = secrets.token_bytes(16)
        self._failures: dict[Hashable, list[datetime]] = {}

    def wait(self, account: str, address: str, now: datetime) -> timedelta | None:
        """How long to wait before the next try is looked at; None for not at all."""
        ends = [
            failures[0] + SPAN
            for key, free in ((account, FREE), (self._network(address), FREE_OF_A_NETWORK))
            if len(failures := self._recent(key, now)) >= free
        ]
        return max(ends) - now if ends else None

    def failed(self, account: str, address: str, now: datetime) -> None:
        """Count a failure."""
        for key in (account, self._network(address)):
            failures = [*self._recent(key, now), now][-FREE_OF_A_NETWORK:]
            self._failures.pop(key, None)
            self._failures[key] = failures
        while len(self._failures) > MOST:
            del self._failures[next(iter(self._failures))]

    def succeeded(self, account: str) -> None:
        """Forget an account's failures."""
        self._failures.pop(account, None)

    def _recent(self, key: Hashable, now: datetime) -> list[datetime]:
        return [at for at in self._failures.get(key, ()) if now - at < SPAN]

    def _network(self, address: str) -> bytes:
        try:
            ip = ip_address(address)
            coarse = str(ip_network(f"{ip}/{24 if ip.version == 4 else 48}", strict=False))
        except ValueError:
            coarse = "unknown"
        return hashlib.blake2b(coarse.encode(), key=self._salt, digest_size=16).digest()
