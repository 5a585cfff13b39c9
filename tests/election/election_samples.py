"""Readers as the six contracts describe them, and the election files that tests start from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from siaga.domain.answers import Session
from siaga.domain.options import COUNTRY, NO_OPTIONS, Options

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
    options: Options = field(default_factory=dict)


def facts(credential: str | None, /, options: Options = NO_OPTIONS, **surfaces: frozenset[Session]) -> Facts:
    named = {name.replace("_", "-"): sessions for name, sessions in surfaces.items()}
    return Facts(named, credential, dict.fromkeys(named, 1), options)


READERS: Mapping[str, Facts] = {
    "x": facts("bearer", search_latest=SIGNED_IN, search_top=SIGNED_IN, profile=SIGNED_IN),
    "bluesky": facts(
        "password",
        search_latest=SIGNED_IN,
        search_top=SIGNED_IN,
        hashtag=BOTH,
        people=BOTH,
        suggest=BOTH,
        profile=BOTH,
    ),
    "mastodon": facts(
        "bearer", search_latest=SIGNED_IN, hashtag=BOTH, people=BOTH, profile=BOTH, trends=BOTH
    ),
    "nostr": facts(None, {"region": COUNTRY}, search_latest=PUBLIC),
    "matrix": facts("password", people=SIGNED_IN),
    "youtube": facts(
        "key", {"region": COUNTRY}, search_latest=SIGNED_IN, search_top=SIGNED_IN, profile=SIGNED_IN
    ),
}


def small() -> str:
    """An election of one person and one ticket, in order by `READERS`."""
    return SMALL


SMALL = """\
election: test
label: Test
country: ID
timezone: Asia/Jakarta
languages: [id, en]
votes: 2029-02-14
promise: 1/30d
least-controls: 3
contestants:
  - id: sari
    kind: person
    number: 1
    label: Sari W.
    names:
      - full: Sari Wijaya
      - hashtag: SariWijaya
      - handle: sariwijaya
        platforms: [bluesky]
  - id: bima-tari
    kind: ticket
    label: Bima - Tari
    people:
      - id: bima
        names:
          - full: Bima Santoso
          - hashtag: Bima
      - id: tari
        names:
          - full: Tari Lestari
          - hashtag: Tari
controls:
  - id: ronaldo
    kind: public-figure
    names:
      - full: Cristiano Ronaldo
      - hashtag: Ronaldo
      - handle: cristiano
  - id: obama
    kind: political-figure
    names:
      - full: Barack Obama
      - handle: barackobama
  - id: kucing
    kind: everyday-word
    names:
      - short: kucing
      - hashtag: kucing
      - handle: kucing
canaries: [qzvexh7rwk4m]
platforms:
  - id: bluesky
    reader: bluesky
    label: Bluesky
    address: https://bsky.social
    credential:
      account: a.bsky.social
      environment: BLUESKY_APP_PASSWORD
    budgets:
      - {requests: 600, per: 15m}
    surfaces:
      - {surface: search-latest, every: 2m, session: signed-in}
      - {surface: people, every: 10m}
  - id: nostr
    reader: nostr
    label: Nostr
    address: https://relay.example
    budgets:
      - {requests: 100, per: 5m}
    surfaces:
      - {surface: search-latest, every: 5m}
vantages:
  - id: here
    network: AS7713
    family: 4
events:
  - id: voting-day
    kind: voting
    label: Voting day
    starts: 2029-02-14T07:00
    ends: 2029-02-14T13:00
    denser: 2
"""
