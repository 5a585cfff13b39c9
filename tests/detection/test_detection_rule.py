"""What a rule declares of itself."""

import re
from pathlib import Path

from siaga.detection import rules
from siaga.detection.registry import RULES


def test_every_rule_is_a_file_of_its_name() -> None:
    files = {path.stem for path in Path(rules.__path__[0]).glob("*.py")} - {"__init__"}
    assert files == {rule.id.partition("@")[0].replace("-", "_") for rule in RULES}


def test_every_rule_has_a_version_and_says_what_it_decides() -> None:
    for rule in RULES:
        assert re.fullmatch(r"[a-z-]+@[1-9][0-9]*", rule.id)
        assert rule.decides.endswith("."), rule.id


def test_only_a_rule_that_gives_verdicts_spends_of_the_promise_or_has_kinds() -> None:
    for rule in RULES:
        assert rule.states or (not rule.parts and not rule.kinds), rule.id
