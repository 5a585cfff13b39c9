"""Addresses: what may be written down, and what goes along with a redirect."""

from hypothesis import given
from hypothesis import strategies as st

from siaga.platforms.conversation import Response
from siaga.probing.addresses import Hop, after, origin, shown


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


def test_a_redirect_from_tls_to_plain_http_takes_no_credentials_along() -> None:
    hop = Hop("https://x.example/", "GET", {"Authorization": "Bearer sesame"}, None)
    following = after(hop, Response(302, {"location": "http://x.example/"}, b"", hop.url))
    assert following == Hop("http://x.example/", "GET", {}, None)


@given(st.text(), st.sampled_from([301, 302, 303, 307, 308, 300, 304, 200]))
def test_any_location_is_followed_over_http_or_not_at_all(location: str, status: int) -> None:
    hop = Hop("https://x.example/a/b", "GET", {}, None)
    following = after(hop, Response(status, {"location": location}, b"", hop.url))
    assert following is None or origin(following.url)[0] in {"http", "https"}
    assert following is None or following.url.isascii()
