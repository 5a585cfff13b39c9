"""Items on lines of their own give the tree that YAML's parser gives, or are left to it."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.config.item_lines import FEWEST, without_item_lines
from siaga.config.tree import MOST_VALUES, Fields, Items, Tree, read_tree
from siaga.domain.errors import BadInput

LINE = '  - {"id": "a", "number": 1, "names": [{"full": "A: b # c"}, {"short": "ő"}], "on": true, "no": null}'
VALUES = st.recursive(
    st.text(st.characters(codec="utf-8", exclude_characters='\\"\r\n'), max_size=8)
    | st.integers(-9, 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.booleans()
    | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)


def by_yaml(text: str) -> tuple[Tree | None, list[str]]:
    """Read without the short cut: a comment after each line leaves it to the parser."""
    tree, faults = read_tree(
        "".join(f"{line} #\n" if "{" in line else f"{line}\n" for line in text.split("\n"))
    )
    return tree, list(map(str, faults))


def by_lines(text: str, *, sure: bool = True) -> tuple[Tree | None, list[str]]:
    assert without_item_lines(text, "")[1] or not sure
    tree, faults = read_tree(text)
    return tree, list(map(str, faults))


def read_or_refused(text: str, read: Callable[[str], object]) -> object:
    try:
        return read(text)
    except BadInput as bad:
        return [fault.line for fault in bad.faults]


def test_a_run_of_lines_reads_as_the_parser_reads_it_with_places_and_quotes() -> None:
    text = "a: 1\nitems:\n" + f"{LINE}\n" * FEWEST + "  # a comment\n" + f"{LINE}\n" * FEWEST + "z: 2\n"
    assert by_lines(text) == by_yaml(text)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(["a", "b", "c d"]), VALUES, max_size=3), min_size=FEWEST))
def test_any_json_reads_the_same_or_is_left_to_the_parser(items: list[dict[str, object]]) -> None:
    text = "items:\n" + "".join(f"  - {json.dumps(item, ensure_ascii=False)}\n" for item in items)
    assert read_or_refused(text, by_yaml) == read_or_refused(text, lambda text: by_lines(text, sure=False))


def test_a_few_lines_are_left_to_the_parser() -> None:
    text = "items:\n" + f"{LINE}\n" * (FEWEST - 1)
    assert without_item_lines(text, "") == (text, {})


@pytest.mark.parametrize(
    "line",
    ['  - {"a": "\\u0041"}', '  - {"a": 1, "a": 2}', '  - {"a": NaN}', "  - {a: 1}", '  - {"a": 1} # c'],
)
def test_what_json_and_yaml_might_read_in_two_ways_is_left_to_the_parser(line: str) -> None:
    assert without_item_lines("items:\n" + f"{line}\n" * FEWEST, "")[1] == {}


def test_lines_within_a_text_over_several_lines_stay_text() -> None:
    text = "note: |\n" + f"{LINE}\n" * FEWEST
    tree, _ = read_tree(text)
    assert isinstance(tree, Fields)
    assert tree.fields["note"].text.count('"id"') == FEWEST  # type: ignore[union-attr]


def test_ten_thousand_items_are_read_though_the_parser_takes_fewer_values() -> None:
    count = MOST_VALUES // 2
    tree, faults = read_tree("items:\n" + "".join(f'  - {{"id": "a-{number}"}}\n' for number in range(count)))
    assert faults == []
    assert isinstance(tree, Fields)
    items = tree.fields["items"]
    assert isinstance(items, Items)
    assert len(items.items) == count
    assert items.items[-1].position.line == count + 1


def test_more_values_than_anybody_needs_are_refused() -> None:
    many = json.dumps({"a": [0] * 600})
    with pytest.raises(BadInput, match="more than 600,000 values"):
        read_tree("items:\n" + f"  - {many}\n" * 1_000)
