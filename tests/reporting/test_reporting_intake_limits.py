"""Forms are ours, fresh and filled in by people; floods stay outside; no address is kept."""

import gc
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.domain.errors import BadInput
from siaga.reporting import intake_limits
from siaga.reporting.intake_limits import (
    COUNTED_OF_AN_ADDRESS,
    OF_AN_ADDRESS,
    QUICKEST,
    SLOWEST,
    IntakeLimits,
    TooMany,
)

NOW = datetime(2024, 1, 25, 11, 45, tzinfo=UTC)
KEY = b"k" * 32


def test_a_form_is_taken_once_it_is_old_enough_and_as_long_as_it_is_fresh() -> None:
    limits = IntakeLimits(KEY)
    form = limits.form(NOW)
    for wait, taken in (
        (timedelta(0), False),
        (QUICKEST, True),
        (SLOWEST, True),
        (SLOWEST + timedelta(seconds=1), False),
        (-timedelta(hours=1), False),
    ):
        if taken:
            assert len(limits.check(form, NOW + wait)) >= 24
        else:
            with pytest.raises(BadInput):
                limits.check(form, NOW + wait)


def test_forms_are_all_different_and_another_watchs_are_none() -> None:
    forms = {IntakeLimits(KEY).form(NOW) for _ in range(100)}
    assert len(forms) == 100
    with pytest.raises(BadInput):
        IntakeLimits(b"x" * 32).check(forms.pop(), NOW + QUICKEST)


@given(st.text(max_size=200), st.integers(0, 80), st.characters())
def test_no_forged_or_changed_form_is_taken(text: str, place: int, letter: str) -> None:
    limits = IntakeLimits(KEY)
    form = limits.form(NOW)
    changed = form[:place] + letter + form[place + 1 :]
    for one in {text, changed} - {form}:
        with pytest.raises(BadInput):
            limits.check(one, NOW + QUICKEST)


def test_an_address_may_send_so_many_an_hour_and_others_do_not_wait() -> None:
    limits = IntakeLimits(KEY)
    for _ in range(OF_AN_ADDRESS):
        limits.enter("203.0.113.7", NOW)
    with pytest.raises(TooMany) as refused:
        limits.enter("203.0.113.7", NOW)
    assert refused.value.wait == timedelta(minutes=15)
    limits.enter("203.0.113.8", NOW)
    limits.enter("203.0.113.7", NOW + refused.value.wait)


def test_one_address_alone_makes_no_surge() -> None:
    limits = IntakeLimits(KEY)
    counted = [limits.counts("203.0.113.7", "x/mahfud", NOW) for _ in range(10)]
    assert sum(counted) == COUNTED_OF_AN_ADDRESS
    assert limits.counts("203.0.113.7", "x/ganjar", NOW)


def test_no_address_is_kept_in_memory_after_it_was_counted() -> None:
    limits, address = IntakeLimits(KEY), "198.51.100." + str(10 + 7)
    limits.enter(address, NOW)
    gc.collect()
    held = repr(vars(limits))
    assert address not in held
    limits.enter("203.0.113.9", NOW + timedelta(hours=1))
    assert len(limits._taken) == 1


def test_all_addresses_of_one_ipv6_site_are_one() -> None:
    """Whoever has a /56 or a /48 has a new address, and a new /64, for each report."""
    limits = IntakeLimits(KEY)
    for number in range(OF_AN_ADDRESS):
        limits.enter(f"2001:db8:0:{number:x}00::1", NOW)
    with pytest.raises(TooMany):
        limits.enter("2001:db8:0:7:ffff:ffff:ffff:ffff", NOW)
    limits.enter("2001:db8:1:8::1", NOW)
    counted = [limits.counts(f"2001:db8:0:{number:x}00::1", "x/mahfud", NOW) for number in range(10)]
    assert sum(counted) == COUNTED_OF_AN_ADDRESS


def test_all_addresses_together_may_send_so_many_an_hour() -> None:
    limits = IntakeLimits(KEY, of_all=2)
    limits.enter("203.0.113.7", NOW)
    limits.enter("203.0.113.8", NOW)
    with pytest.raises(TooMany):
        limits.enter("203.0.113.9", NOW)
    limits.enter("203.0.113.9", NOW + timedelta(hours=1))


def test_with_the_most_addresses_remembered_a_further_one_is_let_in_uncounted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(intake_limits, "MOST_REMEMBERED", 1)
    limits = IntakeLimits(KEY, of_an_address=1)
    limits.enter("203.0.113.7", NOW)
    with pytest.raises(TooMany):
        limits.enter("203.0.113.7", NOW)
    for _ in range(2):
        limits.enter("203.0.113.8", NOW)
