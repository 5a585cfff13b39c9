"""Every room that reads a journal knows all kinds of event that may stand in it."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from siaga.cases.events import EVENTS
from siaga.journal.kinds import Kind, is_known, register

SOURCE = Path(__file__).parents[2] / "src" / "siaga"


def reads_any_kind(path: Path) -> bool:
    """Whether a module reads events from a journal without saying of which kinds."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and "journal" in ast.unparse(node.func.value)
        and (
            node.func.attr == "by_key"
            or (node.func.attr == "read" and len(node.args) < 2 and "kinds" not in ast.unparse(node))
        )
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )


READERS = sorted(
    ".".join(("siaga", *path.relative_to(SOURCE).with_suffix("").parts))
    for path in SOURCE.rglob("*.py")
    if reads_any_kind(path) and path.parent.name != "journal"
)


@pytest.mark.parametrize("module", READERS)
def test_whoever_reads_whatever_stands_in_a_journal_knows_the_kinds_of_cases(module: str) -> None:
    program = f"import {module}; from siaga.journal.kinds import is_known; print(is_known('case-opened'))"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "True\n"


def test_the_outbox_and_the_cases_are_such_readers() -> None:
    assert {"siaga.notifying.outbox", "siaga.services.cases"} <= set(READERS)


def test_kinds_are_known_once_they_are_registered_and_registered_once() -> None:
    assert all(is_known(kind) for kind in (*Kind, *EVENTS))
    assert not is_known("case-forgotten")
    with pytest.raises(ValueError, match="'watch-started' of journal events is declared twice"):
        register("watch-started")
