"""What a platform's reader cannot do or does not know, said at the field that asks for it."""

import pytest
from tests.election.election_faults import FaultCase, assert_only_fault, changed, faults, only
from tests.election.election_samples import small

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
