"""Liaisons' links: a link is signed, so that nobody else can make one; the record says whether it holds."""

import base64
import binascii
import hashlib
import hmac
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

KEY_BYTES: Final = 32
LONGEST: Final = 300


class Links:
    """Signs and reads links' tokens with a key of this watch."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def token(self, link: str) -> str:
        """What stands in the address of a link."""
        return f"{_text(link.encode())}.{_text(self._signature(link))}"

    def link(self, token: str) -> str | None:
        """The link's id, if the token is one of ours; None for any other text."""
        if len(token) > LONGEST or not token.isascii():
            return None
        first, _, second = token.partition(".")
        try:
            link = _bytes(first).decode()
            given = _bytes(second)
        except (binascii.Error, UnicodeDecodeError):
            return None
        return link if hmac.compare_digest(given, self._signature(link)) else None

    def _signature(self, link: str) -> bytes:
        return hmac.digest(self._key, b"siaga link\x00" + link.encode(), hashlib.sha256)


def key_in(directory: Path) -> bytes:
    """The key kept in a directory, made when first asked for; readable by its owner only."""
    path = directory / "links.key"
    directory.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        temporary = directory / f"links.key.{secrets.token_hex(8)}"
        temporary.touch(mode=0o600)
        temporary.write_bytes(secrets.token_bytes(KEY_BYTES))
        with suppress(FileExistsError):
            path.hardlink_to(temporary)  # two that begin at once agree on the first
        temporary.unlink()
    return path.read_bytes()


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
