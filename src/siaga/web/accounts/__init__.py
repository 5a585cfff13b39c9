"""Signing in, one's account, the people of the room."""
