"""Holds off whoever guesses passwords: by the account and the network they come from, in memory alone.

An account is not shut to its owner because a stranger elsewhere guesses at it: its failures are counted by
network, and all together only against a guesser with many.
"""

import hashlib
import secrets
import threading
from collections.abc import Hashable
from datetime import datetime, timedelta
from typing import Final

from siaga.domain.networks import network_of

FREE: Final = 5
"""Failures at an account from one network, within `SPAN`, that cost nothing: people mistype."""
FREE_OF_AN_ACCOUNT: Final = 100
FREE_OF_A_NETWORK: Final = 30
SPAN: Final = timedelta(minutes=15)
MOST: Final = 10_000
"""Accounts and networks that are remembered; beyond, the oldest are forgotten."""


class Throttle:
    """Counts failures, from several threads. No address is kept, but a salted digest of its network for a
    quarter of an hour."""

    def __init__(self) -> None:
        self._salt = secrets.token_bytes(16)
        self._lock = threading.Lock()
        self._failures: dict[Hashable, list[datetime]] = {}

    def enter(self, account: str, address: str, now: datetime) -> timedelta | None:
        """Let a try in, or say how long to wait before the next is looked at.

        It counts as failed from here on, so that many at once get no further than one after another.
        """
        with self._lock:
            if (wait := self.wait(account, address, now)) is not None:
                return wait
            for key, free in self._keys(account, address):
                failures = [*self._recent(key, now), now][-free:]
                self._failures.pop(key, None)
                self._failures[key] = failures
            while len(self._failures) > MOST:
                del self._failures[next(iter(self._failures))]
            return None

    def wait(self, account: str, address: str, now: datetime) -> timedelta | None:
        """How long to wait before the next try is looked at; None for not at all."""
        ends = [
            failures[0] + SPAN
            for key, free in self._keys(account, address)
            if len(failures := self._recent(key, now)) >= free
        ]
        return max(ends) - now if ends else None

    def take_back(self, account: str, address: str, entered: datetime) -> None:
        """A try that entered at a moment was none that counts."""
        with self._lock:
            for key, _ in self._keys(account, address):
                if entered in (failures := self._failures.get(key, [])):
                    failures.remove(entered)

    def succeeded(self, account: str, address: str, entered: datetime) -> None:
        """Forget an account's failures from where somebody was let in."""
        self.take_back(account, address, entered)
        with self._lock:
            self._failures.pop((account, self._network(address)), None)

    def _keys(self, account: str, address: str) -> tuple[tuple[Hashable, int], ...]:
        network = self._network(address)
        return ((account, network), FREE), (network, FREE_OF_A_NETWORK), (account, FREE_OF_AN_ACCOUNT)

    def _recent(self, key: Hashable, now: datetime) -> list[datetime]:
        return [at for at in self._failures.get(key, ()) if now - at < SPAN]

    def _network(self, address: str) -> bytes:
        return hashlib.blake2b(
            network_of(address, ipv4_bits=24).encode(), key=self._salt, digest_size=16
        ).digest()
