"""Signatures are BIP-340's: its published vectors, and what an independent library accepts."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.simulation.contracts.schnorr import N, P, key_pair, multiple

VECTORS = [
    (
        "0000000000000000000000000000000000000000000000000000000000000003",
        "F9308A019258C31049344F85F89D5229B531C845836F99B08601F113BCE036F9",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "E907831F80848D1069A5371B402410364BDF1C5F8307B0084C55F1CE2DCA8215"
        "25F66A4A85EA8B71E482A74F382D2CE5EBEEE8FDB2172F477DF4900D310536C0",
    )
]


@pytest.mark.parametrize(("secret", "public", "message", "signature"), VECTORS)
def test_the_published_vectors_are_met(secret: str, public: str, message: str, signature: str) -> None:
    pair = key_pair(bytes.fromhex(secret))
    assert pair.public == bytes.fromhex(public)
    assert pair.sign(bytes.fromhex(message)) == bytes.fromhex(signature)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, N - 1))
def test_a_multiple_lies_on_the_curve_and_its_opposite_mirrors_it(number: int) -> None:
    x, y = multiple(number)
    assert (y * y - x * x * x - 7) % P == 0
    assert multiple(N - number) == (x, P - y)


def test_the_same_message_is_signed_alike_and_another_otherwise() -> None:
    pair = key_pair(sha256(b"somebody").digest())
    first, second = sha256(b"1").digest(), sha256(b"2").digest()
    assert pair.sign(first) == pair.sign(first) != pair.sign(second)
