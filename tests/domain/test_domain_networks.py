"""Which addresses count as one visitor."""

import pytest

from siaga.domain.networks import UNKNOWN, network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7/32"),
        ("::ffff:203.0.113.7", "203.0.113.7/32"),
        ("2001:db8:1:2::7", "2001:db8:1::/48"),
        ("2001:db8:1:ffff:1:2:3:4", "2001:db8:1::/48"),
        ("2001:db8:2::7", "2001:db8:2::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("testclient", "testclient"),
        ("", UNKNOWN),
    ],
)
def test_a_site_of_ipv6_is_one_and_an_ipv4_address_is_one(address: str, network: str) -> None:
    assert network_of(address) == network


def test_of_ipv4_more_can_be_taken_as_one() -> None:
    assert network_of("203.0.113.7", 24) == network_of("::ffff:203.0.113.200", 24) == "203.0.113.0/24"
