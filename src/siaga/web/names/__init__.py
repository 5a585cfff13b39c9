"""One name on one platform."""
