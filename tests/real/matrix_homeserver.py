"""A real Matrix homeserver: Synapse on SQLite, federating with nobody."""

import base64
import hashlib
import hmac
import json
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import httpx
from tests.real.built import built
from tests.real.server_process import ServerProcess, free_port, wait_until

SERVER_NAME = "rumah.test"
PLENTY = {"per_second": 1000, "burst_count": 1000}
"""Limits that no test meets; the simulated platforms are for those."""


@dataclass(frozen=True, slots=True)
class MatrixAccount:
    """An account, signed in."""

    user: str
    """`@mahfud:rumah.test`."""
    token: str


@dataclass(frozen=True)
class MatrixHomeserver:
    """A running Synapse, whose directory shows each of its users all the others, but not itself."""

    address: str
    secret: str
    """The registration secret that both sides share."""

    @cached_property
    def onlooker(self) -> MatrixAccount:
        """An account that nobody looks for, to look for the others with."""
        return self._registered("penonton", "Penonton")

    def account(self, handle: str, label: str) -> MatrixAccount:
        """A new account, with `label` as its display name; in the directory when this returns."""
        account = self._registered(handle, label)
        wait_until(lambda: account.user in self._people(handle), f"{handle} is in the directory")
        return account

    def _registered(self, handle: str, label: str) -> MatrixAccount:
        register = f"{self.address}/_synapse/admin/v1/register"
        nonce = httpx.get(register).json()["nonce"]
        password = secrets.token_urlsafe(12)
        said = "\0".join((nonce, handle, password, "notadmin"))
        made = httpx.post(
            register,
            json={
                "nonce": nonce,
                "username": handle,
                "displayname": label,
                "password": password,
                "mac": hmac.new(self.secret.encode(), said.encode(), hashlib.sha1).hexdigest(),
            },
        )
        assert made.status_code == 200, made.text
        return MatrixAccount(made.json()["user_id"], made.json()["access_token"])

    def room(self, account: MatrixAccount, alias: str, name: str) -> None:
        """A public room, in the list of rooms."""
        self._posted(
            account,
            "createRoom",
            {"preset": "public_chat", "visibility": "public", "room_alias_name": alias, "name": name},
        )

    def _people(self, term: str) -> list[str]:
        found = self._posted(self.onlooker, "user_directory/search", {"search_term": term})
        results = found["results"]
        assert isinstance(results, list)
        return [one["user_id"] for one in results]

    def _posted(self, account: MatrixAccount, path: str, body: Mapping[str, object]) -> dict[str, object]:
        answer = httpx.post(
            f"{self.address}/_matrix/client/v3/{path}",
            json=body,
            headers={"authorization": f"Bearer {account.token}"},
            timeout=30,
        )
        assert answer.status_code == 200, answer.text
        found: dict[str, object] = answer.json()
        return found


@contextmanager
def running_synapse() -> Iterator[MatrixHomeserver]:
    """The homeserver, for the length of a block."""
    python = built("synapse") / "bin" / "python"
    port, secret = free_port(), secrets.token_urlsafe(16)
    key = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    with tempfile.TemporaryDirectory(prefix="siaga-synapse-") as temporary:
        directory = Path(temporary)
        configuration = {
            "server_name": SERVER_NAME,
            "report_stats": False,
            "listeners": [
                {
                    "port": port,
                    "type": "http",
                    "bind_addresses": ["127.0.0.1"],
                    "resources": [{"names": ["client"]}],
                }
            ],
            "database": {"name": "sqlite3", "args": {"database": str(directory / "homeserver.db")}},
            "media_store_path": str(directory / "media"),
            "signing_key": f"ed25519 a_test {key}",
            "pid_file": str(directory / "pid"),
            "trusted_key_servers": [],
            "federation_domain_whitelist": [],
            "registration_shared_secret": secret,
            "macaroon_secret_key": secrets.token_urlsafe(16),
            "user_directory": {"search_all_users": True},
            "room_list_publication_rules": [{"action": "allow"}],
            "rc_login": {"address": PLENTY, "account": PLENTY, "failed_attempts": PLENTY},
            "rc_registration": PLENTY,
            "rc_message": PLENTY,
            "rc_user_directory": PLENTY,
        }
        written = directory / "homeserver.yaml"
        written.write_text(json.dumps(configuration))  # JSON is YAML.
        command = [python, "-m", "synapse.app.homeserver", "-c", written]
        process = ServerProcess("synapse", command, directory)
        try:
            process.wait_for(lambda: _well(port))
            yield MatrixHomeserver(f"http://127.0.0.1:{port}", secret)
        finally:
            process.stop()


def _well(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health").status_code == 200
    except httpx.TransportError:
        return False
