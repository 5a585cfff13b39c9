"""The six platforms' published contracts from the server's side: one file each, no network in them."""

from siaga.simulation.contracts.bluesky import Bluesky
from siaga.simulation.contracts.contract import Contract
from siaga.simulation.contracts.x import X

CONTRACTS: dict[str, type[Contract]] = {"bluesky": Bluesky, "x": X}
"""By the reader's id, as `PlatformWatch.reader` has it."""
