"""Who is let in, who is not, and what the record says of it."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.composition.accounts import accounts_in
from siaga.domain.errors import BadInput
from siaga.domain.time import SimulatedClock
from siaga.journal.journal import Journal
from siaga.journal.kinds import Kind
from siaga.people import passwords
from siaga.people.accounts import Accounts, RefusalReason, SignInRefused
from siaga.people.roles import PERMISSIONS, Permission, StaffRole, actor
from siaga.people.sessions import IDLE, LASTS, MOST_SESSIONS
from siaga.people.throttle import FREE, FREE_OF_A_NETWORK, FREE_OF_AN_ACCOUNT, SPAN, Throttle

START = datetime(2024, 1, 25, 0, 0, tzinfo=UTC)
GOOD = "correct horse battery"


class House:
    """A journal and its accounts, with a clock that stands still."""

    def __init__(self, directory: Path) -> None:
        self.clock = SimulatedClock(START)
        self.journal = Journal.open(f"sqlite:///{directory}/journal.sqlite", self.clock)
        self.accounts: Accounts = accounts_in(directory, self.journal, self.clock)

    def close(self) -> None:
        self.accounts.close()
        self.journal.close()

    def kinds(self) -> list[str]:
        return [event.kind for event in self.journal.read()]

    def refused(
        self, id: str, password: str = GOOD, code: str = "", address: str = "192.0.2.1"
    ) -> RefusalReason:
        with pytest.raises(SignInRefused) as caught:
            self.accounts.sign_in(id, password, code, address)
        return caught.value.why


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with closing(House(tmp_path)) as one:
        one.accounts.add("ayu", "Ayu", StaffRole.ADMINISTRATOR, GOOD, "command-line")
        yield one


def sign_in(house: House, code: str = "", id: str = "ayu") -> str:
    return house.accounts.sign_in(id, GOOD, code, "192.0.2.1")


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


# Sessions


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


def test_the_last_administrator_stays(house: House) -> None:
    house.accounts.add("bima", "Bima", StaffRole.OPERATOR, GOOD, "person:ayu")
    for change in ({"role": StaffRole.OPERATOR}, {"disabled": True}):
        with pytest.raises(BadInput):
            house.accounts.change("ayu", "person:ayu", **change)
    house.accounts.change("bima", "person:ayu", role=StaffRole.ADMINISTRATOR)
    assert house.accounts.change("ayu", "person:bima", role=StaffRole.WATCHER).role is StaffRole.WATCHER


@given(st.text(max_size=80))
@settings(max_examples=50)
def test_no_other_text_is_a_token(tmp_path_factory: pytest.TempPathFactory, token: str) -> None:
    with closing(House(tmp_path_factory.mktemp("people"))) as house:
        assert house.accounts.sessions.holder(token) is None


# Whoever guesses


def test_whoever_guesses_is_held_off_and_let_in_again_later(house: House) -> None:
    for _ in range(FREE):
        assert house.refused("ayu", "wrong guess one") is RefusalReason.WRONG
    assert house.refused("ayu") is RefusalReason.WAIT
    assert house.refused("ayu") is RefusalReason.WAIT
    assert house.kinds().count(Kind.TURNED_AWAY) == 1
    house.clock.advance(SPAN)
    assert sign_in(house)


def test_a_stranger_who_guesses_elsewhere_does_not_shut_the_owner_out(house: House) -> None:
    for _ in range(FREE):
        assert house.refused("ayu", "wrong guess one", address="198.51.100.9") is RefusalReason.WRONG
    assert house.refused("ayu", address="198.51.100.9") is RefusalReason.WAIT
    assert sign_in(house)


def test_a_guesser_with_many_networks_is_held_off_at_the_account() -> None:
    throttle = Throttle()
    for number in range(FREE_OF_AN_ACCOUNT):
        assert throttle.wait("ayu", f"10.{number}.0.1", START) is None
        throttle.failed("ayu", f"10.{number}.0.1", START)
    assert throttle.wait("ayu", "192.0.2.1", START) == SPAN
    assert throttle.wait("bima", "192.0.2.1", START) is None


def test_one_network_cannot_try_many_accounts() -> None:
    throttle = Throttle()
    for number in range(FREE_OF_A_NETWORK):
        assert throttle.wait(f"account-{number}", "192.0.2.7", START) is None
        throttle.failed(f"account-{number}", f"192.0.2.{number}", START)
    assert throttle.wait("another", "192.0.2.200", START) == SPAN
    assert throttle.wait("another", "198.51.100.1", START) is None


def test_no_address_is_remembered() -> None:
    throttle = Throttle()
    throttle.failed("ayu", "192.0.2.77", START)
    assert "192.0.2" not in repr(vars(throttle))


# Rights


@pytest.mark.parametrize("role", list(StaffRole))
def test_each_role_may_all_that_the_one_before_may(role: StaffRole) -> None:
    order = list(StaffRole)
    for lesser in order[: order.index(role)]:
        assert PERMISSIONS[lesser] < PERMISSIONS[role]
    assert actor("ayu", role).who == "person:ayu"


def test_only_an_administrator_administers() -> None:
    assert [role for role in StaffRole if Permission.ADMINISTER in PERMISSIONS[role]] == [
        StaffRole.ADMINISTRATOR
    ]


def test_keys_are_shown_once_and_revoked(house: House) -> None:
    token = house.accounts.keys.issue("X's program", "liaison:x-oncall", "person:ayu")
    found = house.accounts.keys.of(token)
    assert found is not None
    assert (found.label, found.scope) == ("X's program", "liaison:x-oncall")
    assert [one.id for one in house.accounts.keys.all()] == [found.id]
    house.accounts.keys.revoke(found.id, "person:ayu")
    assert house.accounts.keys.of(token) is None
    house.accounts.keys.revoke(found.id, "person:ayu")
    kinds = [event.kind for event in house.journal.read() if "key" in event.what]
    assert kinds == [Kind.KEY_ISSUED, Kind.KEY_REVOKED]
    assert token not in str([event.what for event in house.journal.read()])


@pytest.mark.parametrize("label", ["", "  ", "x" * 101, "a\x00b"])
def test_a_key_without_a_name_is_refused(house: House, label: str) -> None:
    with pytest.raises(BadInput):
        house.accounts.keys.issue(label, "role:watcher", "person:ayu")
    assert house.accounts.keys.all() == ()


def test_a_second_factor_is_not_replaced_by_whoever_holds_a_session(house: House) -> None:
    first, second = passwords.new_secret(), passwords.new_secret()
    house.accounts.set_second_factor("ayu", first, pyotp.TOTP(first).at(house.clock.now()))
    with pytest.raises(BadInput, match="already"):
        house.accounts.set_second_factor("ayu", second, pyotp.TOTP(second).at(house.clock.now()))
    house.accounts.remove_second_factor("ayu", "person:eka")
    house.accounts.set_second_factor("ayu", second, pyotp.TOTP(second).at(house.clock.now()))
