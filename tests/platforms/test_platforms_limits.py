"""What headers say of limits, in all the ways that platforms say it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.platforms.platform_talk import AT

from siaga.domain.quota import Quota
from siaga.platforms.limits import LONGEST_WAIT, merged, quota_in

IN_A_MINUTE = AT + timedelta(minutes=1)
NAMES = st.sampled_from(
    [
        f"{family}{part}"
        for family in ("x-rate-limit-", "x-ratelimit-", "ratelimit-")
        for part in ("limit", "remaining", "reset")
    ]
    + ["retry-after", "ratelimit", "ratelimit-policy"]
)


@pytest.mark.parametrize(
    ("headers", "quota"),
    [
        ({}, None),
        ({"content-type": "text/html"}, None),
        (
            {"x-rate-limit-limit": "450", "x-rate-limit-remaining": "9", "x-rate-limit-reset": "1706158860"},
            Quota(9, 450, IN_A_MINUTE),
        ),
        (
            {"x-ratelimit-remaining": "9", "x-ratelimit-reset": "2024-01-25T05:01:00.000Z"},
            Quota(9, None, IN_A_MINUTE),
        ),
        ({"x-ratelimit-remaining": "598.0", "x-ratelimit-reset": "60"}, Quota(598, None, IN_A_MINUTE)),
        (
            {"ratelimit-limit": "3000", "ratelimit-remaining": "0", "ratelimit-reset": "1706158860"},
            Quota(0, 3000, IN_A_MINUTE),
        ),
        ({"ratelimit-remaining": "3", "ratelimit-reset": "60"}, Quota(3, None, IN_A_MINUTE)),
        (
            {"ratelimit": '"default";r=50;t=60', "ratelimit-policy": '"default";q=100;w=120'},
            Quota(50, 100, IN_A_MINUTE),
        ),
        (
            {
                "ratelimit": '"hour";r=900;t=600, "burst";r=1;t=60',
                "ratelimit-policy": '"burst";q=10;w=60,"hour";q=1000',
            },
            Quota(1, 10, IN_A_MINUTE),
        ),
        ({"ratelimit": '"default";r=5'}, Quota(5)),
        ({"retry-after": "60"}, Quota(wait_until=IN_A_MINUTE)),
        ({"retry-after": "0"}, Quota(wait_until=AT)),
        ({"retry-after": "Thu, 25 Jan 2024 05:01:00 GMT"}, Quota(wait_until=IN_A_MINUTE)),
        ({"x-ratelimit-remaining": "0", "retry-after": "60"}, Quota(0, wait_until=IN_A_MINUTE)),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "9999999999"}, None),
        ({"retry-after": "Thu, 25 Jan 2224 05:01:00 GMT"}, None),
        ({"retry-after": "٦٠"}, None),
        ({"x-ratelimit-remaining": "-1"}, None),
        ({"x-ratelimit-remaining": "many", "x-ratelimit-limit": "300"}, Quota(None, 300)),
        ({"x-ratelimit-reset": "9" * 13}, None),
        ({"x-ratelimit-reset": "2224-01-25T05:01:00.000Z"}, None),
        ({"x-ratelimit-reset": "2024-01-25T05:01:00"}, None),
    ],
)
def test_headers_say(headers: dict[str, str], quota: Quota | None) -> None:
    assert quota_in(headers, AT) == quota


@given(st.dictionaries(NAMES, st.text(max_size=60) | st.integers().map(str) | st.floats().map(str)))
def test_whatever_headers_say_a_quota_is_within_reason(headers: dict[str, str]) -> None:
    quota = quota_in(headers, AT)
    if quota is not None:
        for moment in (quota.resets_at, quota.wait_until):
            assert moment is None or abs(moment - AT) <= LONGEST_WAIT
        for number in (quota.remaining, quota.limit):
            assert number is None or 0 <= number <= 10**12


def test_of_two_words_the_first_is_right_and_gaps_are_filled() -> None:
    one, other = Quota(0, None, None, IN_A_MINUTE), Quota(5, 10, AT, AT)
    assert merged(one, other) == Quota(0, 10, AT, IN_A_MINUTE)
    assert merged(None, other) is other
    assert merged(one, None) is one
    assert merged(None, None) is None


def test_times_count_in_utc() -> None:
    quota = quota_in({"x-ratelimit-reset": "2024-01-25T12:01:00+07:00"}, datetime(2024, 1, 25, 5, tzinfo=UTC))
    assert quota is not None
    assert quota.resets_at == IN_A_MINUTE
