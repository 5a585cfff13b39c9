"""An election file is read whole, or every fault of it is said, in the order of lines."""

from collections.abc import Callable

import pytest
from tests.election.election_faults import changed, faults, line_of, only
from tests.election.election_samples import READERS, small

from siaga.election.reading import read_election


def test_the_small_election_is_in_order() -> None:
    election = read_election(small(), READERS)
    assert [person.id for person in election.people()] == ["sari", "bima", "tari"]


def test_all_faults_are_said_at_once_in_the_order_of_lines() -> None:
    text = (
        small()
        .replace("country: ID", "country: XX1")
        .replace("family: 4", "family: x")
        .replace("1/30d", "never")
    )
    found = faults(text)
    assert [fault.field for fault in found] == ["country", "promise", "vantages[0].family"]
    assert [fault.line for fault in found] == sorted(fault.line for fault in found)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "empty"),
        ("# only a comment\n", "empty"),
        ("- a\n- b\n", "Fields are expected"),
        ("just a text", "Fields are expected"),
        ("a: [1, 2\n", "no YAML"),
        ("a: b: c\n", "no YAML"),
        ("a: \x07\n", "U+0007"),
        ("? [a]\n: b\n", "name must be a text"),
        ("a: 1\n---\nb: 2\n", "second document"),
        ("a: " + "x" * 3000, "longer than 2000"),
        ("a: x\n" * 250_000, "larger than 1 MiB"),
        ("- x\n" * 30_000, "more than 20000 values"),
        ("[\n" * 1000, "nested more than 12"),
        ("{a: " * 400, "nested more than 12"),
        ("".join(" " * depth + "a:\n" for depth in range(200)), "nested more than 12"),
    ],
)
def test_a_file_that_cannot_be_read_on_is_said(text: str, what: str) -> None:
    assert what in "\n".join(str(fault) for fault in faults(text))


def test_a_bomb_of_aliases_is_refused_by_its_first_anchor() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{new}: &{new} [*{old}, *{old}]\n" for old, new in zip("abcde", "bcdef", strict=True)
    )
    said = faults(bomb)
    assert any("anchor" in fault.what and fault.line == 1 for fault in said)
    assert any("alias" in fault.what and fault.line == 2 for fault in said)


def test_tags_are_refused() -> None:
    assert "tag" in only(changed("label: Test", "label: !!str Test")).what


def test_a_field_twice_is_said_with_both_lines() -> None:
    text = changed("label: Test\n", "label: Test\nlabel: Other\n")
    fault = only(text)
    assert (fault.line, fault.field) == (line_of(text, "label: Other"), "label")
    assert f"first in line {line_of(text, 'label: Test')}" in fault.what


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("environment: BLUESKY_APP_PASSWORD", "password: hunter2-hunter2"),
        lambda text: text.replace("environment: BLUESKY_APP_PASSWORD", "environment: hunter2-hunter2"),
        lambda text: text.replace("environment: BLUESKY_APP_PASSWORD", "environment: 20242024"),
        lambda text: text.replace("environment: BLUESKY_APP_PASSWORD", "token: hunter2-hunter2"),
        lambda text: text.replace(
            "    label: Bluesky\n", "    label: Bluesky\n    api-key: hunter2-hunter2\n"
        ),
        lambda text: text.replace(
            "    label: Bluesky\n", "    label: Bluesky\n    options: {token: hunter2-hunter2}\n"
        ),
        lambda text: text.replace("https://bsky.social", "https://me:hunter2-hunter2@bsky.social"),
        lambda text: text.replace("https://bsky.social", "https://bsky.social?key=hunter2-hunter2"),
        lambda text: text.replace("family: 4", "proxy: socks5://me:hunter2-hunter2@host:1080"),
        lambda text: text.replace("family: 4", "proxy: {environment: hunter2-hunter2}"),
        lambda text: text.replace("family: 4", "proxy: {password: hunter2-hunter2}"),
    ],
)
def test_a_secret_in_the_file_is_refused_and_never_repeated(change: Callable[[str], str]) -> None:
    said = faults(change(small()))
    assert "hunter2" not in repr(said)
    assert "20242024" not in repr(said)


def test_a_fault_stays_on_one_line_whatever_the_field_is_called() -> None:
    for name in ('"a\\nb"', '"\\e[31mred"', "x" * 1000, '"\u2028"'):
        fault = str(only(small() + f"{name}: 1\n"))
        assert fault.isprintable()
        assert len(fault) < 400
