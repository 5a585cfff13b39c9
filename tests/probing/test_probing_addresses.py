"""Addresses: what may be written down, and what goes along with a redirect."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.platforms.conversation import Response
from siaga.probing.addresses import Hop, after, is_captive_portal, origin, redirected_to, shown


def test_what_is_written_down_keeps_the_question_and_loses_the_secrets() -> None:
    url = "https://ann:word@x.example:8443/s?q=mahfud&access_token=abc&KEY=1&lang=id#top"
    assert shown(url) == "https://x.example:8443/s?q=mahfud&access_token=&KEY=&lang=id"


def test_an_address_without_secrets_is_written_as_it_is() -> None:
    assert shown("https://x.example/s?q=a%20b&sort=latest") == "https://x.example/s?q=a%20b&sort=latest"


@given(st.text())
def test_whatever_is_written_down_holds_no_user_and_no_password(text: str) -> None:
    assert "sesame" not in shown(f"https://ann:sesame@x.example/{text}").partition("/s")[0]
    shown(text)


def test_an_origin_knows_the_usual_ports() -> None:
    assert origin("https://x.example/a") == origin("https://X.example:443/b")
    assert origin("https://x.example/") != origin("http://x.example/")


def sent_to(location: str, status: int = 302) -> Response:
    return Response(status, {"location": location}, b"", "https://x.example/")


def test_the_same_host_over_tls_is_followed_without_credentials_or_a_body() -> None:
    hop = Hop("http://x.example/a", "GET", {"Authorization": "Bearer sesame", "Accept": "a/b"}, None)
    assert after(hop, sent_to("https://x.example/a")) == Hop(
        "https://x.example/a", "GET", {"Accept": "a/b"}, None
    )
    posted = Hop("http://x.example/a", "POST", {}, b"password")
    assert after(posted, sent_to("https://x.example/a", 307)) is None


@pytest.mark.parametrize(
    "location",
    [
        "http://x.example/",
        "https://www.x.example/",
        "https://x.example:8443/",
        "https://x.example.evil.example/",
        "https://10.0.0.1/",
        "https://[64:ff9b::a00:1]/",
    ],
)
def test_nobody_but_the_host_that_was_asked_is_asked(location: str) -> None:
    hop = Hop("https://x.example/", "GET", {}, None)
    assert after(hop, sent_to(location)) is None
    assert redirected_to(hop.url, sent_to(location)) == location


@pytest.mark.parametrize(
    ("url", "response", "portal"),
    [
        ("http://x.example/", sent_to("http://10.0.0.1/login"), True),
        ("http://x.example/", sent_to("http://portal.local/"), True),
        ("http://x.example/", sent_to("http://router/"), True),
        ("https://x.example/", sent_to("http://10.0.0.1/login"), False),
        ("http://10.0.0.2/", sent_to("http://10.0.0.1/login"), False),
        ("http://x.example/", sent_to("https://x.example/"), False),
        ("http://x.example/", sent_to("http://other.example/"), False),
        ("https://x.example/", Response(511, {}, b"", "https://x.example/"), True),
    ],
)
def test_a_captive_portal_is_known_by_where_it_leads(url: str, response: Response, portal: bool) -> None:
    assert is_captive_portal(url, response) is portal


@given(st.text(), st.sampled_from([301, 302, 303, 307, 308, 300, 304, 200]))
def test_any_location_is_followed_over_http_or_not_at_all(location: str, status: int) -> None:
    hop = Hop("https://x.example/a/b", "GET", {}, None)
    following = after(hop, Response(status, {"location": location}, b"", hop.url))
    assert following is None or origin(following.url) == origin(hop.url)
    assert following is None or following.url.isascii()
