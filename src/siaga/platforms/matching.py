"""Whether a result really carries the name that was asked: compared folded, at the edges of words.

A name stands in a text when each of its words does, whole, in any order; or all of them written as one, as
in hashtags. Scripts that write without spaces between words have no edges to look for.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Final

from siaga.domain.matching import folded
from siaga.platforms.json import ContractViolation

LONGEST_TEXT: Final = 20_000
"""Characters of a text that are looked at; posts, names and descriptions are shorter."""
_UNSPACED: Final = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1100, 0x11FF),  # Hangul: particles are written onto the name
    (0x1780, 0x17FF),  # Khmer
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x3400, 0x9FFF),  # Han
    (0xAC00, 0xD7AF),  # Hangul syllables
    (0x20000, 0x3FFFF),  # Han
)
_UNSEEN: Final = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e007f]"
)
"""Joiners, marks of direction, selectors of a character's looks."""

_NOT_IN_TAGS: Final = re.compile(r"[\s\x00-\x2f:-@\[-^`{-\xa0]")

Carries = Callable[[str], bool]
"""Whether a text carries the name."""


def bare(text: str) -> str:
    """`text` folded, without marks that are not seen: joiners and marks of direction."""
    text = text[:LONGEST_TEXT]
    return folded(text if text.isascii() else _UNSEEN.sub("", text))


def whole_words(name: str) -> Carries:
    """For posts, hashtags in them and trends: the words of `name`, each whole."""
    return _looks_for(name, whole=True)


def word_beginnings(name: str) -> Carries:
    """For people and suggestions: words that begin as those of `name` do, such as `mahfudmd` for `mahfud`."""
    return _looks_for(name, whole=False)


def tag(name: str) -> Callable[[Iterable[str], str], bool]:
    """For hashtags: whether a result's own tags have it, or its text has it behind a `#`."""
    sought = bare(name).lstrip("#").replace(" ", "")

    def carries(tags: Iterable[str], text: str = "") -> bool:
        if not sought:
            return False
        if any(bare(own).lstrip("#") == sought for own in tags):
            return True
        return _stands_in(f"#{sought}", bare(text), whole=True)

    return carries


def as_tag(name: str) -> str:
    """`name` as a hashtag without its `#`.

    Raises:
        ContractViolation: it contains what a hashtag cannot: spaces, or signs other than `_`.
    """
    bare_tag = name.strip().lstrip("#")
    if not bare_tag or _NOT_IN_TAGS.search(bare_tag):
        raise ContractViolation("this cannot be a hashtag")
    return bare_tag


def quoted(name: str, without: str = '"') -> str:
    """`name` as a phrase in quotation marks; each character of `without` in it becomes a space."""
    return '"' + " ".join(name.translate(dict.fromkeys(map(ord, without), " ")).split()) + '"'


def same_handle(handle: str, other: str) -> bool:
    """Whether two handles are the same; a leading `@` and capitals make no difference."""
    return bare(handle).lstrip("@") == bare(other).lstrip("@") != ""


def _looks_for(name: str, *, whole: bool) -> Carries:
    words = bare(name).split()
    together = "".join(words)

    def carries(text: str) -> bool:
        if not words:
            return False
        text = bare(text)
        if all(_stands_in(word, text, whole=whole) for word in words):
            return True
        return len(words) > 1 and _stands_in(together, text, whole=whole)

    return carries


def _stands_in(word: str, text: str, *, whole: bool) -> bool:
    """Whether `word` is in `text` between edges of words."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if (at == 0 or _is_edge(text[at - 1], word[0])) and (
            not whole or end == len(text) or _is_edge(word[-1], text[end])
        ):
            return True
        at = text.find(word, at + 1)
    return False


def _is_edge(before: str, after: str) -> bool:
    """Whether a word can end and another begin between the two characters."""
    if not (_is_in_words(before) and _is_in_words(after)):
        return True
    return _is_unspaced(before) or _is_unspaced(after)


def _is_in_words(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM"


def _is_unspaced(character: str) -> bool:
    code = ord(character)
    return code >= 0x0E00 and any(first <= code <= last for first, last in _UNSPACED)
