"""Where secrets are read: a variable of the environment, or a file of its own."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

LONGEST_SECRET: Final = 16_384
"""Characters; longer than any token that a platform gives."""


def read_secret(
    variable: str | None, file: str | None, directory: Path, environment: Mapping[str, str]
) -> str:
    """The secret in a variable or in a file of `directory`; empty where there is none to be had."""
    if variable is not None:
        secret = environment.get(variable, "")
    else:
        try:
            with (directory / (file or "")).open(encoding="utf-8") as opened:
                secret = opened.read(LONGEST_SECRET + 1).strip()
        except (OSError, UnicodeDecodeError):
            return ""
    return secret if len(secret) <= LONGEST_SECRET else ""


def place_of(variable: str | None, file: str | None) -> str:
    """The place, in words."""
    return f"the environment variable {variable}" if variable is not None else f"the file {file}"


def what_to_do(variable: str | None) -> str:
    """What brings the secret there, in words."""
    if variable is not None:
        return f"Set {variable} before starting the watch."
    return "Put the secret, and nothing else, into that file, readable by the watch's user alone."
