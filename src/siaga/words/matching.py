"""How names and texts are compared: Unicode NFKC, case-folded, accents off, white space folded."""

import unicodedata


def folded(text: str) -> str:
    """`text` reduced to what people mean when they type it: `  Élan ＡＢＣ ` becomes `elan abc`."""
    if text.isascii():
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(unicodedata.normalize("NFKC", bare).split())
