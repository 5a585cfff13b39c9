"""Badge, card, and pictures for shared links."""
