"""What pages and commands need of the rest, as protocols and values."""
