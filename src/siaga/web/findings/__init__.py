"""Pages of what is found: overview, contestants, platforms, names, the past."""
