"""What a platform says of its limits in headers, as a quota."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from siaga.words.quota import Quota

PREFIXES: Final = ("x-rate-limit-", "x-ratelimit-", "ratelimit-")
"""X's, Mastodon's and Reddit's, the IETF's older draft's."""
LONGEST_WAIT: Final = timedelta(days=1)
_WHOLE: Final = re.compile(r"\d{1,12}", re.ASCII)


def quota_of(headers: Mapping[str, str], at: datetime, *, refused: bool = False) -> Quota | None:
    """The quota that an answer's headers declare; None where they say nothing.

    Reads `x-rate-limit-*` (X: seconds since 1970), `x-ratelimit-*` (Mastodon: RFC 3339), the IETF's
    `RateLimit` in its forms, and `Retry-After` (seconds or an HTTP date). `refused` says that the answer was
    a refusal for a limit, so that the reset is a moment to wait for.
    """
    prefix = next((prefix for prefix in PREFIXES if prefix + "remaining" in headers), "ratelimit-")
    remaining = _whole(headers.get(prefix + "remaining"))
    limit = _whole(headers.get(prefix + "limit"))
    resets = _moment(headers.get(prefix + "reset"), at)
    if remaining is None and (field := headers.get("ratelimit")) is not None:
        remaining = (
            _parameter(field, "r") if _parameter(field, "r") is not None else _parameter(field, "remaining")
        )
        seconds = _parameter(field, "t") if _parameter(field, "t") is not None else _parameter(field, "reset")
        resets = at + timedelta(seconds=min(seconds, 86_400)) if seconds is not None else None
    wait = _retry_after(headers.get("retry-after"), at)
    if wait is None and refused and resets is not None:
        wait = resets
    if wait is not None:
        wait = min(max(wait, at), at + LONGEST_WAIT)
    if remaining is None and limit is None and resets is None and wait is None:
        return None
    return Quota(remaining, limit, resets, wait)


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and _WHOLE.fullmatch(text.strip()) else None


def _parameter(field: str, name: str) -> int | None:
    match = re.search(rf"(?:^|[;,\s]){name}\s*=\s*(\d{{1,9}})", field[:500])
    return int(match[1]) if match else None


def _moment(text: str | None, at: datetime) -> datetime | None:
    if text is None:
        return None
    text = text.strip()
    if _WHOLE.fullmatch(text):
        seconds = int(text)
        if seconds < 10_000_000:
            return at + timedelta(seconds=min(seconds, 86_400))
        return datetime.fromtimestamp(seconds, UTC) if seconds < 7_000_000_000 else None
    try:
        found = datetime.fromisoformat(text[:40])
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo is not None and 1990 <= found.year <= 2200 else None


def _retry_after(text: str | None, at: datetime) -> datetime | None:
    if text is None:
        return None
    if (seconds := _whole(text)) is not None:
        return at + timedelta(seconds=min(seconds, 86_400))
    try:
        found = parsedate_to_datetime(text[:60])
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo is not None and 1990 <= found.year <= 2200 else None
