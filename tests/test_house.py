"""The house rules of the source, without exception: sizes, names, a test for each module of inner rooms."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment
from jinja2.nodes import Name

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "siaga"
MOST_LINES_OF_A_MODULE = 400
MOST_LINES_OF_A_FUNCTION = 60
TESTED_BY_MODULE = ("domain", "config", "election", "i18n", "planning", "platforms", "detection", "cases")
ONE_FILE_A_KIND = {"cases/events"}
"""Folders whose modules are found by themselves: one test file of the folder's name goes through them all."""
RIDDLES = {"told", "said", "need", "may", "held"}
"""Names of functions, and of variables in templates, that say nothing without the line that uses them."""


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        yield str(path.relative_to(SOURCE)), ast.parse(path.read_text(encoding="utf-8"))


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for module, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield module, node


def test_modules_are_short() -> None:
    long = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if len(path.read_text(encoding="utf-8").splitlines()) > MOST_LINES_OF_A_MODULE
    }
    assert long == set()


def test_functions_are_short() -> None:
    long = {
        f"{module}: {function.name}"
        for module, function in functions()
        if (function.end_lineno or 0) - function.lineno + 1 > MOST_LINES_OF_A_FUNCTION
    }
    assert long == set()


def test_a_class_name_means_one_thing_in_the_whole_project() -> None:
    classes = Counter(
        node.name.lstrip("_")
        for _, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    )
    assert {name for name, count in classes.items() if count > 1} == set()


def test_functions_are_named_by_what_they_do() -> None:
    riddles = {
        f"{module}: {function.name}"
        for module, function in functions()
        if function.name.lstrip("_") in RIDDLES
    }
    assert riddles == set()


def test_loop_variables_say_what_they_are() -> None:
    nameless = {
        module
        for module, tree in trees()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Name) and node.id == "one" and isinstance(node.ctx, ast.Store))
        or (isinstance(node, ast.arg) and node.arg == "one")
    }
    assert nameless == set()


def test_variables_of_templates_say_what_they_are() -> None:
    nameless = {
        f"{path.relative_to(SOURCE)}: {name.name}"
        for path in sorted(SOURCE.rglob("*.html"))
        for name in Environment().parse(path.read_text(encoding="utf-8")).find_all(Name)
        if name.ctx in {"store", "param"} and name.name in RIDDLES | {"one"}
    }
    assert nameless == set()


def _tested_as(module: Path) -> str:
    folder = module.parent
    return folder.name if str(folder.relative_to(SOURCE)) in ONE_FILE_A_KIND else module.stem


def test_every_module_of_an_inner_room_has_a_test_file_of_its_name() -> None:
    untested = {
        str(path.relative_to(SOURCE))
        for room in TESTED_BY_MODULE
        for path in (SOURCE / room).rglob("*.py")
        if path.name != "__init__.py"
        and not any((ROOT / "tests" / room).rglob(f"test_{room}_{_tested_as(path)}.py"))
    }
    assert not untested, f"write tests/<room>/test_<room>_<module>.py for {', '.join(sorted(untested))}"


def test_every_slice_and_every_chart_of_the_web_has_a_test_file_of_its_name() -> None:
    web, tests = SOURCE / "web", ROOT / "tests" / "web"
    slices = {path.parent.name for path in web.glob("*/slice.py")}
    untested = {name for name in slices if not list(tests.glob(f"test_web_{name}*.py"))}
    untested |= {
        f"charts/{path.stem}"
        for path in (web / "charts").glob("*.py")
        if path.name != "__init__.py" and not (tests / "charts" / f"test_web_{path.stem}.py").exists()
    }
    assert slices
    assert not untested, f"write a test file for {', '.join(sorted(untested))}"
