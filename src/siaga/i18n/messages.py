"""Finds every message that people can be told, so that a test can hold the catalogues whole."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from babel.messages.extract import extract_from_dir

KEYWORDS: Final = {"_": None, "say": None, "N_": None, "Sentence": None, "count": (1, 2), "_n": (1, 2)}
METHODS: Final = [("**.html", "jinja2.ext:babel_extract"), ("**.py", "python")]


def messages(source: Path = Path(__file__).parents[1]) -> Iterator[tuple[str, int, str]]:
    """File, line and text of each message in the templates and modules below `source`."""
    for file, line, message, _comments, _context in extract_from_dir(
        str(source), method_map=METHODS, keywords=KEYWORDS
    ):
        text = message if isinstance(message, str) else message[0]
        if text:
            yield file, line, text
