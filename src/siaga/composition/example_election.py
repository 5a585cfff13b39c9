"""The commented election file to begin with."""

import secrets
import string
from importlib.resources import files


def example_election() -> str:
    """An election file that works as it is, with a canary of its own."""
    start = files("siaga.election").joinpath("start.yaml").read_text(encoding="utf-8")
    return start.replace("{canary}", _canary())


def _canary() -> str:
    """A text that nobody is called: a letter, then eleven letters or digits."""
    letters = string.ascii_lowercase
    return secrets.choice(letters) + "".join(secrets.choice(letters + string.digits) for _ in range(11))
