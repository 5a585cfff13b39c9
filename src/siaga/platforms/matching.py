"""Whether a result really carries the name that was asked: `same-name@2`, at the edges of words.

A name stands in a text when each of its words does, whole, in any order; or all of them written as one, as
in hashtags. An apostrophe, a hyphen or a dot between two letters is an edge of words and no part of one, so
that `Prabowo-Gibran` carries both its names and `Ma'ruf` is `Maruf`. Scripts that write without spaces
between words have no edges to look for. docs/names.md says the rule in words.
"""

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

from siaga.domain.matching import APOSTROPHE, DOT, HYPHEN, folded
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
_CONNECTORS: Final = APOSTROPHE + HYPHEN + DOT
_JOINED: Final = re.compile(f"[{re.escape(_CONNECTORS)}]+")

_WORD: Final = re.compile(r"(?<![\w@#/.:])[^\W\d_]+(?![\w@/.:])")
"""A word of letters that is no handle, hashtag or part of an address."""
_NOT_IN_TAGS: Final = re.compile(r"[\s\x00-\x2f:-@\[-^`{-\xa0]")

Carries = Callable[[str], bool]
"""Whether a text carries the name."""


def bare(text: str) -> str:
    """`text` folded, as far as it is looked at."""
    return folded(text[:LONGEST_TEXT])


def unescaped(text: str) -> str:
    """A text that a platform delivers as HTML shows it, `&#39;` and `&amp;` resolved; it has no markup."""
    return html.unescape(text[:LONGEST_TEXT])


def whole_words(name: str) -> Carries:
    """For posts, hashtags in them and trends: the words of `name`, each whole."""
    return _looks_for(name, whole=True)


def word_beginnings(name: str) -> Carries:
    """For people and suggestions: words that begin as those of `name` do, such as `mahfudmd` for `mahfud`."""
    return _looks_for(name, whole=False)


def tag(name: str) -> Callable[[Iterable[str], str], bool]:
    """For hashtags: whether a result's own tags have it, or its text has it behind a `#`."""
    sought = bare(name).lstrip("#").replace(" ", "")
    behind_a_sign = _pattern(sought, before="#")

    def carries(tags: Iterable[str], text: str = "") -> bool:
        if not sought:
            return False
        if any(bare(own).lstrip("#") == sought for own in tags):
            return True
        return _stands_in(behind_a_sign, bare(text), whole=True)

    return carries


def as_tag(name: str) -> str:
    """`name` as a hashtag without its `#`.

    Raises:
        ContractViolation: it contains what a hashtag cannot: spaces, or signs other than `_`.
    """
    bare_tag = name.strip().lstrip("#")
    if not bare_tag or _NOT_IN_TAGS.search(bare_tag) or _JOINED.search(folded(bare_tag)):
        raise ContractViolation("this cannot be a hashtag")
    return bare_tag


def most_shared_words(texts: Iterable[str], least_letters: int = 5) -> list[str]:
    """Words of letters that stand in most of the texts, at most three: what a search must find again."""
    counted: Counter[str] = Counter()
    for text in texts:
        found = {word.lower() for word in _WORD.findall(text[:LONGEST_TEXT])}
        counted.update(word for word in sorted(found) if len(word) >= least_letters)
    return [word for word, _ in counted.most_common(3)]


def quoted(name: str, without: str = '"') -> str:
    """`name` as a phrase in quotation marks; each character of `without` in it becomes a space."""
    return '"' + " ".join(name.translate(dict.fromkeys(map(ord, without), " ")).split()) + '"'


def same_handle(handle: str, other: str) -> bool:
    """Whether two handles are the same; a leading `@` and capitals make no difference."""
    return bare(handle).lstrip("@") == bare(other).lstrip("@") != ""


@lru_cache(1024)
def _looks_for(name: str, *, whole: bool) -> Carries:
    words = [word for word in bare(name).split() if word.strip(_CONNECTORS)] or bare(name).split()
    each = [_pattern(word) for word in dict.fromkeys(words)]
    together = _pattern("".join(words)) if len(words) > 1 else None

    def carries(text: str) -> bool:
        if not each:
            return False
        text = bare(text)
        if all(_stands_in(word, text, whole=whole) for word in each):
            return True
        return together is not None and _stands_in(together, text, whole=whole)

    return carries


def _pattern(word: str, before: str = "") -> re.Pattern[str]:
    """`word` in a folded text. Between letters there may stand a sign that does not divide; where the word
    has such a sign itself, a space as well."""
    letters = _JOINED.split(word.strip(_CONNECTORS) or word)
    between = f"[{re.escape(_CONNECTORS)}]?"
    parts = (between.join(map(re.escape, part)) for part in letters if part)
    return re.compile(re.escape(before) + f"(?:{between}| )".join(parts) if any(letters) else re.escape(word))


def _stands_in(word: re.Pattern[str], text: str, *, whole: bool) -> bool:
    """Whether `word` is in `text` between edges of words."""
    found = word.search(text)
    while found is not None:
        begin, end = found.span()
        if (begin == 0 or _is_edge(text[begin - 1], text[begin])) and (
            not whole or end == len(text) or _is_edge(text[end - 1], text[end])
        ):
            return True
        found = word.search(text, begin + 1)
    return False


def _is_edge(before: str, after: str) -> bool:
    """Whether a word can end and another begin between the two characters."""
    if not (_is_in_words(before) and _is_in_words(after)):
        return True
    return _is_unspaced(before) or _is_unspaced(after)


@lru_cache(4096)
def _is_in_words(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNM"


def _is_unspaced(character: str) -> bool:
    code = ord(character)
    return code >= 0x0E00 and any(first <= code <= last for first, last in _UNSPACED)
