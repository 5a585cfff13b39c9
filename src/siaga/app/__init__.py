"""Puts the rooms together: one election being watched. With `cli/` the only place that knows all of them."""
