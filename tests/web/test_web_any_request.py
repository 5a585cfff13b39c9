"""Whatever is asked of whatever page by whomever: answered whole, protected, and never by a fault of ours."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.web.asked_site import HOST, ROLES, AskedSite, RawAnswer

import siaga.web
from siaga.web.http.protection import POLICY
from siaga.web.http.session import csrf_of

WEB: Final = Path(siaga.web.__file__).parent
CODE: Final = "\n".join(
    path.read_text() for path in sorted(WEB.rglob("*")) if path.suffix in {".py", ".html"}
)
FIELDS: Final = sorted(
    {*re.findall(r'name="([a-z_-]+)"', CODE), *re.findall(r'(?:text|all|get|params\[)\(?"([a-z_-]+)"', CODE)}
)
"""What pages read of forms and addresses."""
WORDS: Final = sorted(set(re.findall(r'"([a-z][a-z-]{2,24})"', CODE)))
"""What they compare it with: acts, kinds, roles."""
KNOWN: Final = (
    *(
        "en",
        "id",
        "x",
        "bluesky",
        "mahfud",
        "anies",
        "ganjar",
        "C-1",
        "C-2",
        "C-3",
        "r1",
        "jakarta",
        "debate-4",
    ),
    *("citra", "eka", "24h", "30d", "2024-01-25", "2024-01-25T07:30", "2024-01-25T07:30:00Z", "1", "0", "99"),
    *(
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59",
        "2024-02-30",
        "-1",
        "9" * 30,
        "1e9",
        "٣",
        "²",
        "",
        " ",
        "..",
    ),
    *("\x00", "\x85", "\u202e", "\ufffe", "\U0001f600" * 40, "a" * 5_000, "<script>", "%", "{x}", "x-oncall"),
    *("//evil.example", "/en/me", "C-1.parquet", "https://evil.example/", "ayu@host.example", "\r\nX: y"),
)
VALUES: Final = st.one_of(
    st.sampled_from(KNOWN),
    st.sampled_from(WORDS),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
)
PAIRS: Final = st.lists(st.tuples(st.sampled_from(FIELDS), VALUES), max_size=12)
HEADERS: Final = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(
                [
                    "accept",
                    "accept-language",
                    "accept-encoding",
                    "if-none-match",
                    "if-modified-since",
                    "range",
                    "content-type",
                    "content-length",
                    "host",
                    "origin",
                    "sec-fetch-site",
                    "authorization",
                    "idempotency-key",
                    "x-forwarded-for",
                    "user-agent",
                    "cookie",
                    "last-event-id",
                ]
            ),
            st.one_of(
                st.sampled_from(
                    [
                        "application/json",
                        "en-GB;q=x,id",
                        "gzip",
                        "bytes=0-0",
                        "bytes=9-1,2-",
                        "multipart/form-data;boundary=x",
                        "multipart/form-data",
                        "text/plain;charset=none",
                        "Bearer",
                        "0",
                        "*",
                        'W/"x"',
                        "siaga-session=x;y",
                    ]
                ),
                st.text(st.characters(codec="latin-1"), max_size=20),
            ),
        ),
        st.tuples(st.just("accept-language"), st.sampled_from(["en", "id", "fr", "*"])),
    ),
    max_size=3,
)
BODIES: Final = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n\x89PNG\r\n--x--\r\n',
            b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\na\x00b\xff\r\n--x--\r\n',
            b"--x\r\nContent-Disposition: form-data\r\n\r\n--x",
            b"a=%ff&b=%00&&=&" + b"c=d&" * 300,
            b'{"id": 1e999}',
        ]
    ),
)
THERE: Final = defaultdict(
    lambda: VALUES,
    case=st.sampled_from(["C-1", "C-2", "C-3"]),
    platform=st.sampled_from(["x", "bluesky"]),
    subject=st.sampled_from(["mahfud", "anies"]),
    act=st.sampled_from(WORDS),
    what=st.sampled_from(WORDS),
    surface=st.sampled_from(["profile", "search-latest"]),
    seq=st.integers(0, 40).map(str),
)
"""Of the parts of an address, such as are there."""
EXAMPLES: Final = 40
"""For each role. More are asked by hand now and then: 300 take some two minutes."""
METHODS: Final = st.sampled_from(["GET", "GET", "POST", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "X"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AskedSite]:
    with AskedSite(tmp_path_factory.mktemp("site")) as opened:
        yield opened


def is_well_answered(answer: RawAnswer, method: str, path: str) -> None:
    """As every answer must be."""
    assert answer.status < 500, (answer.status, answer.body[-2_000:])
    assert answer.closed
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert not any("\n" in value or "\r" in value for value in answer.headers.values())
    if (address := answer.headers.get("location")) is not None:
        assert re.match(rf"/(?!/)|http://{re.escape(HOST)}/", address), address
    if not answer.headers.get("content-type", "").startswith("text/html") or method == "HEAD":
        return
    if "content-encoding" in answer.headers:
        return
    text, asked_in = answer.text, path.split("/")[1]
    language = re.search(r'<html[^>]* lang="(\w+)"', text)
    assert language is not None
    assert asked_in not in {"en", "id"} or language[1] == asked_in
    assert "<h1" in text
    assert "http-equiv" not in text
    if answer.status >= 400:
        said = re.search(r"<h1.*?<main|<main.*", text, re.DOTALL)
        assert said is not None
        assert re.search(r"<p[^>]*>[^<]{15,}", said[0]), "what is wrong, and what to do"


def sent(site: AskedSite, role: str | None, pairs: list[tuple[str, str]], is_ours: bool) -> tuple[Any, bytes]:
    """The headers and the body of a form, of one of our pages or not."""
    headers, form = [("content-type", "application/x-www-form-urlencoded")], list(pairs)
    if role is not None:
        token = site.token_of(role)
        headers.append(("cookie", f"siaga-session={token}"))
        if is_ours:
            form.append(("csrf", csrf_of(token)))
    return headers, urlencode(form).encode()


@pytest.mark.parametrize("role", [None, *ROLES])
def test_each_page_is_answered_to_each_role(site: AskedSite, role: str | None) -> None:
    for route in list(site.routes()):
        for value in ("1", "\x00%2e%2e/"):
            path = re.sub(r"\{[^}]*\}", value, route.path.replace("{language}", "en"))
            for method in ("GET", "POST"):
                headers, body = sent(site, role, [("text", value), ("id", value)], is_ours=True)
                answer = site.ask(method, path, query=f"page={value}", headers=headers, body=body)
                is_well_answered(answer, method, path)


@pytest.mark.parametrize("role", [None, *ROLES])
@settings(
    max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_no_request_is_answered_by_a_fault_of_ours(
    site: AskedSite, role: str | None, data: st.DataObject
) -> None:
    route = data.draw(st.sampled_from(list(site.routes())))
    path = route.path.replace("{language}", data.draw(st.sampled_from(["en", "id", "xx"])))
    path = re.sub(r"\{([^}]*)\}", lambda found: data.draw(st.one_of(THERE[found[1]], VALUES)), path)
    headers, body = sent(site, role, data.draw(PAIRS), data.draw(st.booleans()))
    more, method = data.draw(HEADERS), data.draw(METHODS)
    has_other_body = data.draw(st.booleans())
    if more and has_other_body:
        body = data.draw(BODIES)
        headers = [each for each in headers if each[0] not in dict(more)]
    answer = site.ask(method, path, query=urlencode(data.draw(PAIRS)), headers=[*headers, *more], body=body)
    is_well_answered(answer, method, path)


@pytest.mark.parametrize("role", [None, *ROLES])
@settings(
    max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_no_form_of_ours_is_answered_by_a_fault_whatever_is_typed(
    site: AskedSite, role: str | None, data: st.DataObject
) -> None:
    action, fields = data.draw(st.sampled_from(site.forms_of(role)))
    names = [name for name, _ in fields]
    typed = data.draw(st.dictionaries(st.sampled_from([*names, *FIELDS]), VALUES, max_size=5))
    missing = data.draw(st.sets(st.sampled_from([*names, ""]), max_size=1))
    pairs = [(name, typed.pop(name, value)) for name, value in fields if name not in missing]
    pairs = [pair for pair in pairs if pair[0] != "csrf" or role is None]
    headers, body = sent(site, role, [*pairs, *typed.items()], is_ours=True)
    is_well_answered(site.ask("POST", action, headers=headers, body=body), "POST", action)
