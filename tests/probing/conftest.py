from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from tests.probing.probing_servers import Authority

from siaga.probing.http import Http


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
async def http(authority: Authority) -> AsyncIterator[Callable[..., Http]]:
    """Makes `Http` that trusts our authority; closed when the test is over."""
    made: list[Http] = []

    def make(trust: Path = authority.file, **told: Any) -> Http:
        made.append(Http(trust=str(trust), **told))
        return made[-1]

    yield make
    for one in made:
        one.close()
