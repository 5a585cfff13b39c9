"""Lemmy's answers in both of its APIs, and a check of a small server that answers by either."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jsonschema
import orjson
import pytest
from tests.platforms.platform_samples import TIMES, answer
from tests.platforms.platform_talk import AT, ask, facts, instance, talk
from tests.platforms.samples.lemmy import (
    COMMUNITY,
    CONTRACTS,
    FINDING,
    PERSON,
    POSTS,
    SERVERS,
    communities,
    found,
    nodeinfo,
    people,
    post,
)

from siaga.domain.answers import Answer
from siaga.platforms.conversation import Query, Response
from siaga.platforms.lemmy import RECENT, literal
from siaga.platforms.registry import platforms

CASES = [(api, surface) for api in SERVERS for surface in platforms()["lemmy"].surfaces]
CANARY = "qzxvkwjpfblm"


def asked(surface: str, name: str, *answers: Response) -> list[str]:
    """The addresses that a conversation asks."""
    conversation = platforms()["lemmy"].ask(instance("lemmy"), Query(surface, name, AT))
    return [turn.url.removeprefix("https://lemmy.example/") for turn in talk(conversation, answers)[1]]


@pytest.mark.parametrize(("api", "surface"), CASES)
def test_both_apis_find_a_name_and_their_samples_keep_to_the_contract(api: str, surface: str) -> None:
    reading = ask("lemmy", surface, *FINDING[api][surface])
    assert reading.answer is Answer.RESULTS
    assert reading.matching == reading.count
    assert ask("lemmy", surface, *FINDING[api][surface], name=CANARY).matching == 0
    for form, sample in zip(CONTRACTS[api], FINDING[api][surface], strict=True):
        jsonschema.Draft202012Validator(form).validate(orjson.loads(sample.body))


@pytest.mark.parametrize(("api", "surface"), CASES)
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (answer(400, {"error": "instance_is_private"}), Answer.WALLED),
        (answer(400, {"error": "not_logged_in"}), Answer.WALLED),
        (answer(401, {"error": "incorrect_login"}), Answer.WALLED),
        (answer(400, {"error": "rate_limit_error"}), Answer.LIMITED),
        (answer(429, {"error": "too_many_requests"}), Answer.LIMITED),
        (answer(400, {"error": "unknown", "message": "timeout"}), Answer.UNREADABLE),
        (answer(404, {"error": "not_found"}), Answer.UNREADABLE),
        (answer(500, b""), Answer.ERROR),
        (answer(200, {"comments": []}), Answer.UNREADABLE),
    ],
)
def test_a_documented_answer(api: str, surface: str, given: Response, expected: Answer) -> None:
    assert ask("lemmy", surface, SERVERS[api], given).answer is expected
    assert facts(ask("lemmy", surface, SERVERS[api], found(api))) == (Answer.EMPTY, 0, 0)


@pytest.mark.parametrize(
    ("server", "note"),
    [
        (nodeinfo("4.3.0", "mastodon"), "this server runs mastodon, not Lemmy"),
        (nodeinfo("0.18.5"), "version 0.18.5 of Lemmy is not known"),
        (nodeinfo("10.0.0"), "version 10.0.0 of Lemmy is not known"),
        (answer(404, b"<html>Not found</html>"), "status 404"),
        (answer(200, b"<html>Welcome</html>"), "status 200 without JSON"),
        (answer(200, {"version": "2.1"}), "software is missing"),
    ],
)
def test_a_server_that_is_not_known_is_unreadable_and_the_note_says_why(server: Response, note: str) -> None:
    reading = ask("lemmy", "people", server)
    assert (reading.answer, reading.note) == (Answer.UNREADABLE, note)


def test_each_api_is_asked_in_its_own_words() -> None:
    old, new = (FINDING[api]["search-latest"] for api in ("v3", "v4"))
    assert asked("search-latest", "Mahfud MD", *old) == [
        "nodeinfo/2.1",
        "api/v3/search?q=Mahfud%20MD&type_=Posts&limit=20&listing_type=All&sort=New",
    ]
    span = f"time_range_seconds={RECENT.days * 86400}"
    assert asked("search-latest", "Mahfud MD", *new)[1] == (
        f"api/v4/search?search_term=Mahfud%20MD&type_=posts&limit=20&{span}"
    )
    assert asked("search-top", "a", *old)[1].endswith("&sort=TopAll")
    assert "time_range" not in asked("search-top", "a", *new)[1]
    assert (
        asked("people", "a", *FINDING["v4"]["people"])[1]
        == "api/v4/search?search_term=a&type_=users&limit=20"
    )


def test_newest_first_is_a_fact_only_where_it_could_be_asked_and_nothing_is_pinned() -> None:
    backwards = POSTS["v3"][::-1]
    assert ask("lemmy", "search-latest", *FINDING["v3"]["search-latest"]).ordered is True
    assert ask("lemmy", "search-latest", SERVERS["v3"], found("v3", "posts", *backwards)).ordered is False
    pinned = post("v3", "Pengumuman mahfud", TIMES[2], featured_local=True)
    reading = ask("lemmy", "search-latest", SERVERS["v3"], found("v3", "posts", pinned, *POSTS["v3"]))
    assert (reading.ordered, reading.newest_age_s) == (None, 120.0)
    assert ask("lemmy", "search-latest", *FINDING["v4"]["search-latest"]).ordered is None
    assert ask("lemmy", "search-top", *FINDING["v3"]["search-top"]).ordered is None


def test_a_post_carries_a_name_in_its_title_text_or_the_description_of_its_picture() -> None:
    posts = [
        post("v4", "Debat", TIMES[0], body="Kata Mahfud"),
        post("v4", "Debat", TIMES[0], alt_text="Mahfud di panggung"),
        post("v4", "Debat", TIMES[0], body="Mahfuda lain"),
    ]
    assert facts(ask("lemmy", "search-top", SERVERS["v4"], found("v4", "posts", *posts)))[1:] == (3, 2)


def test_people_are_found_by_name_or_display_name() -> None:
    known = [PERSON, {"id": 5, "name": "mahfud_fans"}, {"id": 6, "name": "lain", "display_name": "Pak Lain"}]
    assert facts(ask("lemmy", "people", SERVERS["v4"], people("v4", *known)))[1:] == (3, 2)


def test_a_community_has_to_be_called_as_the_hashtag() -> None:
    known = [COMMUNITY, {"id": 4, "name": "mahfud_md", "title": "Mahfud"}, {"id": 5, "name": "mahfudmania"}]
    assert facts(ask("lemmy", "hashtag", SERVERS["v4"], communities("v4", *known)))[1:] == (3, 2)
    assert ask("lemmy", "hashtag", name="Mahfud MD").note == "this cannot be a hashtag"


@pytest.mark.parametrize(
    ("name", "literally"), [("@mahfud", "mahfud"), ("!pemilu", "pemilu"), ("https://a/b", "https a/b")]
)
def test_no_name_is_looked_up_as_an_address(name: str, literally: str) -> None:
    assert literal(name) == literally


@contextmanager
def server(api: str | None) -> Iterator[str]:
    """A server that answers by one API and finds every name but the canary; by None, one without Lemmy."""

    class Lemmy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            given = self.answered()
            self.send_response(given.status)
            self.send_header("content-type", given.headers["content-type"])
            self.send_header("content-length", str(len(given.body)))
            self.end_headers()
            self.wfile.write(given.body)

        def answered(self) -> Response:
            parts = urlsplit(self.path)
            if api is None or parts.path not in {"/nodeinfo/2.1", f"/api/{api}/search"}:
                return answer(404, b"<html>Not found</html>")
            if parts.path == "/nodeinfo/2.1":
                return SERVERS[api]
            query = parse_qs(parts.query)
            (name,), (kind,) = query["q" if api == "v3" else "search_term"], query["type_"]
            if name == CANARY:
                return found(api)
            match kind.lower():
                case "posts":
                    return found(api, "posts", post(api, f"Kabar {name}", TIMES[0]))
                case "users":
                    return people(api, {"id": 7, "name": "akun", "display_name": name})
                case _:
                    return communities(api, {"id": 8, "name": name.lower(), "title": name})

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Lemmy)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.server_port}"
    finally:
        listening.shutdown()
        listening.server_close()


def check(address: str) -> subprocess.CompletedProcess[str]:
    words = ["check", "Mahfud MD", "--on", "lemmy", "--address", f"lemmy={address}", "--rounds", "1"]
    command = [sys.executable, "-m", "siaga", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("api", SERVERS)
def test_a_check_of_a_server_finds_what_it_has_by_either_api(api: str) -> None:
    with server(api) as address:
        checked = check(address)
    assert checked.returncode == 0, checked.stderr
    rows = [line.split() for line in checked.stdout.splitlines() if "can be found like other names" in line]
    assert [(row[0], row[1]) for row in rows] == [
        ("Lemmy", surface) for surface in platforms()["lemmy"].surfaces
    ]


def test_a_server_without_lemmy_could_not_be_measured_and_is_no_finding() -> None:
    with server(None) as address:
        checked = check(address)
    assert checked.returncode == 3
    assert "can't be measured" in checked.stdout
    assert "an answer that is not understood" in checked.stdout
    assert "Traceback" not in checked.stdout + checked.stderr


@pytest.mark.parametrize("field", ["embed_title", "embed_description", "alt_text", "body"])
def test_a_post_carries_the_name_wherever_lemmy_shows_it(field: str) -> None:
    known = [post("v4", "Lihat ini", TIMES[0], **{field: "Kata Mahfud"}), post("v4", "Lihat", TIMES[0])]
    assert facts(ask("lemmy", "search-top", SERVERS["v4"], found("v4", "posts", *known)))[1:] == (2, 1)


def test_people_are_found_by_their_biography() -> None:
    known = [{**PERSON, "name": "menteri", "display_name": None, "bio": "Tim Mahfud MD"}]
    assert facts(ask("lemmy", "people", SERVERS["v4"], people("v4", *known)))[1:] == (1, 1)


def test_an_empty_page_with_a_next_one_is_not_nothing() -> None:
    page = answer(200, {"posts": [], "next_page": "Pa1"})
    assert ask("lemmy", "search-top", SERVERS["v4"], page).answer is Answer.UNREADABLE


@pytest.mark.parametrize("api", ["v3", "v4"])
def test_what_its_owner_deleted_is_no_evidence_and_what_moderators_removed_is_not_found(api: str) -> None:
    def posts(*flags: dict[str, bool]) -> Response:
        return found(api, "posts", *(post(api, "Mahfud MD", TIMES[0], **own) for own in flags))

    def reading(*flags: dict[str, bool]) -> tuple[Answer, int | None, int | None]:
        return facts(ask("lemmy", "search-top", SERVERS[api], posts(*flags)))

    assert reading({"deleted": True}) == (Answer.WITHDRAWN, None, None)
    assert reading({"deleted": True}, {"deleted": False}) == (Answer.RESULTS, 1, 1)
    assert reading({"removed": True}, {"removed": False}) == (Answer.RESULTS, 2, 1)
    gone = people(api, {**PERSON, "deleted": True})
    assert ask("lemmy", "people", SERVERS[api], gone).answer is Answer.WITHDRAWN
    removed = communities(api, {**COMMUNITY, "removed": True})
    assert facts(ask("lemmy", "hashtag", SERVERS[api], removed))[1:] == (1, 0)
