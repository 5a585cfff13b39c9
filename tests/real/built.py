"""What `make servers` has built, and what it could not have here."""

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVERS = Path(os.environ.get("SIAGA_SERVERS") or ROOT / ".cache" / "servers").resolve()
WANTED = ROOT / "tests" / "servers"

NOT_RUN = "not run: "
"""How the reason of a test begins that was not run because its server cannot be had."""


def built(name: str) -> Path:
    """The folder of a server.

    Skips the test where the server cannot be had on this machine, and only there: a server that could be had
    and is not there fails it.
    """
    skip_if_it_cannot_be_had(name)
    folder = SERVERS / name
    if not (folder / ".made-from").exists():
        pytest.fail(f"{name} is not built in {SERVERS}: run `make servers`", pytrace=False)
    return folder


def skip_if_it_cannot_be_had(name: str) -> None:
    """Skip the test where `make servers` could not have this server here."""
    cannot = SERVERS / f"{name}.cannot"
    if cannot.exists():
        pytest.skip(NOT_RUN + cannot.read_text().strip())


def program(name: str) -> str:
    """Where a Debian program is; PostgreSQL's are not on everybody's path."""
    places = [os.environ.get("PATH", ""), *map(str, Path("/usr/lib/postgresql").glob("*/bin"))]
    found = shutil.which(name, path=":".join(places))
    if found is None:
        pytest.fail(f"{name} is not installed: run `make servers`", pytrace=False)
    return found
