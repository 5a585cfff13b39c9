"""mastodon-mock: no Mastodon server but a mock of its API, and named as one.

It shows that requests and answers fit each other; what real servers find, it does not show. It answers
anonymous searches of posts, which real servers do not.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from tests.real.built import built
from tests.real.server_process import ServerProcess, free_port


@dataclass(frozen=True, slots=True)
class MastodonMock:
    """A running mock, with its demonstration community."""

    address: str

    def account(self, handle: str) -> str:
        """A new account; its token."""
        app = self._posted("/api/v1/apps", {"client_name": "tests", "scopes": "read write"})
        signed_in = self._posted(
            "/oauth/token",
            {"grant_type": "client_credentials", "client_id": app["client_id"], "scope": "read write"},
        )
        made = self._posted(
            "/api/v1/accounts",
            {
                "username": handle,
                "email": f"{handle}@example.test",
                "password": "only-for-tests",
                "agreement": "true",
                "locale": "en",
            },
            signed_in["access_token"],
        )
        return made["access_token"]

    def post(self, token: str, text: str) -> None:
        """A public post by the account."""
        self._posted("/api/v1/statuses", {"status": text, "visibility": "public"}, token)

    def _posted(self, path: str, form: dict[str, str], token: str | None = None) -> dict[str, str]:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        answer = httpx.post(f"{self.address}{path}", data=form, headers=headers, timeout=30)
        assert answer.status_code == 200, answer.text
        made: dict[str, str] = answer.json()
        return made


@contextmanager
def running_mastodon_mock() -> Iterator[MastodonMock]:
    """The mock, for the length of a block."""
    program = built("mastodon-mock") / "bin" / "mastodon_mock"
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="siaga-mastodon-mock-") as temporary:
        command = [program, "serve", "--host", "127.0.0.1", "--port", str(port), "--in-memory", "--demo"]
        process = ServerProcess("mastodon-mock", command, Path(temporary))
        try:
            process.wait_for(lambda: _well(port))
            yield MastodonMock(f"http://127.0.0.1:{port}")
        finally:
            process.stop()


def _well(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/api/v2/instance").status_code == 200
    except httpx.TransportError:
        return False
