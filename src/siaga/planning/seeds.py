"""The order of a round, fixed beforehand: key, commitment, seed, shuffle, and the check of all four.

A key of 32 random bytes stands for one UTC day. Its SHA-256, the commitment, is journalled before the day's
first round; the key itself after the day. A round's id and order follow from the key, so that anyone can
recompute them in any language; `docs/planning.md` says how, with an example.
"""

import hashlib
import hmac
import struct
from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeVar
from uuid import UUID

from siaga.domain.ids import uuid7
from siaga.domain.records import Measurement, Stream

KEY_LENGTH: Final = 32
"""Bytes."""
_TAG_BITS: Final = 50
_NUMBER_BITS: Final = 24
_WORDS: Final = 1 << 32

Item = TypeVar("Item")


class OrderCheck(StrEnum):
    """What a check of a round's order shows."""

    FOLLOWS = "follows"
    """The round's id and order are those that the committed key gives."""
    OTHER_KEY = "other-key"
    """The key is not the one whose digest was journalled."""
    OTHER_ROUND = "other-round"
    """The round's id does not follow from the key and stream."""
    OTHER_ORDER = "other-order"
    """The names were asked in another order than the seed gives."""
    MIXED = "mixed"
    """The measurements are not those of one round."""
    INCOMPLETE = "incomplete"
    """Places are missing or taken twice, so that the order cannot be recomputed."""


def commitment(key: bytes) -> str:
    """What is journalled before any round of the key is asked: SHA-256, hexadecimal."""
    return hashlib.sha256(key).hexdigest()


def stream_text(stream: Stream) -> bytes:
    """The stream as hashed: platform, surface, vantage and session, a line each, UTF-8."""
    return "\n".join((stream.platform, stream.surface, stream.vantage, stream.session.value)).encode()


def round_id(key: bytes, at: datetime, stream: Stream, number: int) -> UUID:
    """The id of a stream's round `number`: UUIDv7 of `at`, whose other 74 bits leave no choice.

    24 bits are the number (so that a round left out of the record leaves a gap), 50 bits a tag.
    """
    number &= (1 << _NUMBER_BITS) - 1
    return uuid7(at, number << _TAG_BITS | _tag(key, stream, number))


def round_seed(key: bytes, round_: UUID) -> bytes:
    """The 32 bytes that a round's order follows from: HMAC-SHA256 of the key over the id's 16 bytes."""
    return hmac.digest(key, round_.bytes, "sha256")


def order(seed: bytes, items: Sequence[Item]) -> tuple[Item, ...]:
    """`items` in the random order that `seed` gives, every order being equally likely.

    Fisher-Yates from the last place down; each draw takes the next 32-bit word of `words` and rejects those
    that would favour low numbers. A round's items are to be sorted by subject (code points) beforehand.
    """
    shuffled = list(items)
    stream = words(seed)
    for last in range(len(shuffled) - 1, 0, -1):
        chosen = below(last + 1, stream)
        shuffled[last], shuffled[chosen] = shuffled[chosen], shuffled[last]
    return tuple(shuffled)


def words(seed: bytes) -> Iterator[int]:
    """Big-endian 32-bit words of SHA-256(seed, counter), the counter 8 bytes big-endian from 0."""
    counter = 0
    while True:
        block = hashlib.sha256(seed + counter.to_bytes(8, "big")).digest()
        yield from struct.unpack(">8I", block)
        counter += 1


def below(bound: int, stream: Iterator[int]) -> int:
    """A number from 0 to `bound - 1`, each equally likely if each 32-bit word is."""
    highest = _WORDS - _WORDS % bound
    for word in stream:
        if word < highest:
            return word % bound
    raise ValueError("the words ran out")


def verify_round(key: bytes, committed: str, measurements: Sequence[Measurement]) -> OrderCheck:
    """Whether one round was asked in the order that was fixed before it.

    Needs the round's measurements whole, in any order. Says nothing about their answers.
    """
    if not hmac.compare_digest(commitment(key), committed.lower()):
        return OrderCheck.OTHER_KEY
    if len({(measurement.round, measurement.stream) for measurement in measurements}) != 1:
        return OrderCheck.MIXED
    asked = sorted(measurements, key=lambda measurement: measurement.position)
    subjects = [measurement.subject for measurement in asked]
    places = [measurement.position for measurement in asked]
    if places != list(range(len(asked))) or len(set(subjects)) != len(subjects):
        return OrderCheck.INCOMPLETE
    number, tag = number_of(asked[0].round), _bits(asked[0].round) & (1 << _TAG_BITS) - 1
    if tag != _tag(key, asked[0].stream, number):
        return OrderCheck.OTHER_ROUND
    if list(order(round_seed(key, asked[0].round), sorted(subjects))) != subjects:
        return OrderCheck.OTHER_ORDER
    return OrderCheck.FOLLOWS


def number_of(round_: UUID) -> int:
    """Which of its stream's rounds this is, modulo 2**24."""
    return _bits(round_) >> _TAG_BITS


def _tag(key: bytes, stream: Stream, number: int) -> int:
    digest = hmac.digest(key, stream_text(stream) + number.to_bytes(3, "big"), "sha256")
    return int.from_bytes(digest[:8], "big") >> (64 - _TAG_BITS)


def _bits(id_: UUID) -> int:
    """The 74 bits of a UUIDv7 that are neither time, version nor variant."""
    return (id_.int >> 64 & 0xFFF) << 62 | id_.int & (1 << 62) - 1
