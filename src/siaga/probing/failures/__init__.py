"""Errors of libraries in OONI's words, one file a library."""
