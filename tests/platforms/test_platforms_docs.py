"""Every platform has its page, and the page names what the platform has."""

import re
from pathlib import Path

import pytest
from tests.platforms.platform_index import INDEX, with_table

from siaga.platforms.registry import platforms

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "platforms"
SOURCE = ROOT / "src" / "siaga" / "platforms"
MOST_LINES = 150
"""Of a platform's file, unless the documentation says why it is longer."""


def page(id: str) -> str:
    return (DOCS / f"{id}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("id", platforms())
def test_a_page_has_a_row_for_each_surface_with_its_cost(id: str) -> None:
    rows = {
        match[1]: int(match[2])
        for match in re.finditer(r"^\| `([a-z-]+)` \|.*\| (\d) \|$", page(id), re.MULTILINE)
    }
    assert rows == platforms()[id].cost


@pytest.mark.parametrize("id", platforms())
def test_a_page_names_each_option_and_each_option_is_used(id: str) -> None:
    used = re.findall(r'\.option\("([a-z-]+)"', (SOURCE / f"{id}.py").read_text(encoding="utf-8"))
    used += re.findall(r"\.option\('([a-z-]+)'", (SOURCE / f"{id}.py").read_text(encoding="utf-8"))
    documented = re.findall(r"^\| `([a-z-]+)` \| [^|]*\|$", page(id), re.MULTILINE)
    assert set(used) == set(platforms()[id].options) <= set(documented)


@pytest.mark.parametrize("id", platforms())
def test_a_page_says_how_answers_read_and_what_was_checked(id: str) -> None:
    text = page(id)
    for heading in ("How answers read", "Names", "What it cannot tell", "What was checked"):
        assert f"\n## {heading}\n" in text
    for word in ("empty", "walled", "limited", "error", "unreadable"):
        assert f"`{word}`" in text


@pytest.mark.parametrize("id", platforms())
def test_a_page_names_every_word_that_the_platform_has_for_failures(id: str) -> None:
    missing = [word for word in platforms()[id].errors if word.removeprefix("code ") not in page(id)]
    assert not missing


def test_the_index_has_the_table_that_follows_from_the_platforms() -> None:
    text = INDEX.read_text(encoding="utf-8")
    assert text == with_table(text), "run: python -m tests.platforms.platform_index"
    assert "](adding-a-platform.md)" in text


def test_a_platforms_file_is_short_or_the_documentation_says_why_not() -> None:
    text = (DOCS / "adding-a-platform.md").read_text(encoding="utf-8").partition("## Files longer")[2]
    explained = set(re.findall(r"^\| `(\w+)` \| [^|]+ \|$", text, re.MULTILINE))
    long = {
        id
        for id in platforms()
        if len((SOURCE / f"{id}.py").read_text(encoding="utf-8").splitlines()) > MOST_LINES
    }
    assert long == explained
