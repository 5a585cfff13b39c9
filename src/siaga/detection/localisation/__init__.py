"""Where something is: which streams, vantages and surfaces explain what was seen best."""
