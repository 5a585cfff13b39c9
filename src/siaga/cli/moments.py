"""Reads a moment that somebody gave as an option."""

from datetime import datetime

from siaga.domain.errors import BadInput, Fault
from siaga.domain.time import parse_rfc3339


def moment_of(text: str | None, option: str) -> datetime | None:
    """The moment in UTC; None where none was given.

    Raises:
        BadInput: it is no RFC 3339 time; names the option.
    """
    if text is None:
        return None
    try:
        return parse_rfc3339(text)
    except ValueError as problem:
        do = "Write a moment such as 2024-01-25T00:00:00Z."
        raise BadInput(Fault(f"{problem}.", do, option)) from None
