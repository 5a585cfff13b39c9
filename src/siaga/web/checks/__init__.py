"""Pages on which anybody checks a name."""
