"""(j) Canaries: words that nobody posts, to see that a reader does not "find" everything.

They make nobody blind: a canary found makes *finding* doubtful, never missing. One of them found: that
word is burned, and replaced. Two different ones within ten rounds of one reader and surface: this reader
finds what is not there, so names found there are `unmeasurable`; missing names stay what they are, and
their bets go on. Good again after twenty rounds with every canary empty.
"""

import hashlib
import hmac
from collections.abc import Sequence

WORDS_A_DAY, SOON, GOOD = 3, 10, 20


def words(key: bytes, platform: str, day: str, k: int = WORDS_A_DAY, burned: int = 0) -> list[str]:
    """The day's words, spelt like names, after so many burned ones."""
    result = []
    for i in range(burned, burned + k):
        digest = hmac.new(key, f"{platform}|{day}|{i}".encode(), hashlib.sha256).digest()
        pairs = zip(digest[:8:2], digest[1:8:2], strict=True)
        result.append("".join("bdgjklmnprst"[a % 12] + "aeiou"[b % 5] for a, b in pairs))
    return result


class Canaries:
    """What the canaries say of one reader and surface."""

    def __init__(self) -> None:
        self.now = self.good = 0
        self.found: list[tuple[str, int]] = []
        self.doubt = False

    def round(self, found: Sequence[str]) -> None:
        """Take a round, with the canaries that were found in it."""
        self.now += 1
        recent = [(word, at) for word, at in self.found if self.now - at < SOON]
        self.found = recent + [(word, self.now) for word in found]
        self.good = 0 if found else self.good + 1
        if len({word for word, _ in self.found}) >= 2:
            self.doubt = True
        elif self.good >= GOOD:
            self.doubt = False

    def state(self, state: str) -> str:
        """What a name's state becomes here."""
        return "unmeasurable" if self.doubt and state in ("findable", "restored") else state
