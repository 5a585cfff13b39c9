"""The page about the journal leaves nothing out, and its recipe for the digest is right."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from siaga.domain.time import SimulatedClock, rfc3339
from siaga.journal.events import canonical_what
from siaga.journal.journal import Journal
from siaga.journal.kinds import Kind

PAGE = (Path(__file__).parents[2] / "docs" / "journal.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_is_documented(kind: Kind) -> None:
    assert f"| `{kind}` |" in PAGE


def test_the_pages_recipe_gives_the_digest(tmp_path: Path) -> None:
    recipe: dict[str, Any] = {}
    code = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert code is not None
    exec(code[1], recipe)
    with Journal.open(
        f"sqlite:///{tmp_path}/j", SimulatedClock(datetime(2024, 1, 25, tzinfo=UTC))
    ) as journal:
        event = journal.append(Kind.FINDING_OPENED, "watch", {"subject": "mahfud", "odds": 4.3e7}, "né", "k")
    assert recipe["digest"](event, rfc3339(event.at), canonical_what(event.what)) == event.digest
