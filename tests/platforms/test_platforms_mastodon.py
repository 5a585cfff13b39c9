"""Mastodon's documented answers, and what each reads as."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.platforms.platform_samples import answer
from tests.platforms.platform_talk import AT, ask, facts, first_request, instance, self_tested
from tests.platforms.samples.mastodon import ACCOUNT, STATUSES, status

from siaga.domain.answers import Answer, Session
from siaga.platforms.conversation import Response
from siaga.platforms.mastodon import literal
from siaga.platforms.registry import platforms

NONE: dict[str, list[object]] = {"accounts": [], "statuses": [], "hashtags": []}
ALL = ("search-latest", "people", "hashtag", "profile", "replies", "trends")
MISSING = answer(404, {"error": "Record not found"})


def server(**hashtag_feeds: str) -> Response:
    return answer(
        200, {"domain": "x", "configuration": {"timelines_access": {"hashtag_feeds": hashtag_feeds}}}
    )


@pytest.mark.parametrize(
    ("surfaces", "given", "expected"),
    [
        (("search-latest", "people"), answer(200, NONE), Answer.EMPTY),
        (("trends",), answer(200, []), Answer.EMPTY),
        (("profile", "replies", "hashtag"), MISSING, Answer.EMPTY),
        (("search-latest", "people", "trends"), MISSING, Answer.UNREADABLE),
        (("profile", "hashtag"), answer(404, b"<html>Not here</html>"), Answer.UNREADABLE),
        (("profile", "replies"), answer(404, {"error": "Not Found: target account not found"}), Answer.EMPTY),
        (("profile",), answer(404, {"error": "Can't find user"}), Answer.EMPTY),
        (("profile", "hashtag"), answer(404, {"error": "Not Found"}), Answer.UNREADABLE),
        (("profile", "replies"), answer(410, {"error": "Gone"}), Answer.EMPTY),
        (("profile", "replies"), answer(410, b"<html>Gone</html>"), Answer.EMPTY),
        (("profile",), answer(410, {"error": "This account has been suspended"}), Answer.HIDDEN),
        (("profile",), answer(403, {"error": "Account suspended"}), Answer.HIDDEN),
        (ALL, answer(422, {"error": "This method requires an authenticated user"}), Answer.WALLED),
        (ALL, answer(200, b'{"accounts":[],"statuses":[{}],"statuses":[]}'), Answer.UNREADABLE),
        (ALL, answer(401, {"error": "The access token is invalid"}), Answer.WALLED),
        (ALL, answer(401, {"error": "Unauthorized: token not supplied"}), Answer.WALLED),
        (ALL, answer(403, {"error": "This action is outside the authorized scopes"}), Answer.WALLED),
        (ALL, answer(403, {"error": "Your login is currently disabled"}), Answer.WALLED),
        (ALL, answer(403, {"error": "This action is not allowed"}), Answer.REFUSED),
        (ALL, answer(403, b"<html>Forbidden</html>"), Answer.UNREADABLE),
        (ALL, answer(422, {"error": "Validation failed"}), Answer.UNREADABLE),
        (ALL, answer(429, {"error": "Too many requests"}), Answer.LIMITED),
        (ALL, answer(503, {"error": "There was a temporary problem serving your request"}), Answer.ERROR),
        (("profile",), answer(200, {**ACCOUNT, "suspended": True}), Answer.HIDDEN),
        (("profile",), answer(200, {**ACCOUNT, "limited": True}), Answer.HIDDEN),
        (("profile",), answer(200, {**ACCOUNT, "suspended": False}), Answer.RESULTS),
    ],
)
def test_a_documented_answer(surfaces: tuple[str, ...], given: Response, expected: Answer) -> None:
    for surface in surfaces:
        assert ask("mastodon", surface, given).answer is expected, surface


def test_an_anonymous_search_of_posts_that_finds_nothing_says_nothing() -> None:
    reading = ask("mastodon", "search-latest", answer(200, NONE), session=Session.PUBLIC)
    assert reading.answer is Answer.UNREADABLE
    assert facts(ask("mastodon", "search-latest", answer(200, NONE))) == (Answer.EMPTY, 0, 0)


@pytest.mark.parametrize(
    ("session", "description", "expected"),
    [
        (Session.PUBLIC, server(local="public", remote="public"), Answer.EMPTY),
        (Session.PUBLIC, server(local="disabled", remote="disabled"), Answer.WALLED),
        (Session.PUBLIC, server(local="authenticated", remote="disabled"), Answer.WALLED),
        (Session.PUBLIC, server(local="public", remote="authenticated"), Answer.EMPTY),
        (Session.SIGNED_IN, server(local="authenticated", remote="authenticated"), Answer.EMPTY),
        (Session.SIGNED_IN, server(local="disabled", remote="disabled"), Answer.WALLED),
        (Session.PUBLIC, answer(200, {"domain": "older.example"}), Answer.EMPTY),
        (Session.PUBLIC, answer(404, {"error": "Not Found"}), Answer.EMPTY),
    ],
)
def test_an_empty_hashtag_is_told_from_a_feed_that_is_switched_off(
    session: Session, description: Response, expected: Answer
) -> None:
    assert ask("mastodon", "hashtag", answer(200, []), description, session=session).answer is expected


def test_posts_are_read_as_people_see_them() -> None:
    linked = 'Debat <a href="https://x/tags/MahfudMD" class="hashtag">#<span>MahfudMD</span></a><br>seru'
    posts = [
        status("Kata Mahf&uacute;d&#39;s tim", "2024-01-25T04:00:00.000Z"),
        status(linked, "2024-01-25T03:59:00.000Z"),
        status("<b>Mah</b>fud", "2024-01-25T03:58:00.000Z"),
        status("Isi", "2024-01-25T03:57:00.000Z", spoiler_text="Soal Mahfud"),
        status("Lain<br />soal", "2024-01-25T03:56:00.000Z"),
    ]
    reading = ask("mastodon", "search-latest", answer(200, {**NONE, "statuses": posts}))
    assert facts(reading) == (Answer.RESULTS, 5, 3)
    tagged = ask("mastodon", "hashtag", answer(200, posts), name="mahfudmd")
    assert facts(tagged) == (Answer.RESULTS, 5, 1)


def test_order_and_age_come_from_the_posts() -> None:
    reading = ask("mastodon", "hashtag", answer(200, STATUSES))
    assert (reading.newest_age_s, reading.ordered) == (120.0, True)
    assert ask("mastodon", "hashtag", answer(200, STATUSES[::-1])).ordered is False


@pytest.mark.parametrize(
    ("asked", "acct", "matching"),
    [
        ("mahfud", "mahfud", 1),
        ("@Mahfud", "mahfud", 1),
        ("mahfud@jauh.example", "mahfud@jauh.example", 1),
        ("mahfud@sosial.example", "mahfud", 1),
        ("mahfud", "mahfud@jauh.example", 0),
        ("mahfud", "mahfud2", 0),
    ],
)
def test_a_profile_is_the_one_asked_for(asked: str, acct: str, matching: int) -> None:
    reading = ask("mastodon", "profile", answer(200, {**ACCOUNT, "acct": acct}), name=asked)
    assert facts(reading) == (Answer.RESULTS, 1, matching)


def test_replies_take_three_steps() -> None:
    context = answer(200, {"ancestors": [], "descendants": []})
    assert facts(ask("mastodon", "replies", answer(200, ACCOUNT), answer(200, STATUSES), context)) == (
        Answer.EMPTY,
        0,
        0,
    )
    quiet = [status("x", "2024-01-25T03:57:00.000Z", replies_count=0)]
    assert ask("mastodon", "replies", answer(200, ACCOUNT), answer(200, quiet)).answer is Answer.EMPTY
    gone = ask("mastodon", "replies", answer(200, ACCOUNT), answer(200, STATUSES), MISSING)
    assert gone.answer is Answer.EMPTY


@pytest.mark.parametrize("id", ["../../../admin", "a b", "", "x" * 65])
def test_an_id_that_could_lead_elsewhere_is_not_followed(id: str) -> None:
    assert ask("mastodon", "replies", answer(200, {**ACCOUNT, "id": id})).answer is Answer.UNREADABLE


def test_limits_reset_at_a_written_time() -> None:
    headers = {
        "x_ratelimit_limit": "300",
        "x_ratelimit_remaining": "299",
        "x_ratelimit_reset": "2024-01-25T05:05:00.123456Z",
    }
    quota = ask("mastodon", "people", answer(200, {**NONE, "accounts": [ACCOUNT]}, **headers)).quota
    assert quota is not None
    assert (quota.limit, quota.remaining, quota.wait_until) == (300, 299, None)
    assert quota.resets_at == datetime(2024, 1, 25, 5, 5, 0, 123456, UTC)


@pytest.mark.parametrize(
    ("name", "asked"),
    [("Mahfud MD", "Mahfud MD"), ("from:me", '"from:me"'), ("-mahfud", '"-mahfud"'), ('a "b"', '"a b"')],
)
def test_names_are_asked_as_plain_words(name: str, asked: str) -> None:
    assert literal(name) == asked


def test_names_are_escaped_as_parts_of_addresses() -> None:
    assert first_request("mastodon", "hashtag", "Jokowi3Periode").url == (
        "https://sosial.example/api/v1/timelines/tag/Jokowi3Periode?limit=20"
    )
    assert "acct=mahfud%40jauh.example" in first_request("mastodon", "profile", "mahfud@jauh.example").url
    assert "q=%22a%26b%3Dc%3A%22" in first_request("mastodon", "search-latest", "a&b=c:").url


@pytest.mark.parametrize(
    "more",
    [
        {"poll": {"id": "1", "options": [{"title": "Anies"}, {"title": "Mahfud"}]}},
        {"media_attachments": [{"type": "image", "description": "Foto Mahfud di podium"}]},
        {"card": {"title": "Mahfud mundur", "description": "", "url": "https://berita.example"}},
        {"card": {"title": "Berita", "description": "Kata Mahfud"}},
        {"spoiler_text": "Soal Mahfud"},
    ],
)
def test_a_post_carries_the_name_wherever_the_server_shows_it(more: dict[str, Any]) -> None:
    post = status("Lihat ini", "2024-01-25T04:00:00.000Z", **more)
    assert facts(ask("mastodon", "search-latest", answer(200, {**NONE, "statuses": [post]})))[1:] == (1, 1)


@pytest.mark.parametrize("odd", [None, 7, "Mahfud", [7, None], [[{"title": "Mahfud"}]]])
def test_an_odd_extra_makes_no_page_unreadable(odd: object) -> None:
    post = status("Kata Mahfud", "2024-01-25T04:00:00.000Z", card=odd, poll=odd, media_attachments=odd)
    assert facts(ask("mastodon", "search-latest", answer(200, {**NONE, "statuses": [post]})))[1:] == (1, 1)


@pytest.mark.parametrize(
    ("own", "matching"),
    [
        ({"note": "<p>Menteri, <b>Mahfud</b> MD</p>"}, 1),
        ({"fields": [{"name": "Nama", "value": "Mahfud"}]}, 1),
        ({"note": "<p>penggemar mahfudisme</p>"}, 0),
    ],
)
def test_people_are_found_by_what_their_account_says_of_itself(own: dict[str, object], matching: int) -> None:
    account = {**ACCOUNT, "display_name": "Pak Menteri", "acct": "menteri", **own}
    reading = ask("mastodon", "people", answer(200, {**NONE, "accounts": [account]}))
    assert facts(reading) == (Answer.RESULTS, 1, matching)


def test_replies_that_the_server_still_fetches_are_asked_again_and_never_missing() -> None:
    before = (answer(200, ACCOUNT), answer(200, STATUSES))
    none: dict[str, object] = {"ancestors": [], "descendants": []}
    fetching = answer(200, none, mastodon_async_refresh='id="abc", retry=3')
    there = answer(200, {**none, "descendants": [status("Setuju", "2024-01-25T04:00:00.000Z")]})
    assert ask("mastodon", "replies", *before, fetching, there).answer is Answer.RESULTS
    assert ask("mastodon", "replies", *before, fetching, answer(200, none)).answer is Answer.EMPTY
    assert ask("mastodon", "replies", *before, fetching, fetching).answer is Answer.UNREADABLE


@pytest.mark.parametrize("given", [answer(404, b"<html>nginx</html>"), answer(404, {"error": "Not Found"})])
def test_a_404_in_other_words_is_no_empty_thread(given: Response) -> None:
    reading = ask("mastodon", "replies", answer(200, ACCOUNT), answer(200, STATUSES), given)
    assert reading.answer is Answer.UNREADABLE


def test_an_empty_page_of_a_hashtag_with_a_next_one_is_not_nothing() -> None:
    page = answer(200, [], link='<https://sosial.example/api/v1/timelines/tag/mahfud?max_id=1>; rel="next"')
    assert ask("mastodon", "hashtag", page).answer is Answer.UNREADABLE


OWN = {**ACCOUNT, "id": "1", "acct": "siaga"}


def by(author: str, text: str = "Pagi yang cerah untuk semua warga", **more: Any) -> dict[str, Any]:
    return status(text, "2024-01-25T04:00:00.000Z", account={**ACCOUNT, "id": author}, **more)


def found(*statuses: dict[str, Any]) -> Response:
    return answer(200, {**NONE, "statuses": list(statuses)})


@pytest.mark.parametrize(
    ("answers", "passed"),
    [
        ((answer(200, OWN), answer(200, [by("2"), by("3")]), found(by("1"), by("2"))), True),
        ((answer(200, OWN), answer(200, [by("2")]), found(), found(by("1")), found(by("2"))), True),
        ((answer(200, OWN), answer(200, [by("2")]), *[found(by("1"))] * 3), False),
        ((answer(200, OWN), answer(200, [by("2")]), *[found(by("2", mentions=[{"id": "1"}]))] * 3), False),
        ((answer(200, OWN), answer(200, [by("2")]), *[found(by("2", favourited=True))] * 3), False),
        ((answer(200, OWN), answer(200, [by("2")]), *[found()] * 3), None),
        ((answer(200, OWN), answer(200, [by("1")])), None),
        ((answer(200, OWN), answer(200, [])), None),
        ((answer(200, OWN), answer(422, {"error": "This method requires an authenticated user"})), None),
        ((answer(401, {"error": "The access token is invalid"}),), None),
        ((answer(503, {"error": "down"}),), None),
        ((answer(200, {}),), None),
    ],
)
def test_a_self_test_tells_an_account_that_sees_only_its_own_posts(
    answers: tuple[Response, ...], passed: bool | None
) -> None:
    test = platforms()["mastodon"].self_test(instance("mastodon"), "search-latest", AT)
    assert test is not None
    assert self_tested(test, answers).passed is passed


@pytest.mark.parametrize("surface", ["people", "hashtag", "profile", "replies", "trends"])
def test_only_a_search_of_posts_has_a_self_test(surface: str) -> None:
    assert platforms()["mastodon"].self_test(instance("mastodon"), surface, AT) is None
