"""Mastodon.py, a client that others wrote, accepts what the simulated Mastodon server answers."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.simulation.served_platforms import TOKEN, ServedPlatforms

from siaga.simulation.faults import FaultKind

pytestmark = pytest.mark.usefixtures("loopback_only")


def connected(platforms: ServedPlatforms, token: str | None, **further: str) -> Any:
    from mastodon import Mastodon

    return Mastodon(
        access_token=token, api_base_url=platforms.address("mastodon"), ratelimit_method="throw", **further
    )


@pytest.fixture
def client(platforms: ServedPlatforms) -> Iterator[Any]:
    made = connected(platforms, TOKEN)
    yield made
    made.session.close()


@pytest.fixture
def stranger(platforms: ServedPlatforms) -> Iterator[Any]:
    """A client without a token."""
    made = connected(platforms, None)
    yield made
    made.session.close()


def test_it_learns_the_servers_version_and_who_it_is(client: Any) -> None:
    assert client.verify_minimum_version("4.0.0")
    assert client.instance_v2().domain == "sosial.example"
    assert client.instance_v1().uri == "sosial.example"
    assert client.instance_nodeinfo().software.name == "mastodon"
    assert client.account_verify_credentials().username


def test_statuses_accounts_and_hashtags_are_searched(client: Any) -> None:
    statuses = client.search_v2("mahfud", result_type="statuses").statuses
    assert len(statuses) == 20
    assert all("mahfud" in status.content.casefold() for status in statuses)
    assert statuses[0].created_at.tzinfo is not None
    further = client.search_v2("mahfud", result_type="statuses", offset=20).statuses
    assert not {status.id for status in further} & {status.id for status in statuses}
    accounts = client.search_v2("mahfud", result_type="accounts").accounts
    assert any(account.username == "mohmahfudmd" for account in accounts)
    tags = client.search_v2("#ganjar", result_type="hashtags").hashtags
    assert all(tag.name.startswith("ganjar") and tag.history for tag in tags)


def test_a_hashtags_timeline_goes_on_over_pages_both_ways(stranger: Any) -> None:
    first = stranger.timeline_hashtag("GanjarPranowo", limit=10)
    second = stranger.fetch_next(first)
    third = stranger.fetch_next(second)
    ids = [status.id for page in (first, second, third) for status in page]
    assert len(ids) == len(set(ids)) == 30
    assert all(any(tag.name == "ganjarpranowo" for tag in status.tags) for status in first)
    back = stranger.fetch_previous(third)
    assert [status.id for status in back] == [status.id for status in second]


def test_an_account_is_looked_up_suggested_and_its_statuses_have_replies(client: Any) -> None:
    account = client.account_lookup("mohmahfudmd")
    assert account.acct == "mohmahfudmd"
    assert account.created_at.year >= 2012
    suggested = client.account_search("mahfud", limit=5)
    assert suggested
    statuses = client.account_statuses(account.id, limit=5)
    assert all(status.account.id == account.id for status in statuses)
    context = client.status_context(statuses[0].id)
    assert all(reply.in_reply_to_id == statuses[0].id for reply in context.descendants)


def test_trends_are_listed(stranger: Any) -> None:
    assert all(tag.history for tag in stranger.trending_tags(limit=5))
    assert all(status.content for status in stranger.trending_statuses(limit=5))


def test_errors_are_what_the_client_has_for_them(client: Any, platforms: ServedPlatforms) -> None:
    import mastodon

    wrong = connected(platforms, "wrong", version_check_mode="none")
    with pytest.raises(mastodon.MastodonUnauthorizedError):
        wrong.account_search("mahfud")
    wrong.session.close()
    for nobodys in (client.account_lookup, client.account_statuses, client.status_context):
        with pytest.raises(mastodon.MastodonNotFoundError):
            nobodys("1")
    for kind, raised in (
        (FaultKind.LIMIT, mastodon.MastodonRatelimitError),
        (FaultKind.ERROR, mastodon.MastodonServiceUnavailableError),
        (FaultKind.WALL, mastodon.MastodonUnauthorizedError),
    ):
        with platforms.fault("mastodon", kind), pytest.raises(raised):
            client.timeline_hashtag("GanjarPranowo")
