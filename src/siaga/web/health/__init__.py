"""How the watch itself is."""
