"""Reads the YAML files that people write, by models of their fields, and says every fault with its line."""
