"""Each platform's reader and the prober, held against real servers: what was put there is found."""

import secrets
from collections.abc import AsyncIterator, Sequence

import pytest
from tests.real.bluesky_network import BlueskyAccount, BlueskyNetwork
from tests.real.mastodon_mock import MastodonMock
from tests.real.matrix_homeserver import MatrixHomeserver
from tests.real.nostr_relay import NostrRelay

from siaga.domain.answers import Answer, Role, Session, Surface
from siaga.domain.ids import uuid7
from siaga.domain.records import Asking, Measurement, Round, Stream
from siaga.domain.time import SystemClock
from siaga.platforms.conversation import Instance
from siaga.platforms.registry import platforms
from siaga.probing.rounds import Prober
from siaga.probing.transport import Transport

pytestmark = pytest.mark.servers

NAME = "Mahfud MD"
CANARY = "zqxwvkbtrplm"
"""A name that nobody has posted."""


class Asker:
    """Asks one round of names and hands over their measurements, in the order of the names."""

    def __init__(self, prober: Prober) -> None:
        self._prober = prober

    async def ask(
        self, reader: str, instance: Instance, surface: Surface, names: Sequence[str]
    ) -> tuple[Measurement, ...]:
        clock = SystemClock()
        at = clock.now()
        round_ = Round(
            uuid7(at, secrets.randbits(74)),
            at,
            Stream(reader, surface, "here", instance.session),
            bytes(32),
            tuple(Asking(place, name, Role.TARGET, name) for place, name in enumerate(names)),
        )
        result = await self._prober.ask_round(
            round_, platforms()[reader], instance, election="tests", clock=clock
        )
        assert len(result.measurements) == len(names)
        return result.measurements

    async def sign_in(self, reader: str, instance: Instance) -> str | None:
        signing_in = platforms()[reader].sign_in(instance)
        assert signing_in is not None
        return (await self._prober.sign_in(signing_in, "here")).token


@pytest.fixture
async def asker() -> AsyncIterator[Asker]:
    transport = Transport()
    try:
        yield Asker(Prober(lambda _: transport))
    finally:
        transport.close()


def facts(found: Measurement) -> tuple[Answer, int | None]:
    return found.answer, found.matching


# Bluesky


@pytest.fixture(scope="module")
def mahfud(bluesky: BlueskyNetwork) -> BlueskyAccount:
    """An account with three posts that carry the name, and one that does not."""
    account = bluesky.account("mahfudmd.test")
    texts = [f"{NAME} bicara soal hukum", f"Debat malam ini: {NAME}", f"Jadwal {NAME}", "Hujan di Jakarta"]
    bluesky.posts(account, texts)
    return account


@pytest.mark.parametrize("surface", [Surface.SEARCH_LATEST, Surface.SEARCH_TOP])
async def test_a_posted_name_is_found_on_bluesky_and_a_canary_is_not(
    bluesky: BlueskyNetwork, mahfud: BlueskyAccount, asker: Asker, surface: Surface
) -> None:
    name, canary = await asker.ask("bluesky", Instance(bluesky.appview), surface, [NAME, CANARY])
    assert facts(name) == (Answer.RESULTS, 3)
    assert name.count == 3
    assert name.newest_age_s is not None
    assert facts(canary) == (Answer.EMPTY, 0)


async def test_this_servers_search_minds_the_case_so_a_name_is_asked_as_it_is_written(
    bluesky: BlueskyNetwork, mahfud: BlueskyAccount, asker: Asker
) -> None:
    instance = Instance(bluesky.appview)
    _, small = await asker.ask("bluesky", instance, Surface.SEARCH_LATEST, [NAME, NAME.lower()])
    assert facts(small) == (Answer.EMPTY, 0)


@pytest.mark.parametrize("surface", [Surface.PEOPLE, Surface.SUGGEST])
async def test_people_are_found_on_bluesky_by_handle(
    bluesky: BlueskyNetwork, mahfud: BlueskyAccount, asker: Asker, surface: Surface
) -> None:
    handle, canary = await asker.ask("bluesky", Instance(bluesky.appview), surface, ["mahfudmd", CANARY])
    assert facts(handle) == (Answer.RESULTS, 1)
    assert facts(canary) == (Answer.EMPTY, 0)


async def test_a_profile_on_bluesky_is_there_or_is_not(
    bluesky: BlueskyNetwork, mahfud: BlueskyAccount, asker: Asker
) -> None:
    there, missing = await asker.ask(
        "bluesky", Instance(bluesky.appview), Surface.PROFILE, [mahfud.handle, f"{CANARY}.test"]
    )
    assert facts(there) == (Answer.RESULTS, 1)
    assert facts(missing) == (Answer.EMPTY, 0)


async def test_what_a_bluesky_server_does_not_implement_is_unreadable_and_never_empty(
    bluesky: BlueskyNetwork, asker: Asker
) -> None:
    (trends,) = await asker.ask("bluesky", Instance(bluesky.appview), Surface.TRENDS, [NAME])
    assert trends.answer is Answer.UNREADABLE
    assert trends.status == 501


async def test_the_accounts_own_server_refuses_strangers_and_serves_who_signed_in(
    bluesky: BlueskyNetwork, mahfud: BlueskyAccount, asker: Asker
) -> None:
    (stranger,) = await asker.ask("bluesky", Instance(bluesky.pds), Surface.SEARCH_LATEST, [NAME])
    assert stranger.answer is Answer.WALLED

    app_password = Instance(bluesky.pds, Session.SIGNED_IN, mahfud.password, mahfud.handle)
    token = await asker.sign_in("bluesky", app_password)
    assert token
    signed_in = Instance(bluesky.pds, Session.SIGNED_IN, token, mahfud.handle)
    (found,) = await asker.ask("bluesky", signed_in, Surface.SEARCH_LATEST, [NAME])
    assert facts(found) == (Answer.RESULTS, 3)


async def test_a_wrong_app_password_gives_no_token(
    bluesky: BlueskyNetwork, mahfud: BlueskyAccount, asker: Asker
) -> None:
    wrong = Instance(bluesky.pds, Session.SIGNED_IN, "not-the-password", mahfud.handle)
    assert await asker.sign_in("bluesky", wrong) is None


# Nostr


@pytest.fixture(scope="module")
def posted_on_nostr(nostr: NostrRelay) -> NostrRelay:
    """An account with a profile and two notes that carry the name and the tag, and one that does not."""
    key = nostr.account("mahfudmd", NAME)
    nostr.posts(key, [f"{NAME} bicara soal hukum", f"Debat malam ini: {NAME}"], ["mahfudmd"])
    nostr.posts(key, ["Hujan di Jakarta"], ["jakarta"])
    return nostr


@pytest.mark.parametrize(
    ("surface", "name", "matching"),
    [
        (Surface.SEARCH_LATEST, NAME, 2),
        (Surface.HASHTAG, "MahfudMD", 2),
        (Surface.PEOPLE, "mahfudmd", 1),
        (Surface.PROFILE, "mahfudmd", 1),
    ],
)
async def test_a_posted_name_is_found_on_a_nostr_relay_and_a_canary_is_not(
    posted_on_nostr: NostrRelay, asker: Asker, surface: Surface, name: str, matching: int
) -> None:
    instance = Instance(posted_on_nostr.address)
    found, canary = await asker.ask("nostr", instance, surface, [name, CANARY])
    assert facts(found) == (Answer.RESULTS, matching)
    assert facts(canary) == (Answer.EMPTY, 0)


async def test_a_relays_newest_note_tells_its_age(posted_on_nostr: NostrRelay, asker: Asker) -> None:
    instance = Instance(posted_on_nostr.address)
    (found,) = await asker.ask("nostr", instance, Surface.HASHTAG, ["mahfudmd"])
    assert found.newest_age_s is not None
    assert found.newest_age_s < 600


# Matrix


@pytest.fixture(scope="module")
def onlooking(synapse: MatrixHomeserver) -> Instance:
    """The homeserver as an account sees it on which the name has an account and a room."""
    account = synapse.account("mahfudmd", NAME)
    synapse.room(account, "debat", f"Debat {NAME}")
    return Instance(
        synapse.address, Session.SIGNED_IN, synapse.onlooker.token, options={"server": "rumah.test"}
    )


@pytest.mark.parametrize(
    ("surface", "name"),
    [(Surface.PEOPLE, NAME), (Surface.SEARCH_TOP, NAME), (Surface.PROFILE, "mahfudmd")],
)
async def test_a_name_is_found_on_a_matrix_homeserver_and_a_canary_is_not(
    onlooking: Instance, asker: Asker, surface: Surface, name: str
) -> None:
    found, canary = await asker.ask("matrix", onlooking, surface, [name, CANARY])
    assert facts(found) == (Answer.RESULTS, 1)
    assert facts(canary) == (Answer.EMPTY, 0)


@pytest.mark.parametrize("surface", [Surface.PEOPLE, Surface.SEARCH_TOP])
async def test_a_matrix_homeserver_walls_off_strangers(
    synapse: MatrixHomeserver, asker: Asker, surface: Surface
) -> None:
    (found,) = await asker.ask("matrix", Instance(synapse.address), surface, [NAME])
    assert found.answer is Answer.WALLED


# Mastodon, by a mock of its API


@pytest.fixture(scope="module")
def mock_token(mastodon_mock: MastodonMock) -> str:
    """The token of an account with two posts that carry the name and the tag."""
    token = mastodon_mock.account("mahfudmd")
    for text in (f"{NAME} bicara soal hukum #MahfudMD", f"Debat malam ini: {NAME} #MahfudMD"):
        mastodon_mock.post(token, text)
    return token


@pytest.mark.parametrize(
    ("surface", "name", "matching"),
    [(Surface.HASHTAG, "MahfudMD", 2), (Surface.PEOPLE, "mahfudmd", 1), (Surface.PROFILE, "mahfudmd", 1)],
)
async def test_the_mastodon_mock_shows_anybody_tags_and_accounts(
    mastodon_mock: MastodonMock, mock_token: str, asker: Asker, surface: Surface, name: str, matching: int
) -> None:
    found, canary = await asker.ask("mastodon", Instance(mastodon_mock.address), surface, [name, CANARY])
    assert facts(found) == (Answer.RESULTS, matching)
    assert facts(canary) == (Answer.EMPTY, 0)


async def test_the_mastodon_mock_searches_posts_for_who_has_a_token(
    mastodon_mock: MastodonMock, mock_token: str, asker: Asker
) -> None:
    instance = Instance(mastodon_mock.address, Session.SIGNED_IN, mock_token)
    found, canary = await asker.ask("mastodon", instance, Surface.SEARCH_LATEST, [NAME, CANARY])
    assert facts(found) == (Answer.RESULTS, 2)
    assert facts(canary) == (Answer.EMPTY, 0)


async def test_an_empty_anonymous_search_of_posts_is_unreadable_and_never_empty(
    mastodon_mock: MastodonMock, asker: Asker
) -> None:
    instance = Instance(mastodon_mock.address)
    (canary,) = await asker.ask("mastodon", instance, Surface.SEARCH_LATEST, [CANARY])
    assert canary.answer is Answer.UNREADABLE
