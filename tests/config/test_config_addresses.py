"""What is wrong with an address is said without repeating it: it may hold a password."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.config.addresses import address_problem, is_inside, is_loopback, is_public


@pytest.mark.parametrize("address", ["https://host.example", "http://[::1]:8080/a/b", "https://h-1.example/"])
def test_an_address_of_a_named_scheme_with_a_host_is_one(address: str) -> None:
    assert address_problem(address, ("https", "http")) is None


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("ftp://host.example", "no https or http address"),
        ("https://h\u00f6st.example", "no https or http address"),
        ("https://host.example/a b", "no https or http address"),
        ("https://me:hunter2@host.example", "user or password"),
        ("https://", "no host"),
        ("https://host.example:0", "no host"),
        ("https://host.example/?key=hunter2", "query"),
        ("https://host.example/#hunter2", "query"),
        ("https://[::1", "no address"),
        ("https://host.example:99999999", "no address"),
    ],
)
def test_another_is_told_what_is_wrong_and_what_to_write(address: str, what: str) -> None:
    problem = address_problem(address, ("https", "http"))
    assert problem is not None
    assert what in problem[0]
    assert "https://host.example" in problem[1]
    assert "hunter2" not in "".join(problem)


def test_only_this_machine_is_loopback() -> None:
    assert all(map(is_loopback, ("http://127.0.0.1:80", "http://[::1]/", "http://localhost", "//127.9.9.9")))
    assert not any(map(is_loopback, ("http://host.example", "http://10.0.0.1", "//localhost.example", "")))


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("10.0.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("127.0.0.1", False),
        ("224.0.1.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("::10.0.0.1", False),
        ("::ffff:0:10.0.0.1", False),
        ("64:ff9b::10.0.0.1", False),
        ("64:ff9b::8.8.8.8", True),
        ("64:ff9b:1::8.8.8.8", False),
        ("2002:a00:1::1", False),
        ("2002:7f00:1::1", False),
        ("2002:808:808::1", True),
        ("2001:0:a00:1::1", False),
        ("2a00:1450::5efe:a00:1", False),
        ("2a00:1450::200:5efe:c0a8:1", False),
        ("ff0e::1", False),
    ],
)
def test_an_address_is_of_the_public_internet_whatever_way_it_is_written(address: str, public: bool) -> None:
    assert is_public(address) is public
    assert is_inside(address) is not public


@pytest.mark.parametrize(
    ("host", "inside"),
    [
        ("router", True),
        ("portal.local", True),
        ("login.lan", True),
        ("a.home.arpa", True),
        ("a.example", False),
    ],
)
def test_a_local_name_is_inside(host: str, inside: bool) -> None:
    assert is_inside(host) is inside


@given(st.ip_addresses(v=4))
def test_no_way_of_carrying_an_inner_address_makes_it_public(inner: IPv4Address) -> None:
    number = int(inner)
    carried = [
        IPv6Address(0x0064FF9B << 96 | number),
        IPv6Address(0xFFFF << 32 | number),
        IPv6Address(number),
        IPv6Address(0x2002 << 112 | number << 80),
        IPv6Address(0x2A001450 << 96 | 0x5EFE << 32 | number),
    ]
    if not is_public(str(inner)):
        assert not any(is_public(str(address)) for address in carried)
