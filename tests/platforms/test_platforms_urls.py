"""Addresses of requests: a name in one is never more than a name."""

import pytest

from siaga.platforms.json import ContractViolation
from siaga.platforms.urls import host, url


def test_every_part_is_escaped() -> None:
    assert url("https://a.example/", "users", "a/b?c#d", q="x&y=z", type_="Posts") == (
        "https://a.example/users/a%2Fb%3Fc%23d?q=x%26y%3Dz&type_=Posts"
    )
    assert url("https://a.example", **{"tweet.fields": "a,b"}) == "https://a.example?tweet.fields=a%2Cb"
    assert url("https://a.example", "half \ud800") == "https://a.example/half%20%3F"


@pytest.mark.parametrize("part", ["", ".", ".."])
def test_a_part_that_means_another_place_is_not_asked(part: str) -> None:
    with pytest.raises(ContractViolation):
        url("https://a.example", "users", part)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://a.example:8448/x", "a.example"),
        ("nothing", ""),
        ("https://[::1", ""),
        ("http://[::1]:1", "::1"),
    ],
)
def test_a_host_is_without_its_port(address: str, expected: str) -> None:
    assert host(address) == expected
