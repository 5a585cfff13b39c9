"""What a platform says about its limits, read from the headers that platforms share.

Known are `x-rate-limit-*`, `x-ratelimit-*` and `ratelimit-*` (resets as seconds since 1970, as seconds from
now, or as a time); the IETF's `RateLimit` and `RateLimit-Policy`; and `Retry-After`.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from siaga.domain.quota import Quota
from siaga.platforms.times import moment, moment_of_seconds

FAMILIES: Final = ("x-rate-limit-", "x-ratelimit-", "ratelimit-")
LONGEST_WAIT: Final = timedelta(days=32)
"""A month's quota at most; a reset or wait beyond it is not believed."""
LARGEST_NUMBER: Final = 10**12
SINCE_1970: Final = 10**8
"""A reset above this counts from 1970, one below from now."""
_WHOLE: Final = re.compile(r"\d{1,13}(?:\.\d{1,9})?", re.ASCII)
_PARAMETER: Final = re.compile(r";\s*([a-z])\s*=\s*(\d{1,13})", re.ASCII)


def quota_in(headers: Mapping[str, str], at: datetime) -> Quota | None:
    """The quota in the headers of an answer received at about `at`; None where they have none."""
    wait = _waited(headers.get("retry-after"), at)
    quota = _of_family(headers, at) or _of_ietf(headers, at)
    if quota is None:
        return None if wait is None else Quota(wait_until=wait)
    return Quota(quota.remaining, quota.limit, quota.resets_at, wait)


def merged(first: Quota | None, second: Quota | None) -> Quota | None:
    """One quota of two; where both have a value, `first` counts."""
    if first is None or second is None:
        return first or second
    return Quota(
        second.remaining if first.remaining is None else first.remaining,
        second.limit if first.limit is None else first.limit,
        first.resets_at or second.resets_at,
        first.wait_until or second.wait_until,
        first.spent or second.spent,
    )


def _within_a_month(moment_: datetime | None, at: datetime) -> datetime | None:
    """The moment, where a limit can mean it."""
    return moment_ if moment_ is not None and abs(moment_ - at) <= LONGEST_WAIT else None


def _of_family(headers: Mapping[str, str], at: datetime) -> Quota | None:
    for family in FAMILIES:
        remaining, limit = _number(headers.get(f"{family}remaining")), _number(headers.get(f"{family}limit"))
        resets = _reset(headers.get(f"{family}reset"), at)
        if remaining is not None or limit is not None or resets is not None:
            return Quota(remaining, limit, resets)
    return None


def _of_ietf(headers: Mapping[str, str], at: datetime) -> Quota | None:
    """Of several policies the one with the least left."""
    limits = {
        name: parameters["q"]
        for name, parameters in _listed(headers.get("ratelimit-policy"))
        if "q" in parameters
    }
    quotas = [
        Quota(
            parameters["r"],
            limits.get(name),
            _within_a_month(at + timedelta(seconds=parameters["t"]), at)
            if parameters.get("t", LARGEST_NUMBER) <= LONGEST_WAIT.total_seconds()
            else None,
        )
        for name, parameters in _listed(headers.get("ratelimit"))
        if "r" in parameters
    ]
    return min(quotas, key=lambda quota: quota.remaining or 0, default=None)


def _listed(text: str | None) -> list[tuple[str, dict[str, int]]]:
    """The items of a structured field: each its name and its whole-number parameters."""
    items = []
    for item in (text or "")[:1000].split(","):
        name = item.partition(";")[0].strip().strip('"')
        found = {key: int(value) for key, value in _PARAMETER.findall(item)}
        items.append((name, {key: value for key, value in found.items() if value <= LARGEST_NUMBER}))
    return items


def _waited(text: str | None, at: datetime) -> datetime | None:
    """`Retry-After`: seconds, or an HTTP date."""
    if text is None:
        return None
    text = text.strip()
    if _WHOLE.fullmatch(text):
        seconds = float(text)
        return at + timedelta(seconds=seconds) if seconds <= LONGEST_WAIT.total_seconds() else None
    try:
        until = parsedate_to_datetime(text[:40])
        return _within_a_month(until.astimezone(UTC), at) if until.tzinfo is not None else None
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _reset(text: str | None, at: datetime) -> datetime | None:
    if text is None:
        return None
    text = text.strip()
    if not _WHOLE.fullmatch(text):
        return _within_a_month(moment(text), at)
    seconds = float(text)
    if seconds > SINCE_1970:
        return _within_a_month(moment_of_seconds(seconds), at)
    return at + timedelta(seconds=seconds) if seconds <= LONGEST_WAIT.total_seconds() else None


def _number(text: str | None) -> int | None:
    if text is None or not _WHOLE.fullmatch(text.strip()):
        return None
    number = int(float(text))
    return number if number <= LARGEST_NUMBER else None
