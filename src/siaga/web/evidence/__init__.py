"""What platforms answered, kept for a case."""
