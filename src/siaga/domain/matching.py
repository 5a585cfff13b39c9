"""Which texts are the same name: the rule `same-name@2`, which docs/names.md says in words.

What a reader takes for the same name is the same name, whatever keys it was typed with: capitals, accents,
forms of a letter, marks that are not seen, the apostrophe of a telephone.
"""

import re
import unicodedata
from typing import Final

RULE: Final = "same-name@2"
"""Raise it with any change below, and with it the version of every reader."""

APOSTROPHE, HYPHEN, DOT = "'", "-", "."
_CONNECTORS: Final = {
    **dict.fromkeys("'`´‘’‚‛′‵ʹʻʼʽʾʿˈˊˋꞌ՚׳", APOSTROPHE),
    **dict.fromkeys("−⁃˗־֊", HYPHEN),
    **dict.fromkeys("·‧・∙⋅·", DOT),
}
"""What stands within a name without dividing it, by the one sign that is meant."""
_LETTERS: Final = {
    **{"æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ŋ": "n", "ı": "i", "ȷ": "j", "ɡ": "g", "ĸ": "k"},
    **{"ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ک": "ك", "ڪ": "ك"},
    **{"ة": "ه", "ہ": "ه", "ھ": "ه", "ە": "ه", "ۃ": "ه", "ـ": ""},
}
"""Letters that Unicode does not decompose, and Arabic letters that keyboards of several languages write
differently; the last is the stretching of a line."""
_VARIANT: Final = re.compile(r"((?:LATIN|CYRILLIC) SMALL LETTER [A-Z]+(?: [A-Z]+)*?) WITH ")
_SMALL_CAPITAL: Final = re.compile(r"LATIN LETTER SMALL CAPITAL ([A-Z])$")
_BOXED: Final = re.compile(r"NEGATIVE (?:CIRCLED|SQUARED) LATIN CAPITAL LETTER ([A-Z])$")
_SPELLING: Final = frozenset({8, 9, 84, 91, 103, 107, 118, 122, 129, 130, 132})
"""Combining classes that spell: kana voicing, virama, vowels and tones of Telugu, Thai, Lao and Tibetan."""
_UNSEEN: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u180b\u180c\u180d\u180f")
"""Joiners and fillers beside those of the category Cf."""
_SEEN: Final = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)
"""Number signs of the category Cf, which are seen."""


class _Table(dict[int, str]):
    """A table for `str.translate`, filled as characters are met."""

    def __missing__(self, code: int) -> str:
        """What becomes of a character met for the first time."""
        plain = _plain(chr(code))
        if len(self) < _MOST_KEPT:
            self[code] = plain
        return plain


_MOST_KEPT: Final = 20_000
"""Characters remembered; all scripts in daily use together have fewer."""


def folded(text: str) -> str:
    """`text` reduced to what people mean when they type it: `  Élan ＡＢＣ ` becomes `elan abc`."""
    if text.isascii():
        return " ".join(text.lower().replace("`", APOSTROPHE).split())
    return " ".join(unicodedata.normalize("NFC", text.translate(_TABLE)).split())


def undivided(text: str) -> str:
    """`text` folded, without signs that neither divide nor join: `Ma'ruf` is there for `maruf`."""
    return folded(text).translate(_WITHOUT_SIGNS)


def _plain(character: str) -> str:
    """What one character is reduced to."""
    if character in _CONNECTORS:
        return _CONNECTORS[character]
    if character.isascii():
        return character.lower()
    if _is_unseen(character) or _is_accent(character):
        return ""
    if unicodedata.category(character) == "Pd":
        return HYPHEN
    if unicodedata.category(character) == "Nd":
        return str(unicodedata.decimal(character))
    simpler = _LETTERS.get(character) if character in _LETTERS else _simpler(character)
    return character if simpler == character else "".join(map(_plain, simpler or ""))


def _is_unseen(character: str) -> bool:
    """Joiners, marks of direction, tags, selectors of a character's looks."""
    code = ord(character)
    if character in _UNSEEN or 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF:
        return True
    return unicodedata.category(character) == "Cf" and character not in _SEEN


def _is_accent(character: str) -> bool:
    """Marks that do not spell: accents, vowel points, circles and boxes around a character."""
    if unicodedata.category(character) == "Me":
        return True
    return unicodedata.combining(character) not in {0, *_SPELLING}


def _simpler(character: str) -> str:
    """The character by one step towards its plainest form; itself where there is none."""
    for simpler in (unicodedata.normalize("NFKD", character), character.casefold()):
        if simpler != character:
            return simpler
    name = unicodedata.name(character, "")
    if found := _VARIANT.match(name):
        return _named(found[1]) or character
    if found := _SMALL_CAPITAL.match(name) or _BOXED.match(name):
        return found[1].lower()
    return character


def _named(name: str) -> str | None:
    try:
        return unicodedata.lookup(name)
    except KeyError:
        return None


_TABLE: Final = _Table()
_WITHOUT_SIGNS: Final = dict.fromkeys(map(ord, APOSTROPHE + HYPHEN + DOT))
