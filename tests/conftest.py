"""For all tests: properties are judged by what holds, never by how long a busy machine takes.

A command that a test calls in this process closes what it makes to others, and must close no later test's.
Directories of tests are in memory where the system lets them be: most of what tests wait for is a disk.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from coverage import Coverage
from hypothesis import settings

if "PYTEST_XDIST_WORKER" in os.environ:  # coverage measures workers; what they start it would slow down
    os.environ.pop("COVERAGE_PROCESS_CONFIG", None)

MEMORY = Path("/dev/shm")
LEAST_FREE = 6 * 2**30


def can_hold_tests(directory: Path) -> bool:
    """Whether there is room for what all tests write, and programs among it may run."""
    if not directory.is_dir() or not os.access(directory, os.W_OK):
        return False
    found = os.statvfs(directory)
    return found.f_bavail * found.f_frsize >= LEAST_FREE and not found.f_flag & os.ST_NOEXEC


if can_hold_tests(MEMORY):
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

# Else each program that a test starts would compile all that it imports.
if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
    os.environ.setdefault("PYTHONPYCACHEPREFIX", str(Path(__file__).parents[1] / ".cache" / "bytecode"))

settings.register_profile("siaga", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "siaga")


@pytest.fixture(autouse=True, scope="module")
def the_umask_is_put_back() -> Iterator[None]:
    """As it was before this module's tests."""
    before = os.umask(0)
    os.umask(before)
    yield
    os.umask(before)


PURE_ROOMS = {"domain", "config", "election", "planning", "platforms", "detection", "cases"}
"""The branches of these are counted, each room's by its own tests: what passes through them elsewhere proves
little of them, and counting it makes every test slower by half."""


@pytest.fixture(autouse=True, scope="module")
def only_a_pure_room_s_own_tests_count(request: pytest.FixtureRequest) -> Iterator[None]:
    """Where branches are counted at all: see `make check`."""
    counting = Coverage.current()
    room = request.path.relative_to(Path(__file__).parent).parts[0]
    if counting is None or room in PURE_ROOMS:
        yield
        return
    counting.stop()
    yield
    counting.start()
