"""Networks as an import is told of them."""

from siaga.election.roster import AccountNetwork

NETWORKS = (AccountNetwork("x", ("twitter",), r"https://x\.com/(\w+)"), AccountNetwork("mastodon"))
