"""What all conversations have in common, whatever the platform."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from tests.platforms.platform_talk import talk

from siaga.domain.answers import Answer
from siaga.domain.quota import Quota
from siaga.platforms.conversation import Conversation, Instance, Query, Reading, Request, Response
from siaga.platforms.guard import Concluded, guarded
from siaga.platforms.json import ContractViolation, repeats_a_field
from siaga.platforms.registry import platforms

AT = datetime(2024, 1, 25, 5, tzinfo=UTC)
ASKED = Request("https://a.example")


def after(*responses: Response, conversation: Conversation) -> Reading:
    """The reading of a guarded conversation that is sent these answers."""
    return talk(guarded(conversation, AT), responses)[0]


def answered(body: bytes = b"{}", **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(200, named, body, "https://a.example")


def reads(reading: Reading) -> Conversation:
    yield ASKED
    return reading


def concludes(reading: Reading) -> Conversation:
    yield ASKED
    raise Concluded(reading)


def breaks(what: str) -> Conversation:
    yield ASKED
    raise ContractViolation(what)


def test_a_conversation_that_is_concluded_anywhere_ends_with_that_reading() -> None:
    assert after(answered(), conversation=concludes(Reading(Answer.WALLED, note="x"))).answer is Answer.WALLED


@pytest.mark.parametrize("ends", [reads, concludes])
def test_a_note_is_plain_whatever_a_platform_wrote_into_it(ends: Callable[[Reading], Conversation]) -> None:
    noted = Reading(Answer.EMPTY, note="\u202egone\x00\x1b[2J" + "x" * 200)
    reading = after(answered(), conversation=ends(noted))
    assert reading.note == "gone 2J" + "x" * 73


def test_an_answer_outside_the_contract_is_unreadable_and_the_note_says_why() -> None:
    reading = after(answered(), conversation=breaks("posts is missing"))
    assert (reading.answer, reading.note) == (Answer.UNREADABLE, "posts is missing")


def test_a_bot_wall_with_a_status_of_success_is_a_challenge() -> None:
    wall = answered(b"<html><title>Just a moment...</title></html>", content_type="text/html")
    assert after(wall, conversation=breaks("no JSON")).answer is Answer.CHALLENGED


def test_a_conversation_that_asks_nothing_still_ends() -> None:
    asked_nothing = platforms()["x"].ask(Instance("https://a.example"), Query("stories", "mahfud", AT))
    assert talk(asked_nothing, [])[0].answer is Answer.UNREADABLE


def test_the_headers_of_every_answer_add_to_the_quota() -> None:
    def two() -> Conversation:
        yield ASKED
        yield ASKED
        return Reading(Answer.EMPTY)

    reading = after(
        answered(x_ratelimit_limit="300"), answered(x_ratelimit_remaining="7"), conversation=two()
    )
    assert reading.quota == Quota(remaining=7, limit=300)


def test_the_readings_own_quota_counts_before_the_headers() -> None:
    own = Reading(Answer.RESULTS, quota=Quota(remaining=1))
    assert after(answered(x_ratelimit_remaining="9"), conversation=reads(own)).quota == Quota(remaining=1)


def test_a_limit_without_a_wait_waits_for_the_reset() -> None:
    reset = answered(x_ratelimit_reset="60", x_ratelimit_remaining="0")
    quota = after(reset, conversation=reads(Reading(Answer.LIMITED))).quota
    assert quota is not None
    assert quota.wait_until == AT + timedelta(seconds=60)
    not_limited = after(reset, conversation=reads(Reading(Answer.EMPTY))).quota
    assert not_limited is not None
    assert not_limited.wait_until is None


@pytest.mark.parametrize(
    ("body", "repeats"),
    [
        (b'{"a":1,"a":2}', True),
        (b'[{"a":{"b":1,"b":1}}]', True),
        (b'["EVENT","s",{"id":1,"id":2}]\n["EOSE","s"]', True),
        (b'{"a":{"b":1},"c":{"b":1}}', False),
        (b"not json", False),
        (b"[" * 100_000, False),
        (b"", False),
        (b"1" * 10_000, False),
    ],
)
def test_a_field_that_stands_twice_is_noticed(body: bytes, repeats: bool) -> None:
    assert repeats_a_field(body) is repeats
