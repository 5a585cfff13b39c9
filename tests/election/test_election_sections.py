"""Each field of an election file has its form; another is said with its line and what to write."""

import pytest
from tests.election.election_faults import FaultCase, assert_only_fault, changed, only
from tests.election.election_samples import small

CASES: dict[str, FaultCase] = {
    "unknown field": ("votes: ", "wotes: ", "wotes", "no field 'wotes'", "Did you mean 'votes'?"),
    "missing field": ("label: Test\n", "", "label", "`label` is missing", "Add `label:`"),
    "an id with capitals": ("election: test", "election: Test One", "election", "no id", "test-one"),
    "an empty text": ("label: Test", "label: ''", "label", "Nothing stands here", "Write a text"),
    "no value": ("label: Test", "label:", "label", "Nothing stands here", "Write a text"),
    "a number for a text": ("label: Test", "label: 2024", "label", "reads as a number", "in quotes"),
    "a label in no language": ("label: Test", "label: {}", "label", "The label is empty", "Write `{id:"),
    "a label in a language without pages": (
        "label: Test",
        "label: {fr: Essai}",
        "label.fr",
        "'fr'",
        "id, en",
    ),
    "a list for a text": ("label: Test", "label: [Test]", "label", "A text is expected", "one text"),
    "a line break in a text": ("label: Test", 'label: "a\\nb"', "label", "Line breaks", "Remove"),
    "a text for a list": ("canaries: [qzvexh7rwk4m]", "canaries: qz", "canaries", "A list is expected", "- "),
    "a tag twice": (
        "kind: political-figure\n",
        "kind: political-figure\n    tags: [Merah, Merah]\n",
        "controls[1].tags[1]",
        "twice",
        "Remove",
    ),
    "an empty list": ("canaries: [qzvexh7rwk4m]", "canaries: []", "canaries", "0 items", "1 to 20"),
    "no such day": ("2029-02-14\n", "2029-02-30\n", "votes", "no such date", "2024-02-14"),
    "a day of another form": ("2029-02-14\n", "14.2.2029\n", "votes", "Invalid date", "2024-02-14"),
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
    "a promise of another form": ("1/30d", "one in 30 days", "promise", "Invalid false-alarm limit", "1/30d"),
    "a promise of nothing": ("1/30d", "0/30d", "promise", "out of range", "1/30d"),
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
    "a canary that is a word": ("qzvexh7rwk4m", "kucing", "canaries[0]", "not a valid test text", "random"),
    "no such control kind": (
        "kind: everyday-word",
        "kind: word",
        "controls[2].kind",
        "not known",
        "everyday-word",
    ),
    "no such surface": (
        "surface: people",
        "surface: peoples",
        "platforms[0].surfaces[1].surface",
        "not known",
        "'people'",
    ),
    "a span of another form": (
        "every: 10m}",
        "every: 10 minutes}",
        "platforms[0].surfaces[1].every",
        "Invalid time span",
        "30m, 2h or 30d",
    ),
    "a span of zero": ("every: 10m}", "every: 0m}", "platforms[0].surfaces[1].every", "zero", "30m"),
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
    "a time of another form": (
        "starts: 2029-02-14T07:00",
        "starts: 7am",
        "events[0].starts",
        "Invalid time",
        "2024-02-14T07:00",
    ),
    "no such hour": (
        "starts: 2029-02-14T07:00",
        "starts: 2029-02-14T25:00",
        "events[0].starts",
        "no such time",
        "2024-02-14T07:00",
    ),
    "rarer instead of denser": ("denser: 2", "denser: 0.5", "events[0].denser", "out of range", "1 to 60"),
}


@pytest.mark.parametrize("case", CASES)
def test_one_fault_is_said_with_its_line_field_and_remedy(case: str) -> None:
    assert_only_fault(CASES[case])


def test_a_credential_names_exactly_one_place() -> None:
    both = changed("environment: BLUESKY_APP_PASSWORD", "environment: A\n      file: b")
    assert "one place" in only(both).what
    neither = changed("      environment: BLUESKY_APP_PASSWORD\n", "")
    assert "one place" in only(neither).what


def test_a_local_time_that_a_clock_change_skips_or_repeats_is_said() -> None:
    berlin = small().replace("Asia/Jakarta", "Europe/Berlin").replace("2029-02-14", "2029-03-25")
    skipped = only(berlin.replace("T07:00", "T02:30"))
    assert "skips this time" in skipped.what
    repeated = only(berlin.replace("2029-03-25", "2029-10-28").replace("T07:00", "T02:30"))
    assert "has this time twice" in repeated.what
    assert "+02:00" in repeated.do
    assert "+01:00" in repeated.do


def test_a_debate_of_a_week_is_said() -> None:
    text = small().replace("kind: voting", "kind: debate").replace("ends: 2029-02-14", "ends: 2029-02-20")
    assert "longer than a debate may (12 hours)" in only(text).what


def test_a_name_has_exactly_one_kind() -> None:
    two = only(
        small().replace("      - full: Sari Wijaya\n", "      - full: Sari Wijaya\n        short: Sari\n")
    )
    assert "A name has two kinds here." in two.what
    none = only(small().replace("      - full: Sari Wijaya\n", "      - language: id\n"))
    assert "A name has no kind here." in none.what
    assert "`- kind: text`" in none.do
