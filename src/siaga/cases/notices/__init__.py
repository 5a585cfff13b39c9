"""What is written to a platform, from its text to its messages."""
