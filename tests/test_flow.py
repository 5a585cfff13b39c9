"""The direction of flow: a room imports from rooms to its left, never from its right."""

import ast
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src" / "siaga"
LEFT_TO_RIGHT = (
    "domain",
    "election",
    "planning",
    "platforms",
    "probing",
    "measurements",
    "detection",
    "i18n",
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
)
EDGE = {"cli", "composition", "demo", "watch", "services", "__init__", "__main__"}
PURE = {"domain", "election", "planning", "platforms", "detection", "cases"}
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


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            found.add(node.module or "")
    return found


def room_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def test_every_room_is_placed_in_the_flow() -> None:
    rooms = {room_of(path) for path in SOURCE.rglob("*.py")}
    assert rooms - EDGE <= set(LEFT_TO_RIGHT)


def test_no_room_imports_from_its_right() -> None:
    for path in SOURCE.rglob("*.py"):
        room = room_of(path)
        if room in EDGE:
            continue
        for module in imports(path):
            if module.startswith("siaga."):
                other = module.split(".")[1]
                assert LEFT_TO_RIGHT.index(other) <= LEFT_TO_RIGHT.index(room), f"{path} imports {module}"


def test_pure_rooms_do_no_input_or_output() -> None:
    for path in SOURCE.rglob("*.py"):
        if room_of(path) in PURE:
            assert not imports(path) & IO_MODULES, path
