"""A session holds as long as it is used, and ends when somebody ends it."""

from contextlib import closing
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.people.house import GOOD, House, sign_in

from siaga.journal.kinds import Kind
from siaga.people.roles import StaffRole
from siaga.people.sessions import IDLE, LASTS, MOST_SESSIONS


def test_a_session_is_over_when_it_rests_or_is_old(house: House) -> None:
    token = sign_in(house)
    for _ in range(LASTS // (IDLE / 2) - 1):
        house.clock.advance(IDLE / 2)
        assert house.accounts.sessions.holder(token)
    house.clock.advance(IDLE / 2)
    assert house.accounts.sessions.holder(token) is None
    rested = sign_in(house)
    house.clock.advance(IDLE)
    assert house.accounts.sessions.holder(rested) is None


def test_sessions_are_listed_and_ended_one_by_one(house: House) -> None:
    tokens = [sign_in(house) for _ in range(3)]
    listed = house.accounts.sessions.of("ayu")
    assert len(listed) == 3
    found = house.accounts.sessions.holder(tokens[1])
    assert found is not None
    house.accounts.sessions.end(found[1], "ayu", "person:ayu")
    assert [house.accounts.sessions.holder(token) is not None for token in tokens] == [True, False, True]
    assert house.kinds()[-1] == Kind.SIGNED_OUT


def test_nobody_ends_a_session_of_somebody_else_by_its_id_alone(house: House) -> None:
    token = sign_in(house)
    found = house.accounts.sessions.holder(token)
    assert found is not None
    house.accounts.sessions.end(found[1], "bima", "person:bima")
    assert house.accounts.sessions.holder(token)


def test_old_sessions_make_room(house: House) -> None:
    tokens = []
    for _ in range(MOST_SESSIONS + 2):
        house.clock.advance(timedelta(minutes=6))
        tokens.append(sign_in(house))
    assert house.accounts.sessions.holder(tokens[0]) is None
    assert len(house.accounts.sessions.of("ayu")) == MOST_SESSIONS


def test_a_new_password_and_disabling_sign_out_everywhere(house: House) -> None:
    house.accounts.add("bima", "Bima", StaffRole.OPERATOR, GOOD, "person:ayu")
    token = sign_in(house, id="bima")
    house.accounts.set_password("bima", "another good one", "person:ayu")
    assert house.accounts.sessions.holder(token) is None
    token = house.accounts.sign_in("bima", "another good one", "", "192.0.2.1")
    house.accounts.change("bima", "person:ayu", disabled=True)
    assert house.accounts.sessions.holder(token) is None


@given(st.text(max_size=80))
@settings(max_examples=50)
def test_no_other_text_is_a_token(tmp_path_factory: pytest.TempPathFactory, token: str) -> None:
    with closing(House(tmp_path_factory.mktemp("people"))) as house:
        assert house.accounts.sessions.holder(token) is None
