"""Canaries: words that nobody posts, new each day, secret until the day's key is revealed.

A reader that finds one finds what is not there; were the words known beforehand, anybody could post
them and make a watch doubt itself. They follow from the key of the UTC day by HMAC-SHA256, so that
anyone can recompute them once the key is journalled; `docs/planning.md` says how.
"""

import hmac
from collections.abc import Collection
from datetime import date
from itertools import count
from typing import Final

WORDS_A_DAY: Final = 3
"""Asked by turns, one a round: two different ones found close together tell more than one found twice."""
_SYLLABLES: Final = 4
_CONSONANTS: Final = "bdgjklmnprst"
_VOWELS: Final = "aeiou"


def canary_words(
    key: bytes, platform: str, day: date, burned: Collection[str] = frozenset()
) -> tuple[str, ...]:
    """The platform's words of a day, without those that were found and so are `burned`."""
    words: list[str] = []
    for number in count():
        word = _word(hmac.digest(key, f"{platform}|{day.isoformat()}|{number}".encode(), "sha256"))
        if word not in burned and word not in words:
            words.append(word)
        if len(words) == WORDS_A_DAY:
            return tuple(words)
    raise AssertionError("numbers do not end")


def _word(digest: bytes) -> str:
    """Four syllables, spelt like a name."""
    return "".join(
        _CONSONANTS[digest[2 * place] % len(_CONSONANTS)] + _VOWELS[digest[2 * place + 1] % len(_VOWELS)]
        for place in range(_SYLLABLES)
    )
