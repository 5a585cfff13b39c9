"""A recipe's faults, each by its line."""

import pytest

from siaga.domain.answers import Answer
from siaga.domain.errors import BadInput
from siaga.probing.recipes import read_recipe

GOOD = """recipe: sample
version: 3
wait: 5
language: id
surfaces:
  search-latest:
    path: /find?q={name}
    result: .post
    text: .words
    order: newest
signs:
  - answer: empty
    selector: .none
  - answer: walled
    address: "*/login*"
"""


def test_a_recipe_says_where_to_look_and_what_each_sign_means() -> None:
    recipe = read_recipe(GOOD)
    place = recipe.places["search-latest"]
    assert (recipe.id, recipe.version, recipe.wait_s, recipe.language) == ("sample", 3, 5, "id")
    assert (place.path, place.results.elements, place.newest_first) == ("/find?q={name}", ".post", True)
    assert [sign.answer for sign in recipe.signs] == [Answer.EMPTY, Answer.WALLED]


@pytest.mark.parametrize(
    ("old", "new", "line", "field"),
    [
        ("version: 3", "version: 0", 2, "version"),
        ("wait: 5", "wait: 60", 3, "wait"),
        ("language: id", "language: in donesian", 4, "language"),
        ("search-latest:", "search-lastest:", 6, "surfaces.search-lastest"),
        ("/find?q={name}", "/find", 7, "surfaces.search-latest.path"),
        ("/find?q={name}", "//other.example/{name}", 7, "surfaces.search-latest.path"),
        ("    result: .post\n", "", 7, "surfaces.search-latest.result"),
        ("order: newest", "order: oldest", 10, "surfaces.search-latest.order"),
        ("answer: walled", "answer: results", 14, "signs[1].answer"),
        ('    address: "*/login*"\n', "", 14, "signs[1].answer"),
        ("answer: empty", "answer: hidden", 12, "signs"),
    ],
)
def test_every_fault_is_said_where_it_stands(old: str, new: str, line: int, field: str) -> None:
    with pytest.raises(BadInput) as bad:
        read_recipe(GOOD.replace(old, new, 1), "r.yaml")
    assert (bad.value.faults[0].line, bad.value.faults[0].field) == (line, field)
    assert bad.value.faults[0].do


@pytest.mark.parametrize("text", ["", "[]", "a: &b [*b]", ":", "recipe: x"])
def test_what_is_no_recipe_is_said_and_no_traceback(text: str) -> None:
    with pytest.raises(BadInput):
        read_recipe(text)
