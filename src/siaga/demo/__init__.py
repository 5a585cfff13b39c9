"""January 2024 as a played script: its platforms, its staff, and what must hold."""
