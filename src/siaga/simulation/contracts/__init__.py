"""The six platforms' published contracts from the server's side: one file each, no network in them."""

from siaga.simulation.contracts.bluesky import Bluesky
from siaga.simulation.contracts.contract import Contract
from siaga.simulation.contracts.mastodon import Mastodon
from siaga.simulation.contracts.matrix import Matrix
from siaga.simulation.contracts.nostr import Nostr
from siaga.simulation.contracts.x import X
from siaga.simulation.contracts.youtube import YouTube

CONTRACTS: dict[str, type[Contract]] = {
    contract.id: contract for contract in (Bluesky, Mastodon, Matrix, Nostr, X, YouTube)
}
"""By the reader's id, as `PlatformWatch.reader` has it."""
