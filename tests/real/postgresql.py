"""A real PostgreSQL of its own on loopback. It refuses to run as root: then Debian's user runs it."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from tests.real.built import program
from tests.real.server_process import ServerProcess, free_port


@dataclass(frozen=True, slots=True)
class PostgreSQL:
    """A running server."""

    port: int
    password: str
    process: ServerProcess

    def url(self, database: str = "postgres", scheme: str = "postgresql") -> str:
        """The address of one of its databases."""
        return f"{scheme}://siaga:{self.password}@127.0.0.1:{self.port}/{database}"


@contextmanager
def postgresql(directory: Path) -> Iterator[PostgreSQL]:
    """A database server until the block ends."""
    user = "postgres" if os.getuid() == 0 else None
    home, port, password = directory / "postgresql", free_port(), secrets.token_urlsafe(12)
    home.mkdir(mode=0o700)
    written = home / "password"
    written.write_text(password)
    if user:
        directory.chmod(0o711)
        for path in (home, written):
            shutil.chown(path, user, user)
    data = home / "data"
    subprocess.run(
        [
            program("initdb"),
            f"--pgdata={data}",
            f"--pwfile={written}",
            "--username=siaga",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
        ],
        check=True,
        cwd=home,
        user=user,
        group=user,
        extra_groups=[] if user else None,
        stdout=subprocess.DEVNULL,
    )
    options = [
        "listen_addresses=127.0.0.1",
        f"port={port}",
        "unix_socket_directories=",
        "fsync=off",
        "max_connections=200",
    ]
    command = [program("postgres"), "-D", str(data), *(part for option in options for part in ("-c", option))]
    process = ServerProcess("postgresql", command, directory, user=user, work_in=home)
    try:
        server = PostgreSQL(port, password, process)
        process.wait_for(lambda: answers(server.url()))
        yield server
    finally:
        process.stop(signal.SIGINT)


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    try:
        socket.create_connection(("127.0.0.1", port), 0.2).close()
    except OSError:
        return False
    return True


def answers(url: str) -> bool:
    """Whether the server lets somebody in; it listens a little before that."""
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
