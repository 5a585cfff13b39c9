"""What every drawing shares: its two widths, texts that XML can hold, texts cut to the room there is."""

import re
from typing import Final
from xml.sax import saxutils

WIDE: Final = 960
NARROW: Final = 360
"""Drawing units; a page shows one of the two by the screen's width, so that text stays readable."""
LETTER: Final = 8
"""The width of a bold letter, about."""
_NOT_IN_XML: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escape(text: str) -> str:
    """`text` as XML can hold it: without the characters that no XML may have."""
    return saxutils.escape(_NOT_IN_XML.sub("", text), {'"': "&quot;"})


def shortened(text: str, letters: int) -> str:
    """As much of a text as has room, and whether there was more."""
    return text if len(text) <= letters else text[: max(letters - 1, 1)] + "\u2026"
