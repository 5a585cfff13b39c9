"""What is wrong with a bad election file: each fault said with its line, its field and what to write."""

from collections.abc import Callable

import pytest
from tests.election.election_samples import READERS, small

from siaga.domain.errors import BadInput, Fault
from siaga.election.reading import read_election


def faults(text: str) -> tuple[Fault, ...]:
    with pytest.raises(BadInput) as caught:
        read_election(text, READERS, "e.yaml")
    return caught.value.faults


def only(text: str) -> Fault:
    found = faults(text)
    assert len(found) == 1, "\n".join(map(str, found))
    return found[0]


def changed(old: str, new: str) -> str:
    text = small()
    assert text.count(old) == 1, old
    return text.replace(old, new)


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_the_small_election_is_in_order() -> None:
    election = read_election(small(), READERS)
    assert [person.id for person in election.people()] == ["sari", "bima", "tari"]


CASES: dict[str, tuple[str, str, str, str, str]] = {
    # old, new, field, what, do
    "unknown field": ("votes: ", "wotes: ", "wotes", "no field 'wotes'", "Did you mean 'votes'?"),
    "missing field": ("label: Test\n", "", "label", "`label` is missing", "Add `label:`"),
    "an id with capitals": ("election: test", "election: Test One", "election", "no id", "test-one"),
    "an empty text": ("label: Test", "label: ''", "label", "Nothing stands here", "Write a text"),
    "no value": ("label: Test", "label:", "label", "Nothing stands here", "Write a text"),
    "a number for a text": ("label: Test", "label: 2024", "label", "reads as a number", "in quotes"),
    "a list for a text": ("label: Test", "label: [Test]", "label", "A text is expected", "one text"),
    "a line break in a text": ("label: Test", 'label: "a\\nb"', "label", "Line breaks", "Remove"),
    "a text for a list": ("canaries: [qzvexh7rwk4m]", "canaries: qz", "canaries", "A list is expected", "- "),
    "an empty list": ("canaries: [qzvexh7rwk4m]", "canaries: []", "canaries", "0 items", "1 to 20"),
    "no such day": ("2029-02-14\n", "2029-02-30\n", "votes", "no such day", "2024-02-14"),
    "a day of another form": ("2029-02-14\n", "14.2.2029\n", "votes", "no day", "2024-02-14"),
    "a year out of reason": ("2029-02-14\n", "0029-02-14\n", "votes", "out of reason", "day of the vote"),
    "no such zone": (
        "Asia/Jakarta",
        "Asia/Jakarda",
        "timezone",
        "no time zone",
        "Did you mean 'Asia/Jakarta'?",
    ),
    "no such country": ("country: ID", "country: XQ", "country", "no country", "ID or SG"),
    "no such language": ("[id, en]", "[id, qqz]", "languages[1]", "no language", "id or en"),
    "a promise of another form": ("1/30d", "one in 30 days", "promise", "no promise", "1/30d"),
    "a promise of nothing": ("1/30d", "0/30d", "promise", "out of bounds", "1/30d"),
    "no such kind of name": (
        "full: Sari Wijaya",
        "fill: Sari Wijaya",
        "contestants[0].names[0].fill",
        "no field",
        "'full'",
    ),
    "no such contestant kind": (
        "kind: person",
        "kind: persona",
        "contestants[0].kind",
        "not known",
        "'person'",
    ),
    "a handle with an at sign": (
        "handle: sariwijaya",
        'handle: "@sariwijaya"',
        "contestants[0].names[2].handle",
        "no handle",
        "without `@`",
    ),
    "a hashtag with a sign": (
        "hashtag: SariWijaya",
        'hashtag: "#SariWijaya"',
        "contestants[0].names[1].hashtag",
        "no hashtag",
        "without `#`",
    ),
    "a hashtag with a space": (
        "hashtag: SariWijaya",
        "hashtag: Sari Wijaya",
        "contestants[0].names[1].hashtag",
        "no hashtag",
        "underscores",
    ),
    "a name that compares as nothing": (
        "full: Sari Wijaya",
        'full: "\\u0301"',
        "contestants[0].names[0].full",
        "Nothing is left",
        "letters",
    ),
    "a name on a platform that is not watched": (
        "platforms: [bluesky]",
        "platforms: [blusky]",
        "contestants[0].names[2].platforms[0]",
        "no platform",
        "bluesky",
    ),
    "a ticket with names": (
        "    people:\n",
        "    names: [{full: Both}]\n    people:\n",
        "contestants[1].names",
        "by its people",
        "Move",
    ),
    "another contestant's name": (
        "full: Tari Lestari",
        "full: sari  WIJAYA",
        "contestants[1].people[1].names[0]",
        "also a name of sari",
        "tells them apart",
    ),
    "the same name twice": (
        "full: Tari Lestari",
        "full: Tari Lestari\n          - full: tari lestari",
        "contestants[1].people[1].names[1]",
        "stands here twice; first in line",
        "Keep one",
    ),
    "a control that is a contestant's name": (
        "full: Barack Obama",
        "full: Bima Santoso",
        "controls[1].names[0]",
        "also a name of bima",
        "outside the contest",
    ),
    "a control that holds a contestant's name": (
        "full: Barack Obama",
        "full: Tim Bima Santoso",
        "controls[1].names[0]",
        "holds a name of bima",
        "outside the contest",
    ),
    "a canary that is a word": ("qzvexh7rwk4m", "kucing", "canaries[0]", "no canary", "random"),
    "a canary that occurs as a name": (
        "[qzvexh7rwk4m]",
        "[sariwijaya]",
        "canaries[0]",
        "occurs as a name of sari",
        "random",
    ),
    "a kind of control missing": (
        "kind: everyday-word",
        "kind: public-figure",
        "controls",
        "no control of the kind everyday-word",
        "Add one",
    ),
    "no such control kind": (
        "kind: everyday-word",
        "kind: word",
        "controls[2].kind",
        "not known",
        "everyday-word",
    ),
    "an id twice": ("id: obama", "id: bima", "controls[1].id", "stands twice", "Rename"),
    "an id that canaries have": ("id: obama", "id: canary-1", "controls[1].id", "canaries", "Choose another"),
    "a platform twice": ("id: nostr", "id: bluesky", "platforms[1].id", "stands twice", "Rename"),
    "no such reader": ("reader: nostr", "reader: nostra", "platforms[1].reader", "not known", "'nostr'"),
    "no such surface": (
        "surface: people",
        "surface: peoples",
        "platforms[0].surfaces[1].surface",
        "not known",
        "'people'",
    ),
    "a surface that the reader cannot ask": (
        "surface: people",
        "surface: trends",
        "platforms[0].surfaces[1].surface",
        "bluesky cannot ask trends",
        "people",
    ),
    "a session that says nothing": (
        "every: 2m, session: signed-in",
        "every: 2m, session: public",
        "platforms[0].surfaces[0].session",
        "says nothing in a public session",
        "signed-in",
    ),
    "a span of another form": (
        "every: 10m}",
        "every: 10 minutes}",
        "platforms[0].surfaces[1].every",
        "no span",
        "5m, 1h30m",
    ),
    "a span of zero": ("every: 10m}", "every: 0m}", "platforms[0].surfaces[1].every", "zero", "5m"),
    "a span out of range": (
        "every: 10m}",
        "every: 30d}",
        "platforms[0].surfaces[1].every",
        "out of range",
        "7d",
    ),
    "a budget in quotes": (
        "requests: 600",
        "requests: '600'",
        "platforms[0].budgets[0].requests",
        "number is expected",
        "whole number",
    ),
    "a broken budget": (
        "requests: 600",
        "requests: 600.5",
        "platforms[0].budgets[0].requests",
        "no whole number",
        "whole number",
    ),
    "a budget over a year": ("per: 15m", "per: 365d", "platforms[0].budgets[0].per", "out of range", "31d"),
    "an address of another kind": (
        "https://bsky.social",
        "ftp://bsky.social",
        "platforms[0].address",
        "no https or http address",
        "https://",
    ),
    "an address without a host": (
        "https://bsky.social",
        "https://",
        "platforms[0].address",
        "no host",
        "https://",
    ),
    "an address with a query": (
        "https://bsky.social",
        "https://bsky.social/?a=b",
        "platforms[0].address",
        "A query",
        "follows the path",
    ),
    "a credential over clear text": (
        "https://bsky.social",
        "http://bsky.social",
        "platforms[0].address",
        "unencrypted",
        "https://",
    ),
    "a password of nobody": (
        "      account: a.bsky.social\n",
        "",
        "platforms[0].credential.account",
        "belongs to an account",
        "Add",
    ),
    "an option that the reader does not have": (
        "    reader: nostr",
        "    options: {A B: c}\n    reader: nostr",
        "platforms[1].options.A B",
        "no option 'A B'",
        "It knows region",
    ),
    "an option's value that it cannot have": (
        "    reader: nostr",
        "    options: {region: Java}\n    reader: nostr",
        "platforms[1].options.region",
        "no value of region",
        "two letters",
    ),
    "a platform asked from nowhere that is known": (
        "    reader: nostr",
        "    vantages: [atlantis]\n    reader: nostr",
        "platforms[1].vantages[0]",
        "'atlantis' is no vantage",
        "here",
    ),
    "a platform asked twice from one place": (
        "    reader: nostr",
        "    vantages: [here, here]\n    reader: nostr",
        "platforms[1].vantages[1]",
        "stands here twice",
        "Remove one",
    ),
    "a vantage in no network": (
        "network: AS7713",
        "network: Telkom",
        "vantages[0].network",
        "no network",
        "AS7713",
    ),
    "a family of five": ("family: 4", "family: 5", "vantages[0].family", "no address family 5", "4 or 6"),
    "an event that ends before it starts": (
        "ends: 2029-02-14T13:00",
        "ends: 2029-02-14T06:00",
        "events[0].ends",
        "ends before it starts",
        "later",
    ),
    "voting on another day": (
        "starts: 2029-02-14T07:00\n    ends: 2029-02-14",
        "starts: 2029-02-12T07:00\n    ends: 2029-02-12",
        "events[0].starts",
        "outside voting day (2029-02-14)",
        "votes",
    ),
    "a time of another form": (
        "starts: 2029-02-14T07:00",
        "starts: 7am",
        "events[0].starts",
        "no time",
        "2024-01-21T19:00",
    ),
    "no such hour": (
        "starts: 2029-02-14T07:00",
        "starts: 2029-02-14T25:00",
        "events[0].starts",
        "no such time",
        "2024-01-21T19:00",
    ),
    "rarer instead of denser": ("denser: 2", "denser: 0.5", "events[0].denser", "out of range", "1 to 60"),
}


@pytest.mark.parametrize("case", CASES)
def test_one_fault_is_said_with_its_line_field_and_remedy(case: str) -> None:
    old, new, field, what, do = CASES[case]
    text = changed(old, new)
    fault = only(text)
    assert fault.field == field
    assert what in fault.what
    assert do in fault.do
    assert fault.file == "e.yaml"
    if new and field not in {"controls"}:
        close = line_of(small(), old)
        assert close <= fault.line <= close + new.count("\n") + 1


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


@pytest.mark.parametrize("credential", ["credential: hunter2-hunter2", "credential: [hunter2-hunter2]"])
def test_a_bare_secret_for_a_credential_is_refused_and_never_repeated(credential: str) -> None:
    head, rest = small().split("    credential:\n")
    tail = rest.split("\n", 2)[2]
    said = faults(f"{head}    {credential}\n{tail}")
    assert any(fault.field.startswith("platforms[0].credential") for fault in said)
    assert "hunter2" not in "\n".join(map(str, said))


def test_a_signed_in_surface_needs_a_credential() -> None:
    head, rest = small().split("    credential:\n")
    fault = only(head + rest.split("\n", 2)[2])
    assert "asked signed in, and there is no credential (a password)" in fault.what
    assert "search-latest" in fault.what


def test_a_credential_names_exactly_one_place() -> None:
    both = changed("environment: BLUESKY_APP_PASSWORD", "environment: A\n      file: b")
    assert "one place" in only(both).what
    neither = changed("      environment: BLUESKY_APP_PASSWORD\n", "")
    assert "one place" in only(neither).what


def test_a_credential_that_nothing_uses_is_said() -> None:
    text = small().replace(
        "{surface: search-latest, every: 2m, session: signed-in}", "{surface: suggest, every: 2m}"
    )
    assert "nothing uses the credential" in only(text).what


def test_a_reader_that_uses_no_credential_is_given_none() -> None:
    fault = only(changed("    reader: nostr", "    credential: {environment: A}\n    reader: nostr"))
    assert "uses no credential" in fault.what


def test_a_surface_that_some_contestants_cannot_be_asked_on_is_said() -> None:
    fault = only(changed("surface: people, every: 10m", "surface: profile, every: 10m"))
    assert "profile on bluesky is asked by handle, and bima, tari have none there" in fault.what
    assert "same watching" in fault.do


def test_only_controls_with_a_fitting_name_count() -> None:
    text = small().replace("{surface: people, every: 10m}", "{surface: hashtag, every: 10m}")
    fault = only(text)
    assert "only 2 of 3 controls have one there; `least-controls` is 3" in fault.what


def test_a_local_time_that_a_clock_change_skips_or_repeats_is_said() -> None:
    berlin = small().replace("Asia/Jakarta", "Europe/Berlin").replace("2029-02-14", "2029-03-25")
    skipped = only(berlin.replace("T07:00", "T02:30"))
    assert "skips this time" in skipped.what
    repeated = only(berlin.replace("2029-03-25", "2029-10-28").replace("T07:00", "T02:30"))
    assert "has this time twice" in repeated.what
    assert "+02:00" in repeated.do
    assert "+01:00" in repeated.do


def test_an_event_in_another_year_is_said() -> None:
    text = small().replace("kind: voting", "kind: debate").replace("2029-02-14T", "2019-02-14T")
    assert "more than 730 days from the vote" in only(text).what


def test_a_debate_of_a_week_is_said() -> None:
    text = small().replace("kind: voting", "kind: debate").replace("ends: 2029-02-14", "ends: 2029-02-20")
    assert "longer than a debate may (12 hours)" in only(text).what


def test_a_fault_stays_on_one_line_whatever_the_field_is_called() -> None:
    for name in ('"a\\nb"', '"\\e[31mred"', "x" * 1000, '"\u2028"'):
        fault = str(only(small() + f"{name}: 1\n"))
        assert fault.isprintable()
        assert len(fault) < 400
