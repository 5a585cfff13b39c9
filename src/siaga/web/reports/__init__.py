"""Pages on which people report, and the room reads."""
