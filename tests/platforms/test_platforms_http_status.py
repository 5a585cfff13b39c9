"""What HTTP itself says about a failed asking."""

import pytest
from tests.platforms.platform_samples import answer
from tests.platforms.platform_talk import AT, ask

from siaga.domain.answers import Answer
from siaga.platforms.conversation import Response
from siaga.platforms.guard import UNPAID
from siaga.platforms.http_status import LOOKED_AT, by_status, in_the_way, is_challenge, is_page
from siaga.platforms.registry import platforms


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
        (204, Answer.UNREADABLE),
        (402, Answer.LIMITED),
        (407, Answer.WALLED),
        (410, Answer.UNREADABLE),
        (420, Answer.LIMITED),
        (451, Answer.REFUSED),
        (509, Answer.LIMITED),
        (511, Answer.WALLED),
        (521, Answer.ERROR),
    ],
)
def test_a_status_alone_reads_as(status: int, expected: Answer) -> None:
    reading = by_status(answer(status))
    assert reading.answer is expected
    assert reading.note.startswith(f"status {status}")
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


NGINX = (
    b"<html>\r\n<head><title>503 Service Temporarily Unavailable</title></head>\r\n<body>\r\n"
    b"<center><h1>503 Service Temporarily Unavailable</h1></center>\r\n<hr><center>nginx</center>\r\n"
    b"</body>\r\n</html>"
)


@pytest.mark.parametrize(
    "response",
    [
        answer(503, {"error": "busy"}, retry_after="30"),
        answer(503, NGINX),
        answer(403, b"<html><title>Access denied</title>You are being rate limited</html>"),
        answer(200, b"<html><h1>Too Many Requests</h1></html>"),
        Response(403, {"content-type": "text/plain"}, b"error code: 1015", "https://a.example"),
        Response(
            400, {"content-type": "text/plain; charset=utf-8"}, b"Rate limit exceeded\n", "https://a.example"
        ),
    ],
    ids=[
        "503 with Retry-After",
        "nginx's limit_req",
        "Cloudflare 1015",
        "a page with 200",
        "code 1015",
        "plain",
    ],
)
def test_our_own_load_is_a_limit_and_not_the_platforms_failure(response: Response) -> None:
    reading = in_the_way(response)
    assert reading is not None
    assert reading.answer is Answer.LIMITED


def test_what_only_quotes_a_limit_is_none() -> None:
    assert in_the_way(answer(200, {"text": "rate limit exceeded"})) is None
    long_page = b"<html>" + b"Kata orang: too many requests. " * 1000 + b"</html>"
    assert in_the_way(answer(200, long_page)) is None
    assert in_the_way(answer(503, {"error": "down"})) is None


@pytest.mark.parametrize(
    "path", ["/login", "/users/sign_in", "/i/flow/login", "/accounts/login/", "/oauth/authorize"]
)
@pytest.mark.parametrize("status", [302, 303, 200])
def test_a_redirect_to_a_sign_in_page_is_a_wall(path: str, status: int) -> None:
    page = Response(status, {"content-type": "text/html"}, b"<html></html>", f"https://a.example{path}")
    reading = in_the_way(page)
    assert reading is not None
    assert reading.answer is Answer.WALLED


@pytest.mark.parametrize("path", ["/api/v2/search", "/loginova", "/authors", "/api/login/search"])
def test_another_redirect_is_none(path: str) -> None:
    assert in_the_way(Response(302, {}, b"", f"https://a.example{path}")) is None
    assert (
        in_the_way(Response(200, {"content-type": "application/json"}, b"{}", "https://a.example/login"))
        is None
    )


@pytest.mark.parametrize("id", platforms())
def test_451_and_402_mean_the_same_on_every_platform(id: str) -> None:
    for surface in platforms()[id].surfaces:
        for status, expected in ((451, Answer.REFUSED), (402, Answer.LIMITED)):
            for body in ({}, {"title": "x", "error": "y"}, b"<html></html>"):
                reading = ask(id, surface, answer(status, body))
                assert reading.answer is expected, (surface, status, body)
                assert (reading.quota is not None and reading.quota.spent) == (status == 402)


def test_a_spent_credit_is_a_pause_and_says_that_somebody_has_to_pay() -> None:
    reading = ask("x", "search-latest", answer(402, {"title": "CreditsDepleted", "status": 402}))
    assert reading.quota is not None
    assert reading.quota.spent
    assert reading.quota.wait_until == AT + UNPAID
    assert "credit" in reading.note
