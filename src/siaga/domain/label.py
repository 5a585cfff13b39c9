"""A text of a file that people read, in as many languages as the file has it in."""

from collections.abc import Callable, Mapping
from typing import Self


class Label(str):
    """A text in several languages. As a plain string it is in the first of them: for what has no language of
    its own, such as the API, and for whoever reads in one that the file does not have."""

    by_language: Mapping[str, str]
    """The texts by language (`id`, `en`); never empty."""

    def __new__(cls, by_language: Mapping[str, str]) -> Self:
        """The label that says these texts."""
        label = super().__new__(cls, next(iter(by_language.values())))
        label.by_language = dict(by_language)
        return label

    def __reduce__(self) -> tuple[type[Self], tuple[Mapping[str, str]]]:
        return type(self), (self.by_language,)

    def within(self, sentence: Callable[[str], str]) -> "Label":
        """The label with something around it, in each language."""
        return Label({language: sentence(text) for language, text in self.by_language.items()})


def label_in(language: str, text: str) -> str:
    """A text as it reads in a language: a label in that one where it has it, any other text as it is."""
    return text.by_language.get(language, str(text)) if isinstance(text, Label) else text
