"""Asks for real (HTTP, WebSocket, network steps) and makes measurements."""
