"""A platform's descriptor: what follows from a few facts and its surfaces."""

from datetime import UTC, datetime

import pytest
from tests.platforms.platform_samples import answer
from tests.platforms.platform_talk import talk

from siaga.domain.answers import Answer, Session, Surface
from siaga.platforms.conversation import Conversation, Instance, Query, Reading, Request
from siaga.platforms.json import required_list
from siaga.platforms.platform import BOTH, PUBLIC, SIGNED_IN, Inquiry, Platform
from siaga.platforms.results import Result

AT = datetime(2024, 1, 25, 5, tzinfo=UTC)


def forum(credential: str | None = "bearer", **facts: object) -> Platform:
    """A platform with two surfaces."""
    made = Platform("forum@3", label="Forum", address="https://forum.example", credential=credential, **facts)  # type: ignore[arg-type]

    @made.surface(Surface.PEOPLE, Surface.SUGGEST)
    def _people(ask: Inquiry) -> Conversation:
        body = yield from ask.get("people", q=ask.name)
        return ask.results([Result(True) for _ in required_list(body, "people")])

    @made.surface(Surface.SEARCH_LATEST, cost=2, sessions=SIGNED_IN)
    def _posts(ask: Inquiry) -> Conversation:
        yield from ask.post("search", body={"q": ask.name})
        return ask.empty("none")

    return made


def first(platform: Platform, instance: Instance, surface: Surface) -> Request:
    request = next(platform.ask(instance, Query(surface, "mahfud", AT)))
    assert isinstance(request, Request)
    return request


def test_the_facts_of_its_surfaces_follow_from_their_declarations() -> None:
    assert forum().id == "forum"
    assert list(forum().surfaces.items()) == [
        ("search-latest", SIGNED_IN),
        ("people", BOTH),
        ("suggest", BOTH),
    ]
    assert forum().cost == {"search-latest": 2, "people": 1, "suggest": 1}


def test_without_a_credential_nobody_signs_in() -> None:
    assert forum(None).surfaces["people"] == PUBLIC


def test_a_platform_without_a_credential_is_sent_no_secret() -> None:
    signed_in = Instance("https://forum.example", Session.SIGNED_IN, "sesame")
    assert "sesame" in first(forum(), signed_in, Surface.PEOPLE).headers["authorization"]
    assert "authorization" not in first(forum(None), signed_in, Surface.PEOPLE).headers


def test_a_platform_answers_anybody_if_a_name_can_be_asked_for_in_public() -> None:
    assert forum().answers_anybody
    assert not forum(sessions=SIGNED_IN).answers_anybody
    by_handle = Platform("a@1", label="A", address="https://a.example")
    by_handle.surface(Surface.PROFILE)(lambda ask: iter(()))  # type: ignore[arg-type,return-value]
    assert not by_handle.answers_anybody, "a handle is not what people type"


def test_a_surface_is_declared_once() -> None:
    declare = forum().surface(Surface.PEOPLE)
    with pytest.raises(ValueError, match="forum declares people twice"):
        declare(lambda ask: iter(()))  # type: ignore[arg-type,return-value]


def test_a_surface_that_it_has_not_is_unreadable_without_a_request() -> None:
    with pytest.raises(StopIteration) as finished:
        next(forum().ask(Instance("https://forum.example"), Query("trends", "mahfud", AT)))
    assert finished.value.value == Reading(Answer.UNREADABLE, note="no surface trends")


def test_requests_begin_with_the_root_whether_or_not_the_address_has_it() -> None:
    rooted = forum(root="api/v9")
    for address in ("https://f.example", "https://f.example/", "https://f.example/api/v9"):
        assert (
            first(rooted, Instance(address), Surface.PEOPLE).url == "https://f.example/api/v9/people?q=mahfud"
        )


def test_only_a_signed_in_session_carries_the_secret_in_the_platforms_header() -> None:
    signed_in = Instance("https://f.example", Session.SIGNED_IN, "s3cret")
    stranger = Instance("https://f.example", Session.PUBLIC, "s3cret")
    assert first(forum(), signed_in, Surface.PEOPLE).headers["authorization"] == "Bearer s3cret"
    by_key = first(forum(secret_header=("x-key", "")), signed_in, Surface.PEOPLE)
    assert by_key.headers["x-key"] == "s3cret"
    assert "s3cret" not in repr(first(forum(), stranger, Surface.PEOPLE))


def test_a_body_is_sent_as_json() -> None:
    request = first(forum(), Instance("https://f.example", Session.SIGNED_IN, "s"), Surface.SEARCH_LATEST)
    assert (request.method, request.body) == ("POST", b'{"q":"mahfud"}')
    assert request.headers["content-type"] == "application/json"


def test_an_answer_without_success_ends_the_conversation_as_the_platform_reads_it() -> None:
    def failed(response: object, ask: Inquiry) -> Reading:
        return ask.error("spam", "its word") or Reading(Answer.UNREADABLE)

    named = forum(errors={Answer.REFUSED: ("spam",)}, failed=failed)
    reading, _ = talk(named.ask(Instance("https://f.example"), Query("people", "mahfud", AT)), [answer(400)])
    assert (reading.answer, reading.note) == (Answer.REFUSED, "its word")
    unnamed, _ = talk(forum().ask(Instance("https://f.example"), Query("people", "a", AT)), [answer(503)])
    assert unnamed.answer is Answer.ERROR


def test_signing_in_is_the_platforms_own_or_none() -> None:
    instance = Instance("https://f.example", Session.SIGNED_IN, "s3cret")
    assert forum().sign_in(instance) is None


def test_it_says_where_it_gives_out_credentials_by_its_own_address_where_no_page_is_known() -> None:
    assert forum().credential_page("https://other.example/") == "https://other.example"
    page = "{address}/settings/keys"
    assert (
        forum(credential_page=page).credential_page("https://a.example") == "https://a.example/settings/keys"
    )
