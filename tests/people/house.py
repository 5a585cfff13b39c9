"""A journal and the accounts of a room, for tests."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from siaga.composition.accounts import accounts_in
from siaga.domain.time import SimulatedClock
from siaga.journal.journal import Journal
from siaga.people.accounts import Accounts, RefusalReason, SignInRefused

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


def sign_in(house: House, code: str = "", id: str = "ayu") -> str:
    return house.accounts.sign_in(id, GOOD, code, "192.0.2.1")
