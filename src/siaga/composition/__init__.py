"""Puts the rooms together; with `cli/` and `demo/` the only place that knows all of them."""
