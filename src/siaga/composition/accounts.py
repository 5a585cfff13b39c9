"""Where a watch's accounts are kept."""

from pathlib import Path

from siaga.domain.time import Clock
from siaga.journal.journal import Journal
from siaga.people.accounts import Accounts

FILE = "people.sqlite"


def accounts_in(directory: Path, journal: Journal, clock: Clock) -> Accounts:
    """The accounts in a watch's directory, in a file that only its owner can read.

    Raises:
        BadInput: they cannot be opened.
    """
    file = directory / FILE
    file.touch(mode=0o600)
    return Accounts.open(f"sqlite:///{file}", journal, clock)
