"""docs/probing.md says of every failure what it means."""

from pathlib import Path

from siaga.domain.failures import Failure
from siaga.probing.failures import curl as curl_words

PAGE = (Path(__file__).parents[2] / "docs" / "probing.md").read_text()


def test_every_failure_that_a_record_can_have_is_explained() -> None:
    assert [word for word in Failure if f"`{word}`" not in PAGE] == []


def test_the_words_that_merge_causes_are_listed() -> None:
    listed = PAGE.split("Where a round's askings ended with such a word")[1].split(")")[0]
    assert {word for word in Failure if f"`{word}`" in listed} == curl_words.MERGED


def test_every_module_has_its_sentence() -> None:
    modules = (Path(__file__).parents[2] / "src" / "siaga" / "probing").glob("[a-z]*.py")
    assert [module.name for module in modules if f"`{module.name}`" not in PAGE] == []
