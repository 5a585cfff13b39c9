"""The forms of single values that only election files have."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from typing import Annotated, Final

from babel import Locale

from siaga.config.scalars import ScalarType, matching, parsed, text, whole
from siaga.config.times import DAY, UNITS, parse_day, zone_names
from siaga.config.wording import Unreadable, closest, quoted
from siaga.domain.matching import folded
from siaga.election.model import Promise

LONGEST_NAME: Final = 100
PROMISE_FORM: Final = (
    "Write false alarms per span, such as 1/30d, 0.5/1w or 2/24h; at most 1000, in 1h to 3650d."
)
_PROMISE = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)/(\d{1,6})([hdw])", re.ASCII)
_HANDLE = re.compile(r"[\w.:-]+(@[\w.:-]+)?")
_HASHTAG = re.compile(r"\w*[^\W\d]\w*")
_CANARY = re.compile(r"[a-z][a-z0-9]{9,14}", re.ASCII)
_NETWORK = re.compile(r"AS[1-9]\d{0,9}", re.ASCII)


@cache
def known_countries() -> frozenset[str]:
    """The ISO 3166-1 codes that Unicode's tables know."""
    return frozenset(code for code in map(str, Locale("en").territories) if re.fullmatch("[A-Z]{2}", code))


@cache
def known_languages() -> frozenset[str]:
    """The language codes that Unicode's tables know."""
    return frozenset(Locale("en").languages)


def parse_promise(written: str) -> Promise:
    """`1/30d`: at most so many false alarms in such a span.

    Raises:
        Unreadable: it is none, or out of bounds.
    """
    match = _PROMISE.fullmatch(written)
    if match is None:
        raise Unreadable("Invalid false-alarm limit.", PROMISE_FORM)
    false_alarms, span = float(match[1]), int(match[2]) * UNITS[match[3]]
    if not 0 < false_alarms <= 1000 or not timedelta(hours=1) <= span <= timedelta(days=3650):
        raise Unreadable("The false-alarm limit is out of range.", PROMISE_FORM)
    return Promise(false_alarms, span)


def _country(written: str) -> str:
    if written not in known_countries():
        raise Unreadable(f"{quoted(written)} is no country.", "Write its two letters, such as ID or SG.")
    return written


def _language(written: str) -> str:
    if written.split("-", maxsplit=1)[0] not in known_languages():
        raise Unreadable(f"{quoted(written)} is no language.", "Write a code such as id or en.")
    return written


def parse_time_zone(written: str) -> str:
    """The IANA name of a time zone that this machine knows.

    Raises:
        Unreadable: it knows none of the name.
    """
    if written not in zone_names():
        meant = closest(written, sorted(zone_names()))
        guess = "" if meant is None else f"Did you mean {meant!r}? "
        do = f"{guess}Write its IANA name, such as Asia/Jakarta."
        raise Unreadable(f"{quoted(written)} is no time zone.", do)
    return written


def parse_voting_day(written: str) -> date:
    """A day from 1990 to 2100.

    Raises:
        Unreadable: it is none.
    """
    day = parsed(parse_day)(written)
    if not 1990 <= day.year <= 2100:
        raise Unreadable(f"The year {day.year} is out of reason.", "Write the day of the vote.")
    return day


def _comparable(parse: Callable[[str], str]) -> Callable[[str], str]:
    """The same for a name of which something is left when it is compared."""

    def read(written: str) -> str:
        if not folded(written):
            what = "Nothing is left of this name when it is compared."
            raise Unreadable(what, "Write letters or digits.")
        return parse(written)

    return read


parse_canary: Final = matching(
    _CANARY,
    "is not a valid test text.",
    "Use 10 to 15 random lower-case letters and digits, starting with a letter, such as qzvexh7rwk4m.",
)
LEAST_CONTROLS: Final = whole(2, 100)
DEFAULT_LEAST_CONTROLS: Final = 3
_family = whole(4, 6)


def least_controls(tree: object) -> int:
    """The file's own `least-controls`; the default where it has none, or none that reads."""
    try:
        return int(str(LEAST_CONTROLS.parse(tree)))
    except Unreadable:
        return DEFAULT_LEAST_CONTROLS


def _address_family(tree: object) -> object:
    family = _family.parse(tree)
    if family == 5:
        raise Unreadable("There is no address family 5.", "Write 4 or 6.")
    return family


Country = Annotated[str, text(_country, pattern="^[A-Z]{2}$")]
Language = Annotated[str, text(_language, examples=["id", "en"])]
TimeZone = Annotated[str, text(parse_time_zone, examples=["Asia/Jakarta"])]
VotingDay = Annotated[date, text(parse_voting_day, pattern=f"^{DAY.pattern}$")]
FalseAlarms = Annotated[
    Promise, text(parsed(parse_promise), pattern=f"^{_PROMISE.pattern}$", default="1/30d")
]
NameText = Annotated[str, text(_comparable(str), LONGEST_NAME)]
Handle = Annotated[
    str,
    text(
        _comparable(
            matching(
                _HANDLE,
                "is no handle.",
                "Write it without `@` in front, spaces or address, such as aniesbaswedan or "
                "name@server.example.",
            )
        ),
        LONGEST_NAME,
        pattern=r"^[^@\s/#?]",
    ),
]
Hashtag = Annotated[
    str,
    text(
        _comparable(
            matching(
                _HASHTAG,
                "is no hashtag.",
                "Write it without `#`, in letters, digits and underscores, with at least one letter.",
            )
        ),
        LONGEST_NAME,
        pattern=r"^[^#\s]+$",
    ),
]
Canary = Annotated[str, text(parse_canary, LONGEST_NAME, pattern=f"^{_CANARY.pattern}$")]
Network = Annotated[
    str,
    text(
        matching(_NETWORK, "is no network.", "Write its number, such as AS7713."),
        pattern=rf"^{_NETWORK.pattern}$",
    ),
]
AddressFamily = Annotated[int, ScalarType(_address_family, {"enum": [4, 6]})]
