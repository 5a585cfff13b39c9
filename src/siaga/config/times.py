"""How times, days and spans are written in a file."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from typing import Final
from zoneinfo import available_timezones

from siaga.config.wording import Unreadable

UNITS: Final = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
SPAN: Final = re.compile(
    r"(?:(\d{1,4})w)?(?:(\d{1,5})d)?(?:(\d{1,6})h)?(?:(\d{1,7})m)?(?:(\d{1,9})s)?", re.ASCII
)
TIME_OF_DAY: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?", re.ASCII)

SPAN_FORM: Final = "Write one such as 30m, 2h or 30d."
DAY_FORM: Final = "Write one such as 2024-02-14."
MOMENT_FORM: Final = "Write one such as 2024-02-14T07:00 (local), or with its offset: 2024-02-14T07:00+07:00."


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def zone_names() -> frozenset[str]:
    """The IANA time zones that this machine knows."""
    return _zones()


def parse_span(text: str) -> timedelta:
    """`90s`, `5m`, `1h30m`, `30d`, `2w`: larger units first.

    Raises:
        Unreadable: it is none, or none at all in length.
    """
    match = SPAN.fullmatch(text)
    if match is None or not text:
        raise Unreadable("Invalid time span.", SPAN_FORM)
    units = ("w", "d", "h", "m", "s")
    span = sum(
        (int(part or 0) * UNITS[unit] for unit, part in zip(units, match.groups(), strict=True)), timedelta()
    )
    if not span:
        raise Unreadable("The span is zero.", SPAN_FORM)
    return span


def span_text(span: timedelta) -> str:
    """The shortest way to write a span of whole seconds: `1h30m`."""
    left = int(span.total_seconds())
    parts: list[str] = []
    for unit, length in (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)):
        count, left = divmod(left, length)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


def parse_day(text: str) -> date:
    """`2024-02-14`.

    Raises:
        Unreadable: it is no day, or there is no such day.
    """
    if DAY.fullmatch(text) is None:
        raise Unreadable("Invalid date.", DAY_FORM)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Unreadable("The calendar has no such date.", DAY_FORM) from None


def parse_moment(text: str, zone: tzinfo) -> datetime:
    """`2024-01-21T19:00` in `zone`, or with an offset of its own; in UTC.

    Raises:
        Unreadable: it is no time, there is no such time, or a clock change makes it two.
    """
    if MOMENT.fullmatch(text) is None:
        raise Unreadable("Invalid time.", MOMENT_FORM)
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo is not None else _local(at, zone)).astimezone(UTC)
    except OverflowError:
        raise Unreadable("The time is out of range.", MOMENT_FORM) from None
    except Unreadable:
        raise
    except ValueError:
        raise Unreadable("There is no such time.", MOMENT_FORM) from None


def _local(at: datetime, zone: tzinfo) -> datetime:
    earlier, later = at.replace(tzinfo=zone), at.replace(tzinfo=zone, fold=1)
    if earlier.utcoffset() == later.utcoffset():
        return earlier
    do = f"Write its offset, such as {at:%Y-%m-%dT%H:%M}{_offset(earlier)} or {_offset(later)}."
    if earlier.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != at:
        raise Unreadable(f"{zone} skips this time when its clocks change.", do)
    raise Unreadable(f"{zone} has this time twice when its clocks change.", do)


def _offset(at: datetime) -> str:
    offset = at.strftime("%z")
    return f"{offset[:3]}:{offset[3:5]}"


def parse_time_of_day(text: str) -> time:
    """`22:00`.

    Raises:
        Unreadable: it is none.
    """
    if TIME_OF_DAY.fullmatch(text) is None:
        raise Unreadable("Invalid time of day.", 'Write it as "22:00", in quotes.')
    return time.fromisoformat(text)
