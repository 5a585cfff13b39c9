"""Texts for formats that cannot hold every character."""

import re


def without_control_characters(text: str) -> str:
    """The text without what neither XML nor a calendar can hold."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", text)
