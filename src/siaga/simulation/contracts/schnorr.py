"""Schnorr signatures over secp256k1 by BIP-340, as Nostr events carry them.

For simulated authors only: keys follow from numbers, and nothing here guards against timing. Multiples of the
generator come from a table, since each event needs one and a page has a hundred events.
"""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Final

P: Final = 2**256 - 2**32 - 977
"""The field's prime."""
N: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""The order of the generator."""
G: Final = (
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)
WINDOW: Final = 6
"""Bits that one entry of the table stands for."""
Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A secret key whose public point has an even y, as BIP-340 wants it."""

    secret: int
    public: bytes
    """The point's x, 32 bytes."""

    def sign(self, message: bytes) -> bytes:
        """The signature of a message of 32 bytes: 64 bytes, the same for the same message."""
        masked = self.secret ^ int.from_bytes(_tagged("BIP0340/aux", bytes(32)))
        nonce = int.from_bytes(_tagged("BIP0340/nonce", masked.to_bytes(32) + self.public + message)) % N
        x, y = multiple(nonce)
        if y % 2:
            nonce = N - nonce
        shown = x.to_bytes(32)
        challenge = int.from_bytes(_tagged("BIP0340/challenge", shown + self.public + message)) % N
        return shown + ((nonce + challenge * self.secret) % N).to_bytes(32)


def key_pair(seed: bytes) -> KeyPair:
    """The key pair that follows from a secret of 32 bytes, which may not be 0 modulo N."""
    secret = int.from_bytes(seed) % N
    x, y = multiple(secret)
    return KeyPair(N - secret if y % 2 else secret, x.to_bytes(32))


def multiple(number: int) -> Point:
    """`number` times the generator; `number` is from 1 to N - 1."""
    x, y, z = 0, 1, 0
    for row in _table():
        number, digit = number >> WINDOW, number & (1 << WINDOW) - 1
        if digit:
            x, y, z = _sum(x, y, z, row[digit - 1])
    inverse = pow(z, -1, P)
    square = inverse * inverse % P
    return x * square % P, y * square * inverse % P


@lru_cache(1)
def _table() -> tuple[tuple[Point, ...], ...]:
    """For each window the multiples 1, 2, 3, ... of the generator shifted to it."""
    rows, base = [], G
    for _ in range(-(-256 // WINDOW)):
        row = [base]
        for _ in range((1 << WINDOW) - 1):
            row.append(_affine_sum(row[-1], base))
        rows.append(tuple(row[:-1]))
        base = row[-1]
    return tuple(rows)


def _affine_sum(first: Point, second: Point) -> Point:
    (x1, y1), (x2, y2) = first, second
    slope = 3 * x1 * x1 * pow(2 * y1, -1, P) if x1 == x2 else (y2 - y1) * pow(x2 - x1, -1, P)
    x = (slope * slope - x1 - x2) % P
    return x, (slope * (x1 - x) - y1) % P


def _sum(x: int, y: int, z: int, other: Point) -> tuple[int, int, int]:
    """A point in Jacobian coordinates and an affine one, which is no multiple of the same digits."""
    if z == 0:
        return (*other, 1)
    square = z * z % P
    along = (other[0] * square - x) % P
    across = (other[1] * square * z - y) % P
    along2 = along * along % P
    along3 = along * along2 % P
    start = x * along2 % P
    sum_x = (across * across - along3 - 2 * start) % P
    return sum_x, (across * (start - sum_x) - y * along3) % P, z * along % P


def _tagged(tag: str, data: bytes) -> bytes:
    prefix = sha256(tag.encode()).digest()
    return sha256(prefix + prefix + data).digest()
