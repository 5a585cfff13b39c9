"""An election whose names are all posted on the real servers, and the file that declares it."""

from pathlib import Path

from tests.real.bluesky_network import BlueskyNetwork
from tests.real.nostr_relay import NostrRelay

from siaga.cli.election_files import read_election_file
from siaga.election.model import Election

TARGETS = {"mahfud": "Mahfud", "ganjar": "Ganjar", "anies": "Anies"}
CONTROLS = {
    "raisa": ("public-figure", "Raisa"),
    "ronaldo": ("public-figure", "Ronaldo"),
    "obama": ("political-figure", "Obama"),
    "modi": ("political-figure", "Modi"),
    "kucing": ("everyday-word", "kucing"),
    "hujan": ("everyday-word", "hujan"),
    "kopi": ("everyday-word", "kopi"),
    "bola": ("everyday-word", "bola"),
}
POSTS_EACH = 3

FILE = """
election: real-servers
label: An election on real servers
timezone: Asia/Jakarta
votes: 2029-02-14
contestants:
{contestants}
controls:
{controls}
canaries: [qzxwkvbtrplm]
platforms:
{platforms}
vantages: [{{id: here}}]
"""
PLATFORM = """
  - id: {id}
    reader: {id}
    label: {id}
    address: {address}
    concurrency: 4
    budgets: [{{requests: 100000, per: 1m}}]
    surfaces: [{{surface: search-latest, every: {every}}}]
"""


def texts() -> list[str]:
    """A few posts for every target and control."""
    names = (*TARGETS.values(), *(name for _, name in CONTROLS.values()))
    return [f"{name}, kabar ke-{number}" for name in names for number in range(POSTS_EACH)]


def post_on_bluesky(network: BlueskyNetwork) -> None:
    """Every name is posted there."""
    network.posts(network.account("warga.test"), texts())


def post_on_nostr(relay: NostrRelay) -> None:
    """Every name is posted there."""
    relay.posts(relay.account("warga", "Warga"), texts())


def election_file(path: Path, addresses: dict[str, str], every: str) -> Election:
    """Write the election file for servers at `addresses`, with a round so often; what it declares."""
    contestants = [
        f"  - {{id: {id}, kind: person, label: {name}, names: [{{short: {name}}}]}}"
        for id, name in TARGETS.items()
    ]
    controls = [
        f"  - {{id: {id}, kind: {kind}, names: [{{short: {name}}}]}}" for id, (kind, name) in CONTROLS.items()
    ]
    platforms = [PLATFORM.format(id=id, address=at, every=every) for id, at in addresses.items()]
    path.write_text(
        FILE.format(
            contestants="\n".join(contestants), controls="\n".join(controls), platforms="".join(platforms)
        )
    )
    return read_election_file(path)
