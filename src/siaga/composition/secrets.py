"""Where secrets are read: a variable of the environment or of the file of secrets, or a file of its own."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from siaga.domain.errors import BadInput, Fault, Sentence
from siaga.i18n.speech import N_

LONGEST_SECRET: Final = 16_384
"""Characters; longer than any token that a platform gives."""
SECRETS_FILE: Final = "secrets.env"
"""Beside the election file and the room file: variables that the environment does not set, a line each, in
the form of systemd's `EnvironmentFile`."""
_LONGEST_FILE: Final = 1_000_000
_LINE: Final = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*)=(.*?)\s*", re.ASCII)


def read_secret(
    variable: str | None, file: str | None, directory: Path, environment: Mapping[str, str]
) -> str:
    """The secret in a variable or in a file of `directory`; empty where there is none to be had. A variable
    that the environment does not set may stand in the directory's file of secrets."""
    if variable is not None:
        secret = environment.get(variable, "") or kept_secrets(directory).get(variable, "")
    else:
        try:
            with (directory / (file or "")).open(encoding="utf-8") as opened:
                secret = opened.read(LONGEST_SECRET + 1).strip()
        except (OSError, UnicodeDecodeError):
            return ""
    return secret if len(secret) <= LONGEST_SECRET else ""


def kept_secrets(directory: Path) -> dict[str, str]:
    """The variables in a directory's file of secrets; none where there is no such file."""
    try:
        with (directory / SECRETS_FILE).open(encoding="utf-8") as opened:
            lines = opened.read(_LONGEST_FILE).splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    found = (_LINE.fullmatch(line) for line in lines)
    return {match[1]: _unquoted(match[2]) for match in found if match is not None}


def _unquoted(text: str) -> str:
    if len(text) >= 2 and text[0] == text[-1] == "'":
        return text[1:-1]
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return text


def keep_secret(directory: Path, variable: str, secret: str) -> None:
    """Add a variable to a directory's file of secrets, which only its owner can read.

    Raises:
        BadInput: it is there already, or the secret is none; nothing was written.
    """
    _check(secret)
    if variable in kept_secrets(directory):
        what = Sentence("{file} already holds {name}.", file=SECRETS_FILE, name=variable)
        raise BadInput(Fault(what, N_("Change it there by hand, then reload this page."), field="secret"))
    quoted = re.sub(r'([\\"])', r"\\\1", secret)
    opened = os.open(directory / SECRETS_FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(opened, "a", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(f'{variable}="{quoted}"\n')


def keep_secret_file(path: Path, secret: str) -> None:
    """Write a secret into a file of its own, which only its owner can read.

    Raises:
        BadInput: the file is there already, or the secret is none; nothing was written.
    """
    _check(secret)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        what = Sentence("{file} cannot be written: {why}.", file=path.name, why=error.strerror or "")
        raise BadInput(
            Fault(what, N_("Look at it by hand, then reload this page."), field="secret")
        ) from None
    with os.fdopen(opened, "w", encoding="utf-8") as file:
        file.write(f"{secret}\n")


def _check(secret: str) -> None:
    if not secret or len(secret) > LONGEST_SECRET or not secret.isprintable():
        raise BadInput(
            Fault(N_("This is empty, too long or not text."), N_("Copy it again, whole."), field="secret")
        )


def place_of(variable: str | None, file: str | None) -> str:
    """The place, in words."""
    return f"the environment variable {variable}" if variable is not None else f"the file {file}"


def what_to_do(variable: str | None) -> str:
    """What brings the secret there, in words."""
    if variable is not None:
        return f"Set {variable} before starting the watch, or write {variable}=... into {SECRETS_FILE}."
    return "Put the secret, and nothing else, into that file, readable by the watch's user alone."
