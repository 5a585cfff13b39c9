"""What was known at any moment of the past."""
