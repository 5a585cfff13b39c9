"""Every reader has its page, and the page names what the reader has."""

import re
from pathlib import Path

import pytest

from siaga.platforms.registry import READERS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "platforms"
SOURCE = ROOT / "src" / "siaga" / "platforms"
ROUGHLY = 40
"""Lines by which a size in the documentation may be off."""


def page(id: str) -> str:
    return (DOCS / f"{id}.md").read_text(encoding="utf-8")


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("id", sorted(READERS))
def test_a_page_has_a_row_for_each_surface_with_its_cost(id: str) -> None:
    rows = {
        match[1]: int(match[2])
        for match in re.finditer(r"^\| `([a-z-]+)` \|.*\| (\d) \|$", page(id), re.MULTILINE)
    }
    assert rows == dict(READERS[id].cost)


@pytest.mark.parametrize("id", sorted(READERS))
def test_a_page_names_each_option(id: str) -> None:
    options = re.findall(r'options\.get\("([a-z-]+)"', (SOURCE / f"{id}.py").read_text(encoding="utf-8"))
    documented = re.findall(r"^\| `([a-z-]+)` \| [^|]*\|$", page(id), re.MULTILINE)
    assert set(options) == set(READERS[id].options) <= set(documented)


@pytest.mark.parametrize("id", sorted(READERS))
def test_a_page_says_how_answers_read_and_what_was_checked(id: str) -> None:
    text = page(id)
    for heading in ("How answers read", "Names", "What it cannot tell", "What was checked"):
        assert f"\n## {heading}\n" in text
    for word in ("empty", "walled", "limited", "error", "unreadable"):
        assert f"`{word}`" in text


@pytest.mark.parametrize("id", sorted(READERS))
def test_a_page_names_every_word_that_the_reader_knows(id: str) -> None:
    """The platform's own words for what went wrong: each is in the page."""
    source = (SOURCE / f"{id}.py").read_text(encoding="utf-8")
    known = re.search(r"^_(?:WALLS|ANSWERS).*?^[})]", source, re.MULTILINE | re.DOTALL)
    words = re.findall(r'"([A-Za-z_-]{6,})"', known[0]) if known else []
    missing = [word for word in words if word not in page(id)]
    assert not missing


def test_the_index_links_every_page() -> None:
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    for id in READERS:
        assert f"]({id}.md)" in index
    assert "](adding-a-platform.md)" in index


def test_sizes_are_as_the_documentation_says() -> None:
    text = (DOCS / "adding-a-platform.md").read_text(encoding="utf-8")
    rows = {
        match[1]: (int(match[2]), int(match[3]))
        for match in re.finditer(r"^\| (\w+) \| (\d+) \| (\d+) \|$", text, re.MULTILINE)
    }
    assert set(rows) == set(READERS)
    for id, (source, tests) in rows.items():
        assert abs(lines(SOURCE / f"{id}.py") - source) <= ROUGHLY
        assert abs(lines(ROOT / "tests" / "platforms" / f"test_platforms_{id}.py") - tests) <= ROUGHLY
