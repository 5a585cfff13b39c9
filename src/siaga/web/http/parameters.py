"""Numbers that come in an address."""

from typing import Final

from starlette.exceptions import HTTPException

MOST_DIGITS: Final = 18


def number_of(text: str) -> int:
    """The whole number that the text says.

    Raises:
        HTTPException: 400, it says none, or one of more than 18 digits.
    """
    if not text.isascii() or not text.isdigit() or len(text) > MOST_DIGITS:
        raise HTTPException(400)
    return int(text)
