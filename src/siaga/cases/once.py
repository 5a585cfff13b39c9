"""What makes asking again the same asking: a key that whoever asks has chosen, and what they asked by it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from siaga.domain.errors import BadInput, Fault
from siaga.i18n.speech import N_

_PREFIX: Final = "once/"


class AskedOtherwise(BadInput):
    """A key came again with other content. Nothing was written. HTTP 422."""

    def __init__(self) -> None:
        what = N_("This form was sent before with different content.")
        super().__init__(Fault(what, N_("Check what you wrote, then send it again.")))


@dataclass(frozen=True, slots=True)
class Once:
    """One asking. Done again with the same `name` and `content`, it is done once."""

    name: str
    """Who asked, and the key that they chose."""
    content: str
    """SHA-256, hexadecimal, of all that was asked."""

    @classmethod
    def asked(cls, door: str, who: str, key: str, content: Mapping[str, Any]) -> Self:
        """Somebody asks `content`, plain values, through a door (a form, a program, a link), by a key."""
        text = json.dumps(content, sort_keys=True, ensure_ascii=True)
        name = hashlib.sha256(json.dumps([door, who, key]).encode()).hexdigest()
        return cls(name, hashlib.sha256(text.encode()).hexdigest())

    @property
    def key(self) -> str:
        """As the journal holds it."""
        return f"{_PREFIX}{self.name}/{self.content}"


def once_of(key: str | None) -> Once | None:
    """The asking by which an entry of the journal came; None where it came by none."""
    if key is None or not key.startswith(_PREFIX):
        return None
    name, _, content = key.removeprefix(_PREFIX).partition("/")
    return Once(name, content)
