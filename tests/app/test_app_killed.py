"""`siaga watch` killed at random moments: nothing acknowledged is lost, nothing is told twice."""

from pathlib import Path

import pytest
from tests.app.killed_watch import kill_again_and_again


@pytest.mark.slow
def test_a_watch_killed_at_random_moments_loses_nothing_and_tells_nothing_twice(tmp_path: Path) -> None:
    found = kill_again_and_again(tmp_path, kills=5, seed=1)
    assert found["acknowledged"] > 0
    assert found["lost"] == found["stored twice"] == 0
    assert found["findings opened twice"] == found["journal broken"] == 0
