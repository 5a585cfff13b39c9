"""What people and programs send with a command: which values a field takes, and how it is described."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from siaga.domain.errors import BadInput, Fault, Sentence
from siaga.i18n.speech import N_

LONGEST_NUMBER = 15
"""Digits: what is longer numbers no event."""


class WrongInput(BadInput):
    """A field holds what no page or description of the API offers."""


@dataclass(frozen=True, slots=True)
class InputField:
    """One field of a command."""

    says: str = ""
    """What it means, for programs."""
    least: int = 0
    """Characters of a text, spaces around it left out."""
    longest: int | None = None
    """Characters of a text; None for no limit of its own."""
    choices: Sequence[str] = ()
    """The values that it may have; empty for any."""
    is_number: bool = False
    end: str = ""
    """What the record puts after a text, such as the end of its last line."""
    label: str = ""
    """What stands beside it on a page; marked for the catalogues."""

    def read(self, name: str, text: str) -> Any:
        """The value that a text from outside stands for.

        Raises:
            WrongInput: it is not one of the choices, or no number where one is wanted.
        """
        if self.is_number:
            if not text.isascii() or not text.isdigit() or len(text) > LONGEST_NUMBER:
                raise WrongInput(
                    Fault(N_("This is not a number."), N_("Send the number of an event."), field=name)
                )
            return int(text)
        if not self.choices:
            return text + self.end
        for choice in self.choices:
            if choice == text:
                return choice
        raise WrongInput(self._not_on_the_list(name))

    def problem(self, name: str, value: object) -> Fault | None:
        """What is wrong with a value; None where nothing is."""
        if self.choices and value not in self.choices:
            return self._not_on_the_list(name)
        if self.longest is not None and not (
            isinstance(value, str) and self.least <= len(value.strip()) and len(value) <= self.longest
        ):
            what = Sentence(
                "`{field}` must be a text of {least} to {most} characters.",
                field=name,
                least=self.least,
                most=self.longest,
            )
            return Fault(what, N_("Shorten or complete it."), field=name)
        return None

    def schema(self) -> dict[str, Any]:
        """The field as JSON Schema describes it."""
        if self.choices:
            return {"enum": [str(choice) for choice in self.choices]}
        schema: dict[str, Any] = {"type": "string"}
        if self.longest is not None:
            schema["maxLength"] = self.longest
        if self.says:
            schema["description"] = self.says
        return schema

    def _not_on_the_list(self, name: str) -> Fault:
        do = Sentence("Choose one of: {choices}.", choices=", ".join(self.choices))
        return Fault(Sentence("`{field}` is not on the list.", field=name), do, field=name)
