"""The control room's screen."""
