"""Whoever guesses is held off, and nobody else."""

from tests.people.house import START

from siaga.people.throttle import FREE_OF_A_NETWORK, FREE_OF_AN_ACCOUNT, SPAN, Throttle


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
