"""Samples of the NIPs, and the contract they keep to, in our own words."""

from typing import Any

from tests.platforms.platform_samples import (
    HANDLE,
    HEXADECIMAL,
    NUMBER,
    TEXT,
    TEXTS,
    Samples,
    a,
    answer,
    exactly,
    frames,
    several,
)

from siaga.platforms.conversation import Response

# NIP-01, NIP-11
EVENT_FORM = a(
    id=HEXADECIMAL,
    pubkey=HEXADECIMAL,
    created_at=NUMBER,
    kind=NUMBER,
    tags=several(several(TEXT)),
    content=TEXT,
    sig={"type": "string", "pattern": "^[0-9a-f]{128}$"},
)
RELAY_FORM = a(supported_nips=several(NUMBER))
FRAME_FORM = {
    "anyOf": [
        {
            "type": "array",
            "prefixItems": [exactly("EVENT"), TEXT, EVENT_FORM],
            "minItems": 3,
            "maxItems": 3,
        },
        {"type": "array", "prefixItems": [exactly("EOSE"), TEXT], "minItems": 2},
    ]
}

KEY = "3bf0c63fcb93463407af97a5e5ee64fa883d107ef9e558472c4eb9aaaefa459d"
NPUB = "npub180cvv07tjdrrgpa0j7j7tmnyl2yr6yr7l8j4s3evf6u64th6gkwsyjh6w6"
"""A key and its written form, from NIP-19's own examples."""


def event(kind: int, content: str, seconds: int, *tags: list[str]) -> dict[str, Any]:
    return {
        "id": f"{seconds:064x}",
        "pubkey": KEY,
        "created_at": seconds,
        "kind": kind,
        "tags": list(tags),
        "content": content,
        "sig": "0" * 128,
    }


NOTES = [event(1, text, 1706158800 - 60 * place, ["t", "mahfud"]) for place, text in enumerate(TEXTS)]
NOSTR_PROFILE = event(0, f'{{"name":"{HANDLE}","display_name":"Mahfud MD"}}', 1700000000)
RELAY: dict[str, Any] = {"name": "relai", "supported_nips": [1, 11, 50], "software": "x", "version": "1"}


def stored(*events: dict[str, Any]) -> Response:
    return frames(*(["EVENT", "siaga", one] for one in events), ["EOSE", "siaga"])


SAMPLES = Samples(
    address="wss://relai.example",
    answers={
        "search-latest": [answer(200, RELAY), stored(*NOTES)],
        "people": [answer(200, RELAY), stored(NOSTR_PROFILE)],
        "hashtag": [stored(*NOTES)],
        "profile": [answer(200, RELAY), stored(NOSTR_PROFILE)],
    },
    contract={
        "search-latest": [RELAY_FORM, FRAME_FORM],
        "people": [RELAY_FORM, FRAME_FORM],
        "hashtag": [FRAME_FORM],
        "profile": [RELAY_FORM, FRAME_FORM],
    },
)
