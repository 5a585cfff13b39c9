"""What keeps floods out: forms are signed and used once, and each address may send so many. No address is
kept: what is counted is a salted digest, in memory, forgotten each hour.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

from siaga.domain.errors import BadInput, Fault
from siaga.domain.networks import network_of

QUICKEST: Final = timedelta(seconds=2)
"""Nobody fills a form in faster."""
SLOWEST: Final = timedelta(hours=24)
OF_AN_ADDRESS: Final = 20
"""Reports an hour; a family, a newsroom or a phone network's gateway shares one address."""
OF_ALL: Final = 1_500_000
"""Reports an hour of all together, some 400 a second: more than that, and the disk is in danger."""
COUNTED_OF_AN_ADDRESS: Final = 3
"""So many of an address's reports about the same count for a surge, an hour."""
MOST_REMEMBERED: Final = 200_000
_LONGEST: Final = 120


class TooMany(Exception):
    """Too many reports came from one address, or from all."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("too many reports")
        self.wait = wait


class IntakeLimits:
    """Lets reports in, or says to come later."""

    def __init__(self, key: bytes, of_an_address: int = OF_AN_ADDRESS, of_all: int = OF_ALL) -> None:
        """Signs with `key`; lets in so many an hour, of an address and of all together."""
        self._key, self._of_an_address, self._of_all = key, of_an_address, of_all
        self._hour = -1
        self._salt = b""
        self._taken: dict[bytes, int] = {}
        self._all = 0

    def form(self, now: datetime) -> str:
        """What a form carries: random, dated, signed. The reporter's own address is made of it."""
        dated = f"{secrets.token_urlsafe(18)}.{int(now.timestamp()):x}"
        return f"{dated}.{self._signature(dated)}"

    def check(self, form: str, now: datetime, quickest: timedelta = QUICKEST) -> str:
        """The random part of a form, by which its report is found again; refused sooner than `quickest`.

        Raises:
            BadInput: it is not of ours, filled in by a program, or too old.
        """
        began = self._began(form)
        if began is None or now - began > SLOWEST:
            raise BadInput(Fault("This form has expired.", "Please send it again.", field="form"))
        if now - began < quickest:
            raise BadInput(
                Fault("The form was sent too quickly.", "Wait a moment and send it again.", field="form")
            )
        return form.partition(".")[0]

    def enter(self, address: str, now: datetime) -> None:
        """Count a report from an address.

        Raises:
            TooMany: there were too many.
        """
        self._turn(now)
        key = self._digest("all", address)
        if self._all >= self._of_all or self._taken.get(key, 0) >= self._of_an_address:
            raise TooMany(timedelta(hours=1) - timedelta(seconds=now.timestamp() % 3_600))
        self._all += 1
        self._add(key)

    def counts(self, address: str, unit: str, now: datetime) -> bool:
        """Whether another report about the same from an address may speak for a surge."""
        self._turn(now)
        key = self._digest(unit, address)
        if self._taken.get(key, 0) >= COUNTED_OF_AN_ADDRESS:
            return False
        self._add(key)
        return True

    def _add(self, key: bytes) -> None:
        if len(self._taken) < MOST_REMEMBERED or key in self._taken:
            self._taken[key] = self._taken.get(key, 0) + 1

    def _turn(self, now: datetime) -> None:
        hour = int(now.timestamp() // 3_600)
        if hour != self._hour:
            self._hour, self._salt, self._all = hour, secrets.token_bytes(16), 0
            self._taken.clear()

    def _digest(self, what: str, address: str) -> bytes:
        counted = f"{what}\x00{network_of(address)}"
        return hashlib.blake2b(counted.encode(), key=self._salt, digest_size=12).digest()

    def _began(self, form: str) -> datetime | None:
        dated, _, signature = form.rpartition(".")
        random, _, moment = dated.rpartition(".")
        if len(form) > _LONGEST or not form.isascii() or not random:
            return None
        if not hmac.compare_digest(signature, self._signature(dated)):
            return None
        try:
            return datetime.fromtimestamp(int(moment, 16), tz=UTC)
        except (ValueError, OverflowError):
            return None

    def _signature(self, dated: str) -> str:
        digest = hmac.digest(self._key, b"siaga report\x00" + dated.encode(), hashlib.sha256)[:18]
        return base64.urlsafe_b64encode(digest).decode()
