"""Public keys as people write them on Nostr. The key and its written form are NIP-19's own example."""

import pytest
from tests.platforms.samples.nostr import KEY, NPUB

from siaga.platforms.bech32 import key_of


@pytest.mark.parametrize("written", [NPUB, NPUB.upper(), f"nostr:{NPUB}", KEY, KEY.upper()])
def test_a_key_is_read_in_each_of_its_forms(written: str) -> None:
    assert key_of(written) == KEY


@pytest.mark.parametrize("place", range(5, len(NPUB)))
def test_one_mistyped_letter_anywhere_is_noticed(place: int) -> None:
    other = "q" if NPUB[place] != "q" else "p"
    assert key_of(NPUB[:place] + other + NPUB[place + 1 :]) is None


@pytest.mark.parametrize("written", ["", "npub1", "mahfud", NPUB[:-1], KEY[:-1], f"{KEY}0", "g" * 64])
def test_anything_else_is_not_a_key(written: str) -> None:
    assert key_of(written) is None
