"""Siaga watches whether people can find and reach every contestant of an election."""

from typing import Final

__version__: Final = "0.1.0"
