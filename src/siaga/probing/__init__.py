"""Asks for real (HTTP, network phases, browser) and makes measurements."""
