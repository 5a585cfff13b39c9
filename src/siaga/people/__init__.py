"""Who works in the room: accounts, roles, how they sign in, and where they are signed in."""
