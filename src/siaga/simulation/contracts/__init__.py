"""The platforms' published contracts from the server's side: one file each, no network in them."""
