"""One file a platform: how a surface is asked and how its answer reads; no network in it."""
