"""How the room's people are woken, and where they acknowledge."""
