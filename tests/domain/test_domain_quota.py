"""What a platform says about its limits."""

from siaga.domain.quota import Quota


def test_a_platform_that_says_nothing_is_told_from_one_with_nothing_left() -> None:
    silent, empty = Quota(), Quota(remaining=0)
    assert silent != empty
    assert (silent.remaining, silent.limit, silent.resets_at, silent.wait_until) == (None,) * 4
    assert empty.remaining == 0
