"""Pages from templates."""
