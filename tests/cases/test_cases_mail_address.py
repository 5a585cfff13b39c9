"""Mail addresses in their plain form pass, and anything else is refused with what to write."""

import pytest

from siaga.cases.mail_address import mail_address_problem


@pytest.mark.parametrize("address", ["a@b", "on-call@host.example", "a+b%c@d-e.f.example"])
def test_a_plain_address_passes(address: str) -> None:
    assert mail_address_problem(address) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "desk",
        "@host.example",
        "desk@",
        "desk@host..example",
        "desk@host.example\n",
        "a desk@host.example",
        '"a desk"@host.example',
        "desk@[127.0.0.1]",
        "meja@rumah.example,lain@rumah.example",
        "d\u00e9sk@host.example",
        "x" * 65 + "@host.example",
    ],
)
def test_anything_else_is_refused_with_what_to_write(text: str) -> None:
    problem = mail_address_problem(text)
    assert problem is not None
    what, do = problem
    assert "not an email address" in what
    assert "name@example.com" in do
