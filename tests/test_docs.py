"""The documentation is whole: nothing that a reader meets is without its word, and no link leads nowhere."""

import re
import subprocess
from pathlib import Path

import pytest

from siaga.detection.rules import RULES
from siaga.journal.kinds import Kind
from siaga.platforms.registry import READERS
from siaga.words.answers import Answer, Surface
from siaga.words.verdicts import State

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
COMMANDS = ("demo", "check", "watch", "replay", "election check", "election new", "election schema")
LINK = re.compile(r"(?<!\!)\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)|!\[[^\]]*\]\(([^)\s]+)\)")


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *patterns], cwd=ROOT, capture_output=True, check=True
    )
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).exists()]


def text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def test_every_command_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in COMMANDS:
        first, _, second = command.partition(" ")
        assert f"siaga {first}" in readme
        assert second in readme


def test_every_answer_state_and_surface_is_in_the_glossary() -> None:
    glossary = text("glossary.md")
    for word in (*Answer, *State, *Surface):
        assert f"`{word.value}`" in glossary, word


def test_every_rule_is_in_the_method() -> None:
    method = text("method.md")
    for rule in RULES:
        assert rule.id in method, rule.id


def test_every_kind_of_event_is_in_the_journal_page() -> None:
    for kind in Kind:
        assert f"`{kind.value}`" in text("journal.md"), kind


def test_every_platform_has_its_page() -> None:
    for reader in READERS:
        assert (DOCS / "platforms" / f"{reader}.md").exists()


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


def test_every_module_says_what_it_is_for() -> None:
    for module in tracked("src/*.py"):
        assert module.read_text(encoding="utf-8").lstrip().startswith('"""'), module
