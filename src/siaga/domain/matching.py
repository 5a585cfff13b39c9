"""How names and texts are compared: Unicode NFKC, case-folded, accents off, white space folded."""

import unicodedata
from typing import Final


class _WithoutAccents(dict[int, int | None]):
    """A table for `str.translate`, filled as characters are met: combining marks go, all else stays."""

    def __missing__(self, code: int) -> int | None:
        """What becomes of a character met for the first time."""
        kept = None if unicodedata.combining(chr(code)) else code
        if len(self) < _MOST_KEPT:
            self[code] = kept
        return kept


_MOST_KEPT: Final = 20_000
"""Characters remembered; all scripts in daily use together have fewer."""
_WITHOUT_ACCENTS: Final = _WithoutAccents()


def folded(text: str) -> str:
    """`text` reduced to what people mean when they type it: `  Élan ＡＢＣ ` becomes `elan abc`."""
    if text.isascii():
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    bare = decomposed.translate(_WITHOUT_ACCENTS)
    return " ".join(unicodedata.normalize("NFKC", bare).split())
