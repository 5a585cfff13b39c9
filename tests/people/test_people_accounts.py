"""Who is let in, who is not, and what the record says of it."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.people.house import GOOD, START, House, sign_in

from siaga.domain.errors import BadInput
from siaga.journal.kinds import Kind
from siaga.people import passwords
from siaga.people.accounts import RefusalReason
from siaga.people.roles import StaffRole
from siaga.people.throttle import FREE, SPAN


def test_whoever_knows_the_password_is_let_in(house: House) -> None:
    found = house.accounts.sessions.holder(sign_in(house))
    assert found is not None
    assert (found[0].id, found[0].role) == ("ayu", StaffRole.ADMINISTRATOR)
    assert house.kinds() == [Kind.PERSON_ADDED, Kind.SIGNED_IN]


def test_a_wrong_password_an_unknown_account_and_a_disabled_one_sound_alike(house: House) -> None:
    house.accounts.add("bima", "Bima", StaffRole.OPERATOR, GOOD, "person:ayu")
    house.accounts.change("bima", "person:ayu", disabled=True)
    assert {house.refused("ayu", "wrong"), house.refused("nobody"), house.refused("bima")} == {
        RefusalReason.WRONG
    }


def test_no_secret_is_in_the_journal_or_as_it_is_in_the_database(house: House, tmp_path: Path) -> None:
    token = sign_in(house)
    secret = pyotp.random_base32()
    codes = house.accounts.set_second_factor("ayu", secret, pyotp.TOTP(secret).at(START))
    said = repr(house.journal.read())
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("people.sqlite*"))
    for one in (GOOD, token, *codes):
        assert one not in said
        assert one.encode() not in kept
    assert secret not in said


def test_the_file_of_accounts_is_its_owners_alone(house: House, tmp_path: Path) -> None:
    assert (tmp_path / "people.sqlite").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("password", ["short", "a" * 20, "", "x" * 201])
def test_a_weak_password_is_refused_and_changes_nothing(house: House, password: str) -> None:
    with pytest.raises(BadInput):
        house.accounts.add("citra", "Citra", StaffRole.OPERATOR, password, "person:ayu")
    assert [one.id for one in house.accounts.members()] == ["ayu"]
    assert house.kinds() == [Kind.PERSON_ADDED]


@pytest.mark.parametrize("id", ["", "Ayu", "a b", "../x", "ayu", "-a", "a" * 49, "ayu\n"])
def test_an_id_is_plain_and_free(house: House, id: str) -> None:
    with pytest.raises(BadInput):
        house.accounts.add(id, "Somebody", StaffRole.OPERATOR, GOOD, "person:ayu")


# The second factor


def test_with_a_second_factor_the_password_alone_is_not_enough(house: House) -> None:
    secret = pyotp.random_base32()
    house.accounts.set_second_factor("ayu", secret, pyotp.TOTP(secret).at(START))
    assert house.refused("ayu") is RefusalReason.CODE
    house.clock.advance(timedelta(minutes=1))
    assert sign_in(house, pyotp.TOTP(secret).at(house.clock.now()))


def test_a_code_is_good_once(house: House) -> None:
    secret = pyotp.random_base32()
    first = pyotp.TOTP(secret).at(START)
    house.accounts.set_second_factor("ayu", secret, first)
    assert house.refused("ayu", code=first) is RefusalReason.WRONG
    house.clock.advance(timedelta(minutes=1))
    code = pyotp.TOTP(secret).at(house.clock.now())
    assert sign_in(house, code)
    assert house.refused("ayu", code=code) is RefusalReason.WRONG


def test_a_recovery_code_is_good_once_and_is_no_password(house: House) -> None:
    secret = pyotp.random_base32()
    codes = house.accounts.set_second_factor("ayu", secret, pyotp.TOTP(secret).at(START))
    assert len(set(codes)) == passwords.RECOVERY_CODES
    assert sign_in(house, codes[0])
    assert house.refused("ayu", code=codes[0]) is RefusalReason.WRONG
    assert house.refused("ayu", password=codes[1]) is RefusalReason.WRONG


def test_a_wrong_code_sets_no_second_factor(house: House) -> None:
    with pytest.raises(BadInput):
        house.accounts.set_second_factor("ayu", pyotp.random_base32(), "000000")
    assert sign_in(house)


def test_a_lost_second_factor_is_taken_away_with_its_codes(house: House) -> None:
    secret = pyotp.random_base32()
    codes = house.accounts.set_second_factor("ayu", secret, pyotp.TOTP(secret).at(START))
    house.accounts.remove_second_factor("ayu", "command-line")
    assert sign_in(house)
    house.accounts.set_second_factor("ayu", secret, pyotp.TOTP(secret).at(START))
    assert house.refused("ayu", code=codes[0]) is RefusalReason.WRONG


@given(st.text(max_size=12) | st.from_regex(r"[0-9]{6}", fullmatch=True), st.integers(60, 2**31))
def test_no_other_text_is_a_code(code: str, at: int) -> None:
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    near = {pyotp.TOTP(secret).at(at + shift) for shift in (-30, 0, 30)}
    for one in (code, *near):
        assert (passwords.step_of(secret, one, datetime.fromtimestamp(at, UTC), 0) is not None) == (
            one in near
        )


def test_a_second_factor_is_not_replaced_by_whoever_holds_a_session(house: House) -> None:
    first, second = passwords.new_secret(), passwords.new_secret()
    house.accounts.set_second_factor("ayu", first, pyotp.TOTP(first).at(house.clock.now()))
    with pytest.raises(BadInput, match="already"):
        house.accounts.set_second_factor("ayu", second, pyotp.TOTP(second).at(house.clock.now()))
    house.accounts.remove_second_factor("ayu", "person:eka")
    house.accounts.set_second_factor("ayu", second, pyotp.TOTP(second).at(house.clock.now()))


# Members and whoever guesses


def test_the_last_administrator_stays(house: House) -> None:
    house.accounts.add("bima", "Bima", StaffRole.OPERATOR, GOOD, "person:ayu")
    for change in ({"role": StaffRole.OPERATOR}, {"disabled": True}):
        with pytest.raises(BadInput):
            house.accounts.change("ayu", "person:ayu", **change)
    house.accounts.change("bima", "person:ayu", role=StaffRole.ADMINISTRATOR)
    assert house.accounts.change("ayu", "person:bima", role=StaffRole.WATCHER).role is StaffRole.WATCHER


def test_whoever_guesses_is_held_off_and_let_in_again_later(house: House) -> None:
    for _ in range(FREE):
        assert house.refused("ayu", "wrong guess one") is RefusalReason.WRONG
    assert house.refused("ayu") is RefusalReason.WAIT
    assert house.refused("ayu") is RefusalReason.WAIT
    assert house.kinds().count(Kind.TURNED_AWAY) == 1
    house.clock.advance(SPAN)
    assert sign_in(house)


def test_forty_guesses_at_once_get_no_more_looks_than_one_after_another(house: House) -> None:
    with ThreadPoolExecutor(40) as guessers:
        outcomes = Counter(
            guessers.map(lambda number: house.refused("ayu", f"wrong guess {number}"), range(40))
        )
    assert outcomes == {RefusalReason.WRONG: FREE, RefusalReason.WAIT: 40 - FREE}


def test_a_stranger_who_guesses_elsewhere_does_not_shut_the_owner_out(house: House) -> None:
    for _ in range(FREE):
        assert house.refused("ayu", "wrong guess one", address="198.51.100.9") is RefusalReason.WRONG
    assert house.refused("ayu", address="198.51.100.9") is RefusalReason.WAIT
    assert sign_in(house)
