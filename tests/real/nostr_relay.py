"""A real Nostr relay with search (NIP-50): LMDB storage and a full-text index."""

import json
import re
import secrets
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from tests.real.built import WANTED, built
from tests.real.server_process import ServerProcess, free_port, wait_until
from websockets.sync.client import ClientConnection, connect

NOTE, PROFILE = 1, 0
"""Kinds of events."""


@dataclass(frozen=True, slots=True)
class NostrRelay:
    """A running relay. Its index stems words, as English ones; it does not keep to newest first."""

    address: str
    """`ws://127.0.0.1:PORT`."""
    python: Path
    """The relay's own Python, which can sign events."""

    def account(self, handle: str, label: str) -> str:
        """A new account with a profile that is found; its key."""
        key = secrets.token_hex(32)
        self._publish([self._event(key, PROFILE, json.dumps({"name": handle, "display_name": label}))])
        return key

    def posts(self, key: str, texts: Sequence[str], hashtags: Sequence[str] = ()) -> None:
        """Notes by the account, a second apart, the last one now; found when this returns."""
        now = int(time.time())
        tags = [["t", tag] for tag in hashtags]
        self._publish(
            [
                self._event(key, NOTE, text, tags, now - len(texts) + place)
                for place, text in enumerate(texts, start=1)
            ]
        )

    def _event(
        self, key: str, kind: int, content: str, tags: Sequence[Sequence[str]] = (), at: int | None = None
    ) -> Mapping[str, object]:
        at = int(time.time()) if at is None else at
        return {"key": key, "kind": kind, "content": content, "tags": tags, "created_at": at}

    def _publish(self, events: Sequence[Mapping[str, object]]) -> None:
        signed = subprocess.run(
            [self.python, WANTED / "nostr_signed.py"],
            input="".join(json.dumps(event) + "\n" for event in events),
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        with connect(self.address, proxy=None) as relay:
            for event in signed:
                relay.send(f'["EVENT",{event}]')
                verdict = json.loads(relay.recv(timeout=20))
                assert verdict[0] == "OK", verdict
                assert verdict[2] is True, verdict
            for event in map(json.loads, signed):
                wait_until(partial(_found, relay, event), f"{event['content']!r} is found")


def _found(relay: ClientConnection, event: dict[str, Any]) -> bool:
    """Whether a search for its words brings the event: the relay says OK before it has indexed it."""
    words = " ".join(re.findall(r"\w+", event["content"]))
    relay.send(json.dumps(["REQ", "found", {"authors": [event["pubkey"]], "search": words}]))
    ids = []
    while (frame := json.loads(relay.recv(timeout=20)))[0] == "EVENT":
        ids.append(frame[2]["id"])
    relay.send(json.dumps(["CLOSE", "found"]))
    return event["id"] in ids


def over_http(relay: NostrRelay) -> str:
    """The relay's address as an election file has it."""
    return relay.address.replace("ws:", "http:")


@contextmanager
def running_nostr() -> Iterator[NostrRelay]:
    """The relay, for the length of a block."""
    environment = built("nostr")
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="siaga-nostr-") as temporary:
        directory = Path(temporary)
        configuration = {
            "relay_name": "tests",
            "storage": {
                "class": "nostr_relay.storage.kv.LMDBStorage",
                "path": str(directory),
                "map_size": 100 * 1024 * 1024,
                "validators": ["nostr_relay.validators.is_signed"],
            },
            "fts_enabled": True,
            "gunicorn": {"bind": f"127.0.0.1:{port}"},
        }
        written = directory / "relay.yaml"
        written.write_text(json.dumps(configuration))  # JSON is YAML.
        relay = environment / "bin" / "nostr-relay"
        process = ServerProcess("nostr", [relay, "-c", written, "serve", "--use-uvicorn"], directory)
        try:
            process.wait_for(lambda: _searches(port))
            yield NostrRelay(f"ws://127.0.0.1:{port}", environment / "bin" / "python")
        finally:
            process.stop()


def _searches(port: int) -> bool:
    try:
        information = httpx.get(f"http://127.0.0.1:{port}/", headers={"accept": "application/nostr+json"})
    except httpx.TransportError:
        return False
    return information.status_code == 200 and 50 in information.json()["supported_nips"]
