"""The documentation is whole: nothing that a reader meets is without its word, and no link leads nowhere."""

import re
import subprocess
from pathlib import Path

import pytest
from tests.test_flow import LEFT_TO_RIGHT
from typer.core import TyperGroup
from typer.main import get_command

from siaga.cli import app
from siaga.detection.registry import RULES, share_of
from siaga.domain.answers import Answer, Surface
from siaga.domain.verdicts import State
from siaga.platforms.registry import platforms

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
LINK = re.compile(r"(?<!\!)\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)|!\[[^\]]*\]\(([^)\s]+)\)")

FILE_NAME = re.compile(r"`([\w./-]+\.(?:py|html|css|js|po))`")
MODULE = re.compile(r"`(siaga(?:\.\w+)+)`")


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *patterns], cwd=ROOT, capture_output=True, check=True
    )
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).exists()]


def text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def test_every_command_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    whole = get_command(app)
    assert isinstance(whole, TyperGroup)
    for name, command in whole.commands.items():
        assert f"siaga {name}" in readme, name
        if isinstance(command, TyperGroup):
            for second in command.commands:
                assert re.search(rf"siaga {name}.*`?\b{second}\b", readme), f"{name} {second}"


def test_every_answer_state_and_surface_is_in_the_glossary() -> None:
    glossary = text("glossary.md")
    for word in (*Answer, *State, *Surface):
        assert f"`{word.value}`" in glossary, word


def test_every_rule_is_in_the_method_and_the_table_of_rules_is_as_the_rules_declare() -> None:
    method = text("method.md")
    table, rows = text("rules.md"), []
    for rule in RULES:
        assert rule.id in method, rule.id
        states = ", ".join(f"`{state}`" for state in sorted(rule.states)) or "-"
        share = f"{share_of(rule):.0%}" if rule.parts else "-"
        kinds = ", ".join(sorted(rule.kinds)) or "-"
        rows.append(f"| `{rule.id}` | {states} | {share} | {kinds} | {rule.decides} |")
    assert all(row in table for row in rows), "the rows of docs/rules.md:\n" + "\n".join(rows)


def test_every_platform_has_its_page() -> None:
    for reader in platforms():
        to_do = f"write docs/platforms/{reader}.md: docs/platforms/adding-a-platform.md, step 3"
        assert (DOCS / "platforms" / f"{reader}.md").exists(), to_do


@pytest.mark.parametrize("page", tracked("*.md"), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for groups in LINK.findall(page.read_text(encoding="utf-8")):
        target = next(group for group in groups if group)
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} links to {target}"


def test_no_page_is_an_orphan() -> None:
    pages = tracked("*.md")
    everything = {page: page.read_text(encoding="utf-8") for page in pages}
    for page in pages:
        if page.name in {"README.md"} or page.parent.name == "decisions":
            continue
        others = "".join(content for other, content in everything.items() if other != page)
        assert page.name in others, f"nothing leads to {page.relative_to(ROOT)}"


def test_every_file_and_module_that_a_page_names_exists() -> None:
    """A file may be named by the end of its path; a module, or what a module holds."""
    files = [f"/{path.relative_to(ROOT)}" for path in tracked()]
    modules = {name.removeprefix("/src/").removesuffix(".py").replace("/", ".") for name in files}
    for page in tracked("*.md"):
        content = page.read_text(encoding="utf-8")
        for name in FILE_NAME.findall(content):
            assert any(file.endswith(f"/{name}") for file in files), f"{page.name} names {name}"
        for name in MODULE.findall(content):
            assert {name, name.rpartition(".")[0]} & modules, f"{page.name} names {name}"


def test_architecture_has_a_row_for_each_room_in_the_order_of_the_flow() -> None:
    rooms = re.findall(r"^\| `(\w+)/` \|", text("architecture.md"), re.MULTILINE)
    assert rooms == [room for room in LEFT_TO_RIGHT if room != "__main__"]
    assert set(rooms) == {path.parent.name for path in (ROOT / "src" / "siaga").glob("*/__init__.py")}


@pytest.mark.parametrize(("tour", "most"), [("tour.md", 12), ("tour-notice.md", 14)])
def test_a_tour_is_short_and_names_whole_paths(tour: str, most: int) -> None:
    named = set(re.findall(r"`((?:src|elections)/[^`]*[^`/])`", text(tour)))
    assert 10 <= len(named) <= most
    assert all((ROOT / name).is_file() for name in named)
    assert not [name for name in FILE_NAME.findall(text(tour)) if name not in named]


def test_every_module_says_what_it_is_for() -> None:
    for module in tracked("src/*.py"):
        assert module.read_text(encoding="utf-8").lstrip().startswith('"""'), module


def test_nothing_of_the_machine_that_it_was_made_on_stands_in_any_file() -> None:
    """Neither a path of somebody's machine nor the name of a package registry's host."""
    told = [
        "/" + "work/",
        "/" + "root/",
        "/" + "home/",
        "pypi" + ".org",
        "python" + "hosted",
        "registry." + "npm",
    ]
    pattern = re.compile("|".join(re.escape(one) for one in told).encode())
    for file in tracked():
        found = pattern.search(file.read_bytes())
        assert not found, f"{file.relative_to(ROOT)}: {found.group().decode()}"
