"""One file for each channel that can carry a notice; `registry.py` finds them by their `CHANNEL`."""
