"""What tests of people share."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.people.house import GOOD, House

from siaga.people.roles import StaffRole


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A room whose administrator is Ayu."""
    with closing(House(tmp_path)) as opened:
        opened.accounts.add("ayu", "Ayu", StaffRole.ADMINISTRATOR, GOOD, "command-line")
        yield opened
