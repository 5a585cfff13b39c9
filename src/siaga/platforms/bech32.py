"""Public keys as people write them on Nostr: `npub1...` (NIP-19) or hexadecimal. Source: NIP-19, BIP-173."""

import re
from typing import Final

_ALPHABET: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_NPUB: Final = re.compile(r"npub1([qpzry9x8gf2tvdw0s3jn54khce6mua7l]{58})")
_HEXADECIMAL: Final = re.compile(r"[0-9a-f]{64}")
_PREFIX: Final = (3, 3, 3, 3, 0, 14, 16, 21, 2)
"""`npub` spread out as BIP-173's checksum takes it."""


def key_of(handle: str) -> str | None:
    """The public key in 64 hexadecimal digits; None where `handle` is none, or mistyped."""
    handle = handle.removeprefix("nostr:").lower()
    if _HEXADECIMAL.fullmatch(handle):
        return handle
    match = _NPUB.fullmatch(handle)
    if match is None:
        return None
    values = [_ALPHABET.index(letter) for letter in match[1]]
    if _checksum([*_PREFIX, *values]) != 1:
        return None
    bits = 0
    for value in values[:-6]:
        bits = bits << 5 | value
    return f"{bits >> 4:064x}"


def _checksum(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(_GENERATOR):
            if top >> place & 1:
                check ^= generator
    return check
