"""Liaisons' links: a link is signed, so that nobody else can make one; the record says whether it holds."""

import base64
import hashlib
import hmac
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from siaga.domain.damage import Damage
from siaga.domain.errors import Damaged
from siaga.measurements.files import sync

KEY_BYTES: Final = 32
LONGEST: Final = 300


class Links:
    """Signs and reads links' tokens with a key of this watch."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def token(self, link: str) -> str:
        """What stands in the address of a link: the text and its signature, each in base64."""
        signature = hmac.digest(self._key, b"siaga link\x00" + link.encode(), hashlib.sha256)
        return f"{_base64(link.encode())}.{_base64(signature)}"

    def link(self, token: str) -> str | None:
        """The text that a token of ours was made of; None for any other token, however little it differs."""
        if len(token) > LONGEST or not token.isascii():
            return None
        text = token.partition(".")[0]
        try:
            link = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        except ValueError:
            return None
        return link if hmac.compare_digest(token, self.token(link)) else None

    def device_code(self, made_from: str) -> str:
        """The code for another device that is made from a text: eight digits."""
        digest = hmac.digest(self._key, b"siaga device code\x00" + made_from.encode(), hashlib.sha256)
        return f"{int.from_bytes(digest, 'big') % 10**8:08d}"


def key_in(directory: Path) -> bytes:
    """The key kept in a directory, made when first asked for; readable by its owner only.

    Raises:
        Damaged: its file holds no key: what it would sign, others could sign too.
    """
    path = directory / "links.key"
    directory.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        temporary = directory / f"links.key.{secrets.token_hex(8)}"
        temporary.touch(mode=0o600)
        temporary.write_bytes(secrets.token_bytes(KEY_BYTES))
        sync(temporary)
        with suppress(FileExistsError):
            path.hardlink_to(temporary)  # two that begin at once agree on the first
        temporary.unlink()
        sync(directory)
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise Damaged(Damage.LINKS_KEY.at(path))
    return key


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
