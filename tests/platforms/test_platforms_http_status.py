"""What HTTP itself says about a failed asking."""

import pytest
from tests.platforms.platform_samples import answer

from siaga.domain.answers import Answer
from siaga.platforms.conversation import Response
from siaga.platforms.http_status import LOOKED_AT, by_status, in_the_way, is_challenge, is_page


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (429, Answer.LIMITED),
        (401, Answer.WALLED),
        (500, Answer.ERROR),
        (503, Answer.ERROR),
        (501, Answer.UNREADABLE),
        (400, Answer.UNREADABLE),
        (403, Answer.UNREADABLE),
        (404, Answer.UNREADABLE),
        (302, Answer.UNREADABLE),
    ],
)
def test_a_status_alone_reads_as(status: int, expected: Answer) -> None:
    reading = by_status(answer(status))
    assert (reading.answer, reading.note) == (expected, f"status {status}")
    assert by_status(answer(status), "its own word").note == "its own word"


@pytest.mark.parametrize(
    "mark",
    [
        "Just a moment...",
        "challenge-platform",
        "captcha-delivery.com",
        "AwsWafIntegration",
        "anubis_challenge",
    ],
)
def test_a_page_with_a_walls_marks_is_a_challenge_whatever_its_status(mark: str) -> None:
    page = answer(200, f"<html>{mark}</html>".encode())
    assert is_challenge(page)
    assert in_the_way(page) is not None
    assert not is_challenge(answer(200, {"text": mark})), "data may quote a mark"


def test_a_mark_beyond_what_is_looked_at_is_not_found() -> None:
    assert not is_challenge(answer(200, b"<" + b" " * LOOKED_AT + b"px-captcha"))


def test_a_header_alone_tells_of_a_wall() -> None:
    assert is_challenge(answer(403, b"{}", cf_mitigated=" Challenge "))
    assert not is_challenge(answer(403, b"{}", cf_mitigated="block"))


@pytest.mark.parametrize(
    ("headers", "body", "page"),
    [
        ({"content-type": "text/html; charset=utf-8"}, b"", True),
        ({"content-type": "application/xhtml+xml"}, b"", True),
        ({}, b"  <!doctype html>", True),
        ({"content-type": "application/json"}, b"{}", False),
        ({}, b"", False),
    ],
)
def test_a_page_is_known_by_its_type_or_its_first_character(
    headers: dict[str, str], body: bytes, page: bool
) -> None:
    assert is_page(Response(200, headers, body, "https://a.example")) is page


def test_a_limit_stands_in_the_way_and_another_failure_does_not() -> None:
    limited = in_the_way(answer(429))
    assert limited is not None
    assert limited.answer is Answer.LIMITED
    assert in_the_way(answer(500)) is None
