"""What the sections say becomes the values that the rest of the product takes."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

from tests.election.election_samples import READERS, small

from siaga.domain.answers import Session
from siaga.domain.label import label_in
from siaga.election.model import (
    Budget,
    ContestantKind,
    Credential,
    Election,
    Name,
    NameKind,
    Promise,
    SurfaceWatch,
    Vantage,
)
from siaga.election.reading import read_election


def read(*changes: tuple[str, str]) -> Election:
    text = small()
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return read_election(text, READERS)


def test_a_file_becomes_an_election() -> None:
    election = read()
    assert (election.id, election.country, election.timezone) == ("test", "ID", "Asia/Jakarta")
    assert (election.votes, election.promise) == (date(2029, 2, 14), Promise(1.0, timedelta(days=30)))
    assert election.digest == sha256(small().encode()).hexdigest()
    sari, ticket = election.contestants
    assert (sari.kind, sari.number, ticket.number) == (ContestantKind.PERSON, 1, None)
    assert sari.people[0].id == sari.id
    assert sari.people[0].names[2] == Name("sariwijaya", NameKind.HANDLE, platforms=("bluesky",))
    event = election.events[0]
    assert (event.starts, event.denser) == (datetime(2029, 2, 14, 0, tzinfo=UTC), 2.0)


def test_what_is_left_out_has_its_default() -> None:
    election = read(("languages: [id, en]\n", ""), ("promise: 1/30d\n", ""), ("least-controls: 3\n", ""))
    assert (election.languages, election.promise, election.least_controls) == (("id", "en"), Promise(), 3)
    assert [platform.concurrency for platform in election.platforms] == [4, 4]


def test_a_platform_takes_sessions_and_the_kind_of_its_credential_from_its_reader() -> None:
    bluesky, nostr = read().platforms
    assert bluesky.credential == Credential("password", "BLUESKY_APP_PASSWORD", None, "a.bsky.social")
    assert bluesky.surfaces[1] == SurfaceWatch("people", timedelta(minutes=10), Session.PUBLIC)
    assert bluesky.budgets == (Budget(600, timedelta(minutes=15)),)
    assert nostr.credential is None
    without = read(("every: 2m, session: signed-in", "every: 2m"))
    assert without.platforms[0].surfaces[0].session is Session.SIGNED_IN


def test_an_address_loses_its_last_slash_and_options_keep_their_order() -> None:
    nostr = read(
        ("https://relay.example", "https://relay.example/"),
        ("reader: nostr", "reader: nostr\n    options: {region: ID}"),
    ).platforms[1]
    assert nostr.address == "https://relay.example"
    assert nostr.options == (("region", "ID"),)


def test_a_proxy_is_an_address_or_a_variable() -> None:
    assert read().vantages == (Vantage("here", network="AS7713", family=4),)
    direct = read(("family: 4", "proxy: socks5://10.0.0.1:1080")).vantages[0]
    assert (direct.proxy, direct.proxy_environment) == ("socks5://10.0.0.1:1080", None)
    named = read(("family: 4", "proxy: {environment: PROXY}")).vantages[0]
    assert (named.proxy, named.proxy_environment) == (None, "PROXY")


def test_tags_of_contestants_go_to_their_people_and_those_of_controls_to_them() -> None:
    election = read(
        ("    kind: ticket\n", "    kind: ticket\n    tags: [Merah, menteri]\n"),
        ("    kind: political-figure\n", "    kind: political-figure\n    tags: [Merah]\n"),
    )
    tags = election.tags()
    assert tags["bima"] == tags["tari"] == {"Merah", "menteri"}
    assert tags["obama"] == {"Merah"}
    assert tags["sari"] == tags["kucing"] == frozenset()


def test_a_label_is_one_text_or_one_by_language() -> None:
    plain = read()
    assert (label_in("id", plain.label), label_in("en", plain.label)) == (str(plain.label),) * 2
    several = read(("label: Test\n", "label: {id: Uji, en: Test}\n")).label
    assert (label_in("id", several), label_in("en", several), str(several)) == ("Uji", "Test", "Uji")
    vantage = read(("family: 4", "label: {en: Here}")).vantages[0]
    assert label_in("id", vantage.label) == "Here"
