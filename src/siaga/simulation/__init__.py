"""Platforms that misbehave on command, for the demo, drills and tests."""
