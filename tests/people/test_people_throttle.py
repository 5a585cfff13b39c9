"""Whoever guesses is held off, and nobody else."""

from tests.people.house import START

from siaga.people.throttle import FREE, FREE_OF_A_NETWORK, FREE_OF_AN_ACCOUNT, SPAN, Throttle


def test_a_guesser_with_many_networks_is_held_off_at_the_account() -> None:
    throttle = Throttle()
    for number in range(FREE_OF_AN_ACCOUNT):
        assert throttle.enter("ayu", f"10.{number}.0.1", START) is None
    assert throttle.wait("ayu", "192.0.2.1", START) == SPAN
    assert throttle.wait("bima", "192.0.2.1", START) is None


def test_one_network_cannot_try_many_accounts() -> None:
    throttle = Throttle()
    for number in range(FREE_OF_A_NETWORK):
        assert throttle.enter(f"account-{number}", f"192.0.2.{number}", START) is None
    assert throttle.wait("another", "192.0.2.200", START) == SPAN
    assert throttle.wait("another", "198.51.100.1", START) is None


def test_no_address_is_remembered() -> None:
    throttle = Throttle()
    throttle.enter("ayu", "192.0.2.77", START)
    assert "192.0.2" not in repr(vars(throttle))


def test_of_tries_at_once_no_more_are_looked_at_than_one_after_another() -> None:
    throttle = Throttle()
    entered = [throttle.enter("ayu", "192.0.2.7", START) is None for _ in range(40)]
    assert entered == [True] * FREE + [False] * (40 - FREE)


def test_a_try_that_does_not_count_is_taken_back_and_one_that_fits_forgets_the_others() -> None:
    throttle = Throttle()
    for _ in range(FREE * 3):
        assert throttle.enter("ayu", "192.0.2.7", START) is None
        throttle.take_back("ayu", "192.0.2.7", START)
    for _ in range(FREE):
        assert throttle.enter("ayu", "192.0.2.7", START) is None
    throttle.succeeded("ayu", "192.0.2.7", START)
    assert throttle.wait("ayu", "192.0.2.7", START) is None
