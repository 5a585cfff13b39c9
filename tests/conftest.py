"""For all tests: properties are judged by what holds, never by how long a busy machine takes.

A command that a test calls in this process closes what it makes to others, and must close no later test's."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

if "PYTEST_XDIST_WORKER" in os.environ:  # coverage measures workers; what they start it would slow down
    os.environ.pop("COVERAGE_PROCESS_CONFIG", None)

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
