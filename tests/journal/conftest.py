"""Each test of the journal runs over SQLite and over a real PostgreSQL."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from tests.real.built import built
from tests.real.postgresql import PostgreSQL, postgresql


@pytest.fixture(scope="session")
def server() -> Iterator[PostgreSQL]:
    """A PostgreSQL for the session. Where its programs cannot be had, these tests are not run."""
    built("bluesky")  # what it needs includes PostgreSQL
    # Not under pytest's own folders: those are root's alone, and the server is not root.
    with tempfile.TemporaryDirectory(prefix="siaga-") as folder, postgresql(Path(folder)) as running:
        yield running


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a journal of its own is."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/journal.sqlite"
        return
    server: PostgreSQL = request.getfixturevalue("server")
    name = f"journal_{abs(hash(request.node.nodeid))}"
    _on(server, f"CREATE DATABASE {name}")
    yield server.url(name, "postgresql+psycopg")
    _on(server, f"DROP DATABASE {name} WITH (FORCE)")


def _on(server: PostgreSQL, command: str) -> None:
    engine = create_engine(server.url(scheme="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(command))
    engine.dispose()
