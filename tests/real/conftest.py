"""Real servers, each started once for all tests that ask for it, and stopped at the end.

What a test that needs one could not have on this machine is said in one line each, and only that.
"""

from collections.abc import Generator, Iterator

import pytest
from tests.real.bluesky_network import BlueskyNetwork, running_bluesky
from tests.real.built import NOT_RUN
from tests.real.mastodon_mock import MastodonMock, running_mastodon_mock
from tests.real.matrix_homeserver import MatrixHomeserver, running_synapse
from tests.real.nostr_relay import NostrRelay, over_http, running_nostr
from tests.real.server_process import RUNNING
from tests.real.watched_election import post_on_bluesky, post_on_nostr


@pytest.fixture(scope="session")
def bluesky() -> Iterator[BlueskyNetwork]:
    """A personal data server and the AppView."""
    with running_bluesky() as network:
        yield network


@pytest.fixture(scope="session")
def nostr() -> Iterator[NostrRelay]:
    """A relay with search."""
    with running_nostr() as relay:
        yield relay


@pytest.fixture(scope="session")
def synapse() -> Iterator[MatrixHomeserver]:
    """A Matrix homeserver."""
    with running_synapse() as homeserver:
        yield homeserver


@pytest.fixture(scope="session")
def mastodon_mock() -> Iterator[MastodonMock]:
    """A mock of a Mastodon server."""
    with running_mastodon_mock() as mock:
        yield mock


@pytest.fixture(scope="session")
def servers(bluesky: BlueskyNetwork, nostr: NostrRelay) -> dict[str, str]:
    """The addresses of those two, with posts about every name of the watched election on both."""
    post_on_bluesky(bluesky)
    post_on_nostr(nostr)
    return {"bluesky": bluesky.appview, "nostr": over_http(nostr)}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed test shows what the servers said."""
    report = yield
    if report.failed:
        report.sections += [(f"log of {server.name}", server.said()) for server in RUNNING]
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name each test that was not run because its server cannot be had here."""
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        if NOT_RUN in reason:
            terminalreporter.write_line(f"{report.nodeid} {reason.removeprefix('Skipped: ')}")
