"""Many timelines side by side: of a contestant, a platform, a surface, a vantage, an event."""
