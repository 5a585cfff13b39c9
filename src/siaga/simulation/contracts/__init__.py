"""The six platforms' published contracts from the server's side: one file each, no network in them."""

from siaga.simulation.contracts.bluesky import BlueskyContract
from siaga.simulation.contracts.contract import Contract
from siaga.simulation.contracts.mastodon import MastodonContract
from siaga.simulation.contracts.matrix import MatrixContract
from siaga.simulation.contracts.nostr import NostrContract
from siaga.simulation.contracts.x import XContract
from siaga.simulation.contracts.youtube import YouTubeContract

CONTRACTS: dict[str, type[Contract]] = {
    contract.id: contract
    for contract in (
        BlueskyContract,
        MastodonContract,
        MatrixContract,
        NostrContract,
        XContract,
        YouTubeContract,
    )
}
"""By the reader's id, as `PlatformWatch.reader` has it."""
