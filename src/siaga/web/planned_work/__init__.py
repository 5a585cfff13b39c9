"""Planned work on the instruments: what is announced, and announcing it."""
