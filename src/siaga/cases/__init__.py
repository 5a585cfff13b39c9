"""A case as the fold of its events: what is allowed, what is due, what is said to whom. Pure."""
