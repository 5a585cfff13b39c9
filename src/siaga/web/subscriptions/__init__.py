"""Feeds, the calendar, news by mail."""
