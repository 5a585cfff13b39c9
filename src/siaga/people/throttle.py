"""Holds off whoever guesses passwords: by the account and the network they come from, in memory alone.

An account is not shut to its owner because a stranger elsewhere guesses at it: its failures are counted by
network, and all together only against a guesser with many.
"""

import hashlib
import secrets
from collections.abc import Hashable
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Final

FREE: Final = 5
"""Failures at an account from one network, within `SPAN`, that cost nothing: people mistype."""
FREE_OF_AN_ACCOUNT: Final = 100
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
            for key, free in self._keys(account, address)
            if len(failures := self._recent(key, now)) >= free
        ]
        return max(ends) - now if ends else None

    def failed(self, account: str, address: str, now: datetime) -> None:
        """Count a failure."""
        for key, free in self._keys(account, address):
            failures = [*self._recent(key, now), now][-free:]
            self._failures.pop(key, None)
            self._failures[key] = failures
        while len(self._failures) > MOST:
            del self._failures[next(iter(self._failures))]

    def succeeded(self, account: str, address: str) -> None:
        """Forget an account's failures from where somebody was let in."""
        self._failures.pop((account, self._network(address)), None)

    def _keys(self, account: str, address: str) -> tuple[tuple[Hashable, int], ...]:
        network = self._network(address)
        return ((account, network), FREE), (network, FREE_OF_A_NETWORK), (account, FREE_OF_AN_ACCOUNT)

    def _recent(self, key: Hashable, now: datetime) -> list[datetime]:
        return [at for at in self._failures.get(key, ()) if now - at < SPAN]

    def _network(self, address: str) -> bytes:
        try:
            ip = ip_address(address)
            coarse = str(ip_network(f"{ip}/{24 if ip.version == 4 else 48}", strict=False))
        except ValueError:
            coarse = "unknown"
        return hashlib.blake2b(coarse.encode(), key=self._salt, digest_size=16).digest()
