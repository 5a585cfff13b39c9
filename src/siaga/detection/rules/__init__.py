"""The rules, one module each: what it decides and its numbers' use. `registry.py` finds them."""
