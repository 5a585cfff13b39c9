"""The append-only record of what people and the system did."""
