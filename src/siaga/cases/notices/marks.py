"""What a notice leaves open until it is sent: each mark stands for words that are known only then.

People read and approve a notice with its marks. What is measured, and by when an answer is due, is said as of
the moment at which the notice goes out, and never changes afterwards.
"""

from collections.abc import Mapping
from enum import StrEnum


class NoticeMark(StrEnum):
    """Words that are put in when a notice is sent."""

    FINDING = "[[finding]]"
    """What is wrong, in a sentence."""
    EVIDENCE = "[[evidence]]"
    """What was measured, where, since when, and how strong the evidence is: at proof and now."""
    REPLY_BY = "[[reply-by]]"
    EXPLAIN_BY = "[[explain-by]]"
    RESTORE_BY = "[[restore-by]]"


def filled(text: str, words: Mapping[NoticeMark, str]) -> str:
    """The text with each of these marks replaced."""
    for mark, said in words.items():
        text = text.replace(mark, said)
    return text


def repeated(text: str) -> NoticeMark | None:
    """A mark that stands in a text more than once: what it stands for is long, and is said once."""
    return next((mark for mark in NoticeMark if text.count(mark) > 1), None)
