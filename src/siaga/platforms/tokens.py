"""When a session's token expires, where it says so itself."""

import base64
import binascii
from datetime import datetime

import orjson

from siaga.platforms.times import moment_of_seconds


def expiry_of(token: str) -> datetime | None:
    """The moment that a JSON Web Token (RFC 7519) names as its end; None for any other token.

    It is read and not verified: that is for the platform. A wrong one costs a sign-in too early or too late.
    """
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = orjson.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, binascii.Error):
        return None
    ends = claims.get("exp") if isinstance(claims, dict) else None
    if isinstance(ends, bool) or not isinstance(ends, int | float):
        return None
    return moment_of_seconds(ends)
