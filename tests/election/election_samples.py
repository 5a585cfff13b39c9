"""Readers as the six contracts describe them, and the election files that tests start from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from siaga.words.answers import Session

ROOT = Path(__file__).parents[2]
INDONESIA = ROOT / "elections" / "indonesia-2024.yaml"

PUBLIC = frozenset({Session.PUBLIC})
SIGNED_IN = frozenset({Session.SIGNED_IN})
BOTH = PUBLIC | SIGNED_IN


@dataclass(frozen=True)
class Facts:
    surfaces: Mapping[str, frozenset[Session]]
    credential: str | None = None
    cost: Mapping[str, int] = field(default_factory=dict)


def facts(credential: str | None, **surfaces: frozenset[Session]) -> Facts:
    named = {name.replace("_", "-"): sessions for name, sessions in surfaces.items()}
    return Facts(named, credential, dict.fromkeys(named, 1))


READERS: Mapping[str, Facts] = {
    "x": facts("bearer", search_latest=SIGNED_IN, search_top=SIGNED_IN, profile=SIGNED_IN),
    "bluesky": facts(
        "password", search_latest=SIGNED_IN, search_top=SIGNED_IN, people=BOTH, suggest=BOTH, profile=BOTH
    ),
    "mastodon": facts(
        "bearer", search_latest=SIGNED_IN, hashtag=BOTH, people=BOTH, profile=BOTH, trends=BOTH
    ),
    "nostr": facts(None, search_latest=PUBLIC),
    "matrix": facts("password", people=SIGNED_IN),
    "youtube": facts("key", search_latest=SIGNED_IN, search_top=SIGNED_IN, profile=SIGNED_IN),
}
