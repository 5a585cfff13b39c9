"""Errors for people: what is wrong, where, and what to do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Self


class Sentence(str):
    """A sentence for people whose fields are filled in, and that can still be said in another language.

    A field may be such a sentence itself.
    """

    __slots__ = ("template", "values")
    template: str
    values: dict[str, object]

    def __new__(cls, template: str, /, **values: object) -> Self:
        """`template` is marked for the catalogues and names its fields in braces."""
        made = super().__new__(cls, template.format_map(values))
        made.template, made.values = template, values
        return made


def said_in(text: str, gettext: Callable[[str], str]) -> str:
    """A message, or a sentence with its fields, in the language whose messages `gettext` gives."""
    if not isinstance(text, Sentence):
        return gettext(text)
    values = {
        name: said_in(value, gettext) if isinstance(value, Sentence) else value
        for name, value in text.values.items()
    }
    return gettext(text.template).format_map(values)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input."""

    what: str
    """What is wrong, in one sentence."""
    do: str
    """What to write or do instead."""
    file: str = ""
    line: int = 0
    """Counted from 1; 0 where no line applies."""
    field: str = ""
    """The field's path, such as `contestants[2].names[0]`."""

    def __str__(self) -> str:
        place = ":".join(
            part for part in (self.file, str(self.line) if self.line else "", self.field) if part
        )
        return f"{place}: {self.what} {self.do}".removeprefix(": ")


class BadInput(Exception):
    """Input that cannot be used. Nothing was changed. Exit code 2, HTTP 4xx."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


class Damaged(Exception):
    """Files of the record are missing, or not what they were. Nothing was changed. Exit code 3."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


class Busy(Exception):
    """What was asked for cannot be had now, and may be asked for again. Nothing was changed. HTTP 503."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("too busy")
        self.wait = wait
        """After so long it is worth another try."""


class NotRecorded(Exception):
    """What was measured cannot be kept: what cannot be recorded must not be judged. Exit code 3."""
