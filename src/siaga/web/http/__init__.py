"""Requests and answers of the web: sessions, forms, caches, protection."""
