"""How faults are worded: what is wrong and what to write, with words of the file quoted and guessed."""

from collections.abc import Collection
from difflib import get_close_matches


class Unreadable(ValueError):
    """A value that does not read. Its two arguments say what is wrong and what to write."""

    def __init__(self, what: str, do: str) -> None:
        super().__init__(f"{what} {do}")
        self.what = what
        self.do = do


def quoted(text: str) -> str:
    """A text of the file as a fault quotes it: on one line, not too long."""
    return repr(text if len(text) <= 60 else f"{text[:57]}...")


def closest(word: str, known: Collection[str]) -> str | None:
    """The known word that is most like `word`, if any is."""
    return next(iter(get_close_matches(word[:100], known, n=1, cutoff=0.6)), None)


def use_one_of(word: str, known: Collection[str]) -> str:
    """What to write instead of an unknown word: the most like it first."""
    meant = closest(word, known)
    return f"{'' if meant is None else f'Did you mean {meant!r}? '}Use one of: {', '.join(known)}."
