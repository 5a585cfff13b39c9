"""The forms of single values in a file: how each is read from its text, and how a schema describes it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Final, TypeVar

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from siaga.config.addresses import LONGEST_ADDRESS, address_problem, is_loopback
from siaga.config.sections import context_of
from siaga.config.times import (
    DAY,
    MOMENT,
    SPAN,
    TIME_OF_DAY,
    parse_day,
    parse_moment,
    parse_span,
    parse_time_of_day,
    span_text,
)
from siaga.config.tree import Scalar
from siaga.config.wording import Unreadable, quoted, use_one_of

LONGEST_ID: Final = 48
LONGEST_TEXT: Final = 200
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_DECIMAL = re.compile(r"-?\d{1,9}(\.\d{1,9})?", re.ASCII)
T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class ScalarType:
    """Marks a field's type with the form of its value."""

    parse: Callable[[object], object]
    """Reads a node of the tree; raises `Unreadable`."""
    schema: dict[str, Any]
    """The form as JSON Schema."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.parse)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return dict(self.schema)


@dataclass(frozen=True, slots=True, eq=False)
class _MomentType(ScalarType):
    """The same for times: those without an offset are in the file's zone."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(
            lambda tree, info: parsed(lambda text: parse_moment(text, context_of(info).zone))(
                plain_text(tree)
            )
        )


def plain_text(tree: object, longest: int = LONGEST_TEXT) -> str:
    """A node as a text of 1 to `longest` characters on one line.

    Raises:
        Unreadable: it is none. The text is not quoted: it may be a secret.
    """
    if not isinstance(tree, Scalar):
        raise Unreadable("A text is expected here.", "Write one text.")
    if not tree.text.strip():
        raise Unreadable("Nothing stands here.", "Write a text, or remove the field.")
    if tree.is_ambiguous:
        what = "This reads as a number, a yes or no, or nothing."
        raise Unreadable(what, 'Write it in quotes, such as "2024".')
    if len(tree.text) > longest:
        raise Unreadable(f"The text has {len(tree.text)} characters.", f"Write at most {longest}.")
    without_joiners = tree.text.replace("\u200c", "").replace("\u200d", "")  # several scripts need them
    if not without_joiners.isprintable() or tree.text != tree.text.strip():
        raise Unreadable("Line breaks, control characters or outer spaces stand in the text.", "Remove them.")
    return tree.text


def text(parse: Callable[[str], object] = str, longest: int = LONGEST_TEXT, **schema: Any) -> ScalarType:
    """A text that `parse` reads; `schema` says more about it than its length."""
    whole_schema = {"type": "string", "minLength": 1, "maxLength": longest, **schema}
    return ScalarType(lambda tree: parse(plain_text(tree, longest)), whole_schema)


def parsed(parse: Callable[[str], T]) -> Callable[[str], T]:
    """The same, with the text quoted in what is wrong."""

    def read(written: str) -> T:
        try:
            return parse(written)
        except Unreadable as problem:
            raise Unreadable(f"{quoted(written)}: {problem.what}", problem.do) from None

    return read


def matching(pattern: re.Pattern[str], what: str, do: str) -> Callable[[str], str]:
    """Reads a text that matches as a whole; `what` follows the quoted text, such as `is no network.`"""

    def read(written: str) -> str:
        if pattern.fullmatch(written) is None:
            raise Unreadable(f"{quoted(written)} {what}", do)
        return written

    return read


def one_of(words: Iterable[str], parse: Callable[[str], object] = str) -> ScalarType:
    """One of these words, as `parse` reads it."""
    known = tuple(map(str, words))

    def read(tree: object) -> object:
        word = plain_text(tree)
        if word not in known:
            raise Unreadable(f"{quoted(word)} is not known here.", use_one_of(word, known))
        return parse(word)

    return ScalarType(read, {"enum": list(known)})


def number(least: float, most: float) -> ScalarType:
    """A number within bounds."""
    do = f"Write a number from {least:g} to {most:g}."
    schema = {"type": "number", "minimum": least, "maximum": most}
    return ScalarType(lambda tree: _number(tree, least, most, do), schema)


def whole(least: int, most: int) -> ScalarType:
    """A whole number within bounds."""
    do = f"Write a whole number from {least} to {most}."

    def read(tree: object) -> int:
        found = _number(tree, least, most, do)
        if not found.is_integer():
            raise Unreadable(f"{found:g} is no whole number.", do)
        return int(found)

    return ScalarType(read, {"type": "integer", "minimum": least, "maximum": most})


def _number(tree: object, least: float, most: float, do: str) -> float:
    if not isinstance(tree, Scalar) or tree.quoted or _DECIMAL.fullmatch(tree.text) is None:
        raise Unreadable("A number is expected here.", do)
    if not least <= float(tree.text) <= most:
        raise Unreadable(f"{tree.text} is out of range.", do)
    return float(tree.text)


def span(least: timedelta, most: timedelta, what: str) -> ScalarType:
    """A span within bounds; `what` says which, such as `A round every {}`."""

    def read(written: str) -> timedelta:
        found = parsed(parse_span)(written)
        if not least <= found <= most:
            do = f"Write a span from {span_text(least)} to {span_text(most)}, such as 90s, 5m or 1h30m."
            raise Unreadable(f"{what.format(span_text(found))} is out of range.", do)
        return found

    return text(read, pattern=f"^(?=.){SPAN.pattern}$")


def address(*schemes: str, unencrypted: str = "", path: bool = True, do: str = "") -> ScalarType:
    """An address. Where `unencrypted` says why, http leads to this machine alone. `do` adds to remedies."""

    def read(written: str) -> str:
        problem = address_problem(written, schemes)
        if problem is None and unencrypted and written.startswith("http:") and not is_loopback(written):
            problem = (unencrypted, "Write https://.")
        if problem is None and not path and written.count("/") > 2 + written.endswith("/"):
            problem = ("A path stands in the address.", "Write the address of the site alone.")
        if problem is not None:
            raise Unreadable(problem[0], f"{problem[1]} {do}".rstrip())
        return written

    rest = r"[^@?#\s]+" if path else r"[^@?#/\s]+/?"
    return text(read, LONGEST_ADDRESS, pattern=f"^({'|'.join(schemes)})://{rest}$")


def parse_id(written: str) -> str:
    """Lower-case words joined by hyphens.

    Raises:
        Unreadable: it is none; the fault proposes one.
    """
    if len(written) <= LONGEST_ID and _ID.fullmatch(written) is not None:
        return written
    better = "-".join(re.findall(r"[a-z0-9]+", written[:LONGEST_ID].lower())) or "some-words"
    do = f"Write lower-case letters, digits and single hyphens, at most {LONGEST_ID}: {better}."
    raise Unreadable(f"{quoted(written)} is no id.", do)


Text = Annotated[str, text()]
"""Some words on one line."""
Id = Annotated[str, text(parse_id, pattern=rf"^{_ID.pattern}$", maxLength=LONGEST_ID)]
"""Lower-case words joined by hyphens."""
Reference = Annotated[str, text(pattern=rf"^{_ID.pattern}$", maxLength=LONGEST_ID)]
"""The id of something else in the file. Whether it is there is a question to the whole file."""
Day = Annotated[date, text(parsed(parse_day), pattern=f"^{DAY.pattern}$")]
"""Such as `2024-02-14`."""
TimeOfDay = Annotated[time, text(parsed(parse_time_of_day), pattern=f"^{TIME_OF_DAY.pattern}$")]
"""Such as `22:00`."""
Moment = Annotated[
    datetime,
    _MomentType(plain_text, {"type": "string", "pattern": f"^{MOMENT.pattern}$"}),
]
"""Such as `2024-01-21T19:00` in the file's zone, or with an offset of its own; in UTC."""
