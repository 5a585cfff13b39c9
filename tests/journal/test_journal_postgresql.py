"""What is PostgreSQL's own: a server that is away, shut out or restarted, and no password in any word."""

import signal
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError
from tests.real.postgresql import PostgreSQL, listens, postgresql
from tests.real.server_process import free_port

from siaga.domain.errors import BadInput
from siaga.domain.time import SimulatedClock
from siaga.journal.journal import Journal
from siaga.journal.kinds import Kind

pytestmark = pytest.mark.servers
START = datetime(2024, 1, 25, tzinfo=UTC)


def test_a_server_that_is_not_there_is_said_without_the_password() -> None:
    url = f"postgresql+psycopg://siaga:s3cret@127.0.0.1:{free_port()}/journal"
    with pytest.raises(BadInput, match="cannot be opened") as refused:
        Journal.open(url, SimulatedClock(START))
    assert "s3cret" not in str(refused.value)


def test_a_wrong_password_is_said_and_not_repeated(server: PostgreSQL) -> None:
    url = f"postgresql+psycopg://siaga:s3cret@127.0.0.1:{server.port}/postgres"
    with pytest.raises(BadInput, match="password authentication failed") as refused:
        Journal.open(url, SimulatedClock(START))
    assert "s3cret" not in str(refused.value)


def test_a_connection_that_the_server_ended_is_made_anew(server: PostgreSQL) -> None:
    url = server.url(scheme="postgresql+psycopg")
    with Journal.open(url, SimulatedClock(START)) as journal:
        journal.append(Kind.WATCH_STARTED, "watch", {}, key="one")
        with Journal.open(url, SimulatedClock(START)) as other, other._engine.connect() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            )
        journal.append(Kind.WATCH_STARTED, "watch", {}, key="two")
        assert journal.verify().broken is None
        assert [event.key for event in journal.read()] == ["one", "two"]


@pytest.mark.usefixtures("server")
def test_a_server_that_stops_takes_nothing_and_says_so() -> None:
    with (
        tempfile.TemporaryDirectory(prefix="siaga-") as folder,
        postgresql(Path(folder)) as own,
        Journal.open(own.url(scheme="postgresql+psycopg"), SimulatedClock(START)) as journal,
    ):
        journal.append(Kind.WATCH_STARTED, "watch", {})
        own.process.stop(signal.SIGINT)
        assert not listens(own.port)
        with pytest.raises(DBAPIError):
            journal.append(Kind.WATCH_STARTED, "watch", {})
