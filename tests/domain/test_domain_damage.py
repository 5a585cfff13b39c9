"""What is said of damaged files: one sentence each, what to do, and all of it in the documentation."""

from pathlib import Path

import pytest

from siaga.domain.damage import STOPS, Damage, FoundDamage

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"


@pytest.mark.parametrize("damage", Damage, ids=lambda damage: damage.name)
def test_each_damage_is_one_sentence_with_a_remedy_and_stands_in_the_documentation(damage: Damage) -> None:
    assert damage.what.endswith(".")
    assert ". " not in damage.what
    assert damage.do.endswith(".")
    text = " ".join(OPERATIONS.read_text(encoding="utf-8").split()).replace("`", "")
    assert f"| {damage.what} | {damage.do} |" in text, "write it into docs/operations.md, Damaged files"


def test_no_two_damages_are_said_in_the_same_words() -> None:
    assert len({damage.what for damage in Damage}) == len(Damage)


def test_a_damage_says_where_it_is_and_its_detail_in_brackets() -> None:
    found = FoundDamage(Damage.JOURNAL_CUT, Path("journal.sqlite"), "it has 3 events")
    assert str(found.fault) == (
        "journal.sqlite: The journal was cut off or put back: events that were written are missing (it has 3 "
        "events). Restore it from a backup, or delete record.json to go on without them."
    )


def test_what_can_be_made_again_stops_no_watch() -> None:
    assert Damage.STATE not in STOPS
    assert FoundDamage(Damage.PLAN, Path("plan.json")).stops is False
    assert FoundDamage(Damage.SEGMENT_CHANGED, Path("a.parquet")).stops is True
