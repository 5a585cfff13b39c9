"""What a platform's reader cannot do or does not know, said at the field that asks for it."""

import pytest
from tests.election.election_faults import FaultCase, assert_only_fault, changed, faults, only
from tests.election.election_samples import PUBLIC, READERS, facts, small

from siaga.domain.errors import BadInput, Fault
from siaga.election.readers import ReaderFacts
from siaga.election.reading import read_election

CASES: dict[str, FaultCase] = {
    "no such reader": ("reader: nostr", "reader: nostra", "platforms[1].reader", "not known", "'nostr'"),
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
}


@pytest.mark.parametrize("case", CASES)
def test_one_fault_is_said_with_its_line_field_and_remedy(case: str) -> None:
    assert_only_fault(CASES[case])


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


def test_a_credential_that_nothing_uses_is_said() -> None:
    text = small().replace(
        "{surface: search-latest, every: 2m, session: signed-in}", "{surface: suggest, every: 2m}"
    )
    assert "nothing uses the credential" in only(text).what


def test_a_reader_that_uses_no_credential_is_given_none() -> None:
    fault = only(changed("    reader: nostr", "    credential: {environment: A}\n    reader: nostr"))
    assert "uses no credential" in fault.what


PAGE = """  - id: forum
    reader: page
    recipe: forum.yaml
    browser: switched-on
    label: Forum
    address: https://forum.example
    budgets: [{requests: 600, per: 5m}]
    surfaces: [{surface: search-latest, every: 5m}]
"""


def recipe(path: str) -> ReaderFacts:
    """A recipe for one surface; the one called `bad.yaml` has a fault."""
    if path == "bad.yaml":
        raise BadInput(Fault("Nothing says what is a result.", "Add `result:`.", path, 7))
    return facts(None, search_latest=PUBLIC)


def page_faults(old: str = "", new: str = "") -> list[tuple[str, str]]:
    """Field and fault of each thing wrong with a page in which `old` is replaced by `new`."""
    text = small().replace("vantages:\n", PAGE.replace(old, new) + "vantages:\n", 1)
    try:
        read_election(text, READERS, "e.yaml", recipe)
    except BadInput as bad:
        return [(fault.field, fault.what) for fault in bad.faults]
    return []


def test_a_page_that_somebody_switched_on_is_asked_by_its_recipe() -> None:
    assert page_faults() == []


@pytest.mark.parametrize(
    ("old", "new", "field", "what"),
    [
        ("    browser: switched-on\n", "", "browser", "nobody has said that it may"),
        ("browser: switched-on", "browser: maybe", "browser", "not known here"),
        ("    recipe: forum.yaml\n", "", "recipe", "needs a recipe"),
        ("forum.yaml", "bad.yaml", "recipe", "a fault, line 7: Nothing says what is a result."),
        ("https://forum.example", "https://x.com", "address", "The terms of x.com forbid"),
        ("https://forum.example", "https://www.twitter.com", "address", "The terms of twitter.com forbid"),
        ("surface: search-latest", "surface: trends", "surfaces[0].surface", "page cannot ask trends"),
        ("label: Forum", "credential: {environment: A}\n    label: Forum", "credential", "no credential"),
        ("https://forum.example", "https://[::1", "address", "no address"),
    ],
)
def test_what_a_page_lacks_or_may_not_have_is_said(old: str, new: str, field: str, what: str) -> None:
    ((found, said),) = page_faults(old, new)
    assert found == f"platforms[2].{field}"
    assert what in said


def test_only_pages_have_a_recipe_and_a_browser() -> None:
    text = small().replace("reader: nostr", "reader: nostr\n    recipe: a.yaml\n    browser: switched-on")
    assert [fault.field for fault in faults(text)] == ["platforms[1].recipe", "platforms[1].browser"]


def test_a_surface_twice_in_one_session_is_said() -> None:
    fault = only(changed("surface: people, every: 10m", "surface: search-latest, every: 10m"))
    assert (fault.field, "twice for signed-in sessions" in fault.what) == (
        "platforms[0].surfaces[1].surface",
        True,
    )
