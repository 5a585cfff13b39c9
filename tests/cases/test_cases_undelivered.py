"""Every trouble says what to do, and what needs somebody is told from what passes by itself."""

import pytest

from siaga.cases.case import Delivery
from siaga.cases.undelivered import TRIES_ALONE, WHAT_TO_DO, Trouble


@pytest.mark.parametrize("trouble", Trouble)
def test_every_trouble_says_what_to_do(trouble: Trouble) -> None:
    assert WHAT_TO_DO[trouble].endswith(".")


def test_what_may_pass_is_left_alone_for_a_while_and_all_else_needs_somebody() -> None:
    assert not Delivery("N-1.x.0", "x", "email").needs_somebody
    for trouble in Trouble:
        first = Delivery("N-1.x.0", "x", "email", attempts=1, trouble=trouble)
        assert first.needs_somebody == (trouble is not Trouble.LATER)
    last = Delivery("N-1.x.0", "x", "email", attempts=TRIES_ALONE, trouble=Trouble.LATER)
    assert last.needs_somebody
    assert Delivery("N-1.x.0", "x", "email", given_up=True).needs_somebody
