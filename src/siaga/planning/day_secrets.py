"""What a watch keeps secret for a UTC day: the key that orders follow from, and the canaries."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

from siaga.planning.canary_words import canary_words
from siaga.planning.seeds import KEY_LENGTH


class DaySecrets:
    """The present day's key and canaries."""

    def __init__(self, key_of: Callable[[date], bytes]) -> None:
        """`key_of` gives the 32-byte key of a day; called once before the day's first round."""
        self._key_of = key_of
        self._key: tuple[date, bytes] | None = None
        self._burned: set[tuple[date, str, str]] = set()
        """Canaries found: the day, platform and word."""

    def key(self, now: datetime) -> bytes:
        """The day's key."""
        day = _utc_day(now)
        if self._key is None or self._key[0] != day:
            key = self._key_of(day)
            if len(key) != KEY_LENGTH:
                raise ValueError(f"the key of {day} has {len(key)} bytes, not {KEY_LENGTH}")
            self._key = day, key
        return self._key[1]

    def canaries(self, platform: str, now: datetime) -> tuple[str, ...]:
        """The words that take turns on a platform."""
        day = _utc_day(now)
        burned = {word for burned_on, at, word in self._burned if (burned_on, at) == (day, platform)}
        return canary_words(self.key(now), platform, day, burned)

    def burn(self, platform: str, word: str, at: datetime) -> None:
        """A canary was found: somebody posts it, or the platform answers freely. Another takes its place."""
        day = _utc_day(at)
        self._burned = {burned for burned in self._burned if burned[0] == day} | {(day, platform, word)}

    def state(self) -> list[list[str]]:
        """The words burned, as JSON values; no key is in it."""
        return [[day.isoformat(), platform, word] for day, platform, word in sorted(self._burned)]

    def restore(self, state: Sequence[Sequence[str]]) -> None:
        """Go on from `state`."""
        self._burned = {(date.fromisoformat(day), platform, word) for day, platform, word in state}


def _utc_day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()
