"""UUIDv7 from a given time and given randomness, so that a recorded month gives the same ids again.

Source: RFC 9562, section 5.7.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID


def uuid7(at: datetime, random_bits: int) -> UUID:
    """The UUIDv7 of the millisecond `at` (aware UTC) with the low 74 bits of `random_bits`."""
    milliseconds = int(at.timestamp() * 1000) & (1 << 48) - 1
    rand_a = (random_bits >> 62) & 0xFFF
    rand_b = random_bits & (1 << 62) - 1
    return UUID(int=milliseconds << 80 | 0x7 << 76 | rand_a << 64 | 0b10 << 62 | rand_b)


def moment_of(id_: UUID) -> datetime:
    """The moment in a UUIDv7, UTC, to the millisecond."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=id_.int >> 80)
