"""`siaga watch` killed at random moments: nothing acknowledged is lost, nothing is told twice."""

import tempfile
from pathlib import Path

import pytest
from tests.real.built import built
from tests.real.postgresql import postgresql
from tests.watch.killed_watch import kill_again_and_again


@pytest.mark.slow
def test_a_watch_killed_at_random_moments_loses_nothing_and_tells_nothing_twice(tmp_path: Path) -> None:
    found = kill_again_and_again(tmp_path, kills=5, seed=1)
    assert found["acknowledged"] > 0
    assert found["lost"] == found["stored twice"] == 0
    assert found["findings opened twice"] == found["journal broken"] == 0


@pytest.mark.slow
@pytest.mark.servers
def test_with_its_journal_in_postgresql_a_killed_watch_loses_nothing_either(tmp_path: Path) -> None:
    built("bluesky")  # what it needs includes PostgreSQL
    with tempfile.TemporaryDirectory(prefix="siaga-") as folder, postgresql(Path(folder)) as server:
        url = server.url(scheme="postgresql+psycopg")
        found = kill_again_and_again(tmp_path, kills=3, seed=2, journal=url)
    assert found["acknowledged"] > 0
    assert found["lost"] == found["stored twice"] == 0
    assert found["findings opened twice"] == found["journal broken"] == 0
    assert not (tmp_path / "data" / "journal.sqlite").exists()
