"""The list of commands: what it says, and what it costs to start one."""

import subprocess
import sys

import pytest

from siaga.cli import COMMANDS, command

HEAVY = ("duckdb", "numpy", "pyarrow", "pydantic", "sqlalchemy", "starlette", "rich.console", "jinja2")
"""What takes long to import; a list of commands needs none of it."""


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
    assert not modules & set(HEAVY)
    assert {module for module in modules if module.startswith("siaga.")} == {"siaga.cli"}


@pytest.mark.parametrize(
    ("name", "not_needed"),
    [
        ("demo", ("duckdb", "numpy", "pyarrow", "sqlalchemy", "starlette")),
        ("watch", ("duckdb", "numpy", "pyarrow", "sqlalchemy", "starlette")),
        ("election", ("duckdb", "numpy", "pyarrow", "sqlalchemy", "starlette")),
        ("network", ("duckdb", "numpy", "pyarrow", "sqlalchemy", "starlette")),
        ("room", ("duckdb", "numpy", "pyarrow", "sqlalchemy", "starlette")),
        ("check", ("duckdb", "pyarrow", "sqlalchemy", "starlette")),
        ("replay", ("duckdb", "sqlalchemy", "starlette")),
        ("controls", ("duckdb", "sqlalchemy", "starlette")),
        ("user", ("duckdb", "numpy", "pyarrow", "starlette")),
        ("case", ("duckdb", "pyarrow", "starlette")),
        ("verify", ("starlette",)),
        ("export", ("sqlalchemy", "starlette")),
    ],
)
def test_a_command_imports_what_its_work_needs(name: str, not_needed: tuple[str, ...]) -> None:
    modules = imported(f"from siaga.cli import command; command({name!r})")
    assert not modules & set(not_needed)
