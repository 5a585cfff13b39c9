"""The list of commands: what it says, and what it costs to start one."""

import subprocess
import sys
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, get_type_hints

import pytest

from siaga.cli import COMMANDS, command

HEAVY = (
    *("cryptography", "dns", "duckdb", "jinja2", "numpy", "pyarrow", "pycurl", "sqlalchemy", "starlette"),
    *("uvicorn", "uvloop", "siaga.cases.room_sections", "siaga.election.sections"),
)
"""What takes long to import; nobody waits for it to read a help text or that a file is missing. Pydantic is
not here: Typer needs it for the words of a command. The models that we build with it are."""
MISSING = "/no/such/place/file.jsonl"

CALLS = """
from typer.testing import CliRunner
from siaga.cli import app
for words in {helps}:
    assert CliRunner().invoke(app, words).exit_code == 0, words
for words in {bads}:
    ended = CliRunner().invoke(app, words)
    assert ended.exit_code == 2 and "Usage" not in ended.stderr, (words, ended.stderr)
"""
"""Calls commands in one process; the second kind must end by what is wrong with a file."""


def imported(code: str) -> set[str]:
    """The modules that a fresh Python has imported after running `code`."""
    asked = f"import sys\n{code}\nprint(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_of_each_command_what_the_command_says_of_itself(name: str) -> None:
    assert (command(name).help or "").partition("\n\n")[0].replace("\n", " ") == COMMANDS[name]


def test_the_list_of_commands_imports_no_command_and_no_heavy_library() -> None:
    modules = imported("from siaga.cli import app")
    assert not modules & {*HEAVY, "pydantic", "rich.console"}
    assert {module for module in modules if module.startswith("siaga.")} == {"siaga.cli"}


def leaves(name: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The words that call each command under `name`, and the command."""
    found = command(name)
    commands = getattr(found, "commands", None)
    if commands is None:
        yield (name,), found
    else:
        yield from (((name, word), leaf) for word, leaf in commands.items())


def without_files(leaf: Any) -> tuple[str, ...] | None:
    """Words for a command, where every file that it could read is missing; None if it reads none."""
    hints = get_type_hints(leaf.callback)
    words: list[str] = []
    for parameter in leaf.params:
        kind = hints[parameter.name]
        if not parameter.required and "Path" not in str(kind):
            continue
        option = [parameter.opts[0]] if parameter.opts[0].startswith("-") else []
        words += [*option, word_of(kind)]
    return tuple(words) if MISSING in words else None


def word_of(kind: Any) -> str:
    """A word that is fine for a parameter of this type, but for files: these are missing."""
    if "Path" in str(kind):
        return MISSING
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return next(iter(kind)).value
    return "1" if kind is int else "x"


@pytest.mark.parametrize("name", COMMANDS)
def test_help_and_a_missing_file_wait_for_no_heavy_library(name: str) -> None:
    helps = [(*words, "--help") for words, _ in leaves(name)]
    bads = [(*words, *rest) for words, leaf in leaves(name) if (rest := without_files(leaf)) is not None]
    assert not imported(CALLS.format(helps=helps, bads=bads)) & set(HEAVY)


def test_commands_that_read_files_are_tried_without_them() -> None:
    tried = {words for name in COMMANDS for words, leaf in leaves(name) if without_files(leaf) is not None}
    untried = {words for name in COMMANDS for words, _ in leaves(name)} - tried
    assert untried == {("demo",), ("network", "check"), ("election", "schema"), ("room", "schema")}
