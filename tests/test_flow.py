"""The direction of flow: a room imports only from its left, modules in no circle, pure rooms do no I/O."""

import ast
import graphlib
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src" / "siaga"
LEFT_TO_RIGHT = (
    "domain",
    "config",
    "election",
    "i18n",
    "planning",
    "platforms",
    "probing",
    "measurements",
    "detection",
    "journal",
    "cases",
    "people",
    "notifying",
    "reporting",
    "publishing",
    "simulation",
    "ports",
    "watch",
    "services",
    "web",
    "composition",
    "demo",
    "cli",
    "__main__",
)
PURE = {"domain", "config", "election", "planning", "platforms", "detection", "cases"}
IO_MODULES = {
    "aiohttp",
    "duckdb",
    "fastapi",
    "httpx",
    "pycurl",
    "requests",
    "socket",
    "sqlalchemy",
    "urllib.request",
}


def module_of(path: Path) -> str:
    return ".".join(("siaga", *path.relative_to(SOURCE).with_suffix("").parts)).removesuffix(".__init__")


MODULES = {module_of(path): path for path in sorted(SOURCE.rglob("*.py"))}


def imports(path: Path) -> set[str]:
    """What a file imports: modules, wherever a module of ours is named."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            inside = {f"{node.module}.{alias.name}" for alias in node.names}
            found.update(inside & MODULES.keys() or {node.module or ""})
    return found


def room_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def test_every_room_is_placed_in_the_flow() -> None:
    rooms = {room_of(path) for path in MODULES.values()} - {"__init__"}
    assert rooms <= set(LEFT_TO_RIGHT)


def test_no_room_imports_from_its_right() -> None:
    against = {
        (str(path.relative_to(SOURCE)), module)
        for path in MODULES.values()
        if room_of(path) != "__init__"
        for module in imports(path)
        if module.startswith("siaga.")
        and LEFT_TO_RIGHT.index(module.split(".")[1]) > LEFT_TO_RIGHT.index(room_of(path))
    }
    assert not against


def test_modules_import_each_other_in_no_circle() -> None:
    graph = {module: imports(path) & MODULES.keys() for module, path in MODULES.items()}
    assert len(list(graphlib.TopologicalSorter(graph).static_order())) == len(MODULES)


def test_pure_rooms_do_no_input_or_output() -> None:
    for path in MODULES.values():
        if room_of(path) in PURE:
            assert not imports(path) & IO_MODULES, path


def test_no_slice_of_the_web_imports_from_another() -> None:
    """What two slices need stands beside them, as `web/http` and `web/form_commands.py` do."""
    web = SOURCE / "web"
    slices = {path.parent.name for path in web.glob("*/slice.py")}
    against = {
        (str(path.relative_to(web)), module)
        for path in web.rglob("*.py")
        if path != web / "app.py"
        for module in imports(path)
        for slice_name in slices - {path.relative_to(web).parts[0]}
        if module.startswith(f"siaga.web.{slice_name}.")
    }
    assert slices
    assert not against
