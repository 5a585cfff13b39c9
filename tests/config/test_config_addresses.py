"""What is wrong with an address is said without repeating it: it may hold a password."""

import pytest

from siaga.config.addresses import address_problem, is_loopback


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
