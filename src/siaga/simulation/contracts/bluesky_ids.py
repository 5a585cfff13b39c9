"""Bluesky's identifiers, made from the corpus's numbers and read back."""

import base64
import hashlib

_DAG_CBOR_BY_SHA256 = bytes([1, 0x71, 0x12, 0x20])
"""How such a content id begins: version, codec, hash, and the hash's 32 bytes."""
ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"


def base32(number: int, length: int) -> str:
    """A number in so many letters, such as the key of a record."""
    return "".join(ALPHABET[(number >> 5 * place) & 31] for place in reversed(range(length)))


def from_base32(text: str) -> int | None:
    """The number again; None where a letter is not one of the alphabet."""
    number = 0
    for letter in text:
        place = ALPHABET.find(letter)
        if place < 0:
            return None
        number = number << 5 | place
    return number


def did_of(id: int) -> str:
    """The DID of an account."""
    return f"did:plc:{base32(id, 24)}"


def cid_of(text: str) -> str:
    """A content id for what a text names: it decodes as version 1, DAG-CBOR, SHA-256."""
    digest = hashlib.sha256(text.encode()).digest()
    return "b" + base64.b32encode(_DAG_CBOR_BY_SHA256 + digest).decode().casefold().rstrip("=")
