"""A real Chromium, opened on pages that we serve on loopback."""

import asyncio
import hashlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.probing.probing_servers import Handler, Heard, answering, http_proxy, reply, reset, served
from tests.probing.probing_stories import START, round_of

from siaga.domain.answers import Answer
from siaga.domain.errors import BadInput
from siaga.domain.failures import Failure
from siaga.domain.time import SimulatedClock
from siaga.platforms.conversation import Instance, Look, PageVisit
from siaga.probing.browser import LARGEST_PAGE, Browser, launched
from siaga.probing.evidence import EvidenceStore
from siaga.probing.failures.browser import failure_of
from siaga.probing.page import PageReader
from siaga.probing.recipes import read_recipe
from siaga.probing.rounds import Prober, RoundResult
from siaga.probing.transport import Transport

pytestmark = pytest.mark.browser
RULES = "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
RECIPE = """
recipe: sample
version: 1
wait: 2
surfaces:
  people: {path: "/find?q={name}", result: .post, text: .words, time: time, order: newest}
signs:
  - {answer: empty, selector: .none}
  - {answer: hidden, text: cannot be shown}
  - {answer: walled, address: "*/login*"}
  - {answer: challenged, selector: "#robot"}
"""
POSTS = """<div class=post><p class=words>Satu bicara</p><time datetime=2024-01-24T12:00:00Z></time></div>
<div class=post><p class=words>lain</p><time datetime=2024-01-24T11:00:00Z></time></div>
<div class=post style="display:none"><p class=words>satu</p></div>"""


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    if shutil.which("chromium") is None:
        pytest.fail("Chromium is missing: as root, run apt-get install --no-install-recommends chromium")
    async with launched(resolver_rules=RULES) as one:
        yield one


def page(body: str, status: int = 200, **headers: str) -> bytes:
    return reply(f"<!doctype html><body>{body}".encode(), status, Content_Type="text/html", **headers)


async def ask(browser: Browser, handler: Handler, *names: str) -> RoundResult:
    transport = Transport(browser=browser)
    try:
        async with served(handler) as server:
            prober = Prober(lambda vantage: transport)
            round_ = round_of(*names)
            prober.trust([round_.stream])
            return await prober.ask_round(
                round_,
                PageReader(read_recipe(RECIPE)),
                Instance(f"http://127.0.0.1:{server.port}"),
                election="e",
                clock=SimulatedClock(START),
            )
    finally:
        transport.close()


async def test_what_is_visible_is_counted_graded_and_kept_with_its_picture(
    browser: Browser, tmp_path: Path
) -> None:
    heard: list[Heard] = []
    late = f"<script>setTimeout(() => document.body.innerHTML = `{POSTS}`, 50)</script>"
    result = await ask(browser, answering(lambda request: page(late), heard), "satu & dua")
    assert [one.path for one in heard if one.path != "/favicon.ico"] == ["/find?q=satu%20%26%20dua"]
    (found,) = result.measurements
    assert (found.answer, found.count, found.ordered, found.status) == (Answer.RESULTS, 2, True, 200)
    assert found.reader == "page-sample@1.2"
    assert found.total_ms is not None
    assert found.first_byte_ms is not None
    digest = str(found.body_sha256)
    assert hashlib.sha256(result.bodies[digest]).hexdigest() == digest
    evidence = EvidenceStore(tmp_path)
    evidence.keep_all("page", result.measurements[0].at, result.bodies, result.pictures)
    assert (evidence.picture(digest) or b"").startswith(b"\x89PNG")
    assert b"Satu bicara" in (evidence.read(digest) or b"")


async def test_each_wall_and_notice_is_told_from_no_results(browser: Browser) -> None:
    answers = {
        "none": page("<p class=none>Nothing here"),
        "hidden": page("<p>This CANNOT be shown"),
        "walled": reply(status=302, Location="/login?next=x"),
        "robot": page(f"<p id=robot>?</p>{POSTS}"),
        "changed": page("<p>a new layout"),
        "both": page(f"<p class=none>Nothing</p>{POSTS}"),
        "broken": page("sorry", 503),
        "script": page("<script>location = '/login'</script>"),
    }

    def answer(request: Heard) -> bytes:
        name = request.path.rpartition("=")[2]
        return answers[name] if name in answers else page("<form>sign in")

    result = await ask(browser, answering(answer), *answers)
    assert {m.name: m.answer.value for m in result.measurements} == {
        "none": "empty",
        "hidden": "hidden",
        "walled": "walled",
        "robot": "challenged",
        "changed": "unreadable",
        "both": "unreadable",
        "broken": "error",
        "script": "walled",
    }
    assert str(result.measurements[2].final_url).endswith("/login?next=x")


async def test_a_visit_leaves_no_cookie_for_the_next(browser: Browser) -> None:
    heard: list[Heard] = []
    answer = page("<p class=none>Nothing", Set_Cookie="a=b; Max-Age=1000")
    await ask(browser, answering(lambda request: answer, heard), "one", "two")
    assert [one for one in heard if "cookie" in one.headers and one.path != "/favicon.ico"] == []


async def test_a_download_is_not_taken_and_is_no_page(browser: Browser) -> None:
    answer = reply(b"x" * 1000, Content_Disposition="attachment; filename=x.bin")
    result = await ask(browser, answering(lambda request: answer), "a")
    assert result.measurements[0].answer is Answer.UNREADABLE


async def test_a_page_that_is_too_large_is_cut(browser: Browser) -> None:
    answer = page(f"<p class=none>{'x' * (LARGEST_PAGE + 100)}")
    result = await ask(browser, answering(lambda request: answer), "a")
    assert result.measurements[0].answer is Answer.UNREADABLE
    assert result.measurements[0].bytes == LARGEST_PAGE


async def test_a_page_that_never_yields_is_cut_by_the_deadline(browser: Browser) -> None:
    async with served(answering(lambda request: page("<script>for(;;);</script>"))) as server:
        visit = PageVisit(f"http://127.0.0.1:{server.port}/", (Look("p"),))
        outcome = await browser.visit(visit, 1.0)
        assert outcome.failure is Failure.TIMED_OUT


async def test_failing_steps_have_their_words(browser: Browser) -> None:
    async def resets(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        reset(writer)

    async with served(resets) as resetting:
        pass
    for url, failure in (
        ("http://nowhere.invalid/", Failure.DNS_NON_RECOVERABLE),
        (f"http://127.0.0.1:{resetting.port}/", Failure.CONNECTION_REFUSED),
        ("file:///etc/passwd", Failure.UNKNOWN),
    ):
        assert (await browser.visit(PageVisit(url, ()), 10.0)).failure is failure, url


async def test_a_proxy_carries_the_page() -> None:
    taken: list[str] = []
    async with served(http_proxy(taken, 403)) as proxy:
        address = f"http://127.0.0.1:{proxy.port}"
        async with launched(proxy=address) as browser:
            outcome = await browser.visit(PageVisit("https://127.0.0.1:10443/", ()), 10.0)
    assert outcome.failure is Failure.PROXY_REFUSED
    assert set(taken) == {"CONNECT 127.0.0.1:10443"}, "the browser reaches nothing of its own accord"


async def test_a_browser_that_was_not_switched_on_is_said() -> None:
    transport = Transport()
    with pytest.raises(BadInput, match="not switched on"):
        await transport.visit(PageVisit("http://127.0.0.1/", ()), 1.0)
    transport.close()


async def test_a_missing_browser_is_said() -> None:
    with pytest.raises(BadInput, match="does not start"):
        async with launched(program="/nonexistent/chromium"):
            pass


@pytest.mark.parametrize(
    ("message", "failure"),
    [
        ("net::ERR_CONNECTION_RESET at", Failure.CONNECTION_RESET),
        ("net::ERR_CERT_AUTHORITY_INVALID", Failure.TLS_UNKNOWN_AUTHORITY),
        ("net::ERR_CERT_COMMON_NAME_INVALID", Failure.TLS_INVALID_HOSTNAME),
        ("net::ERR_CERT_DATE_INVALID", Failure.TLS_INVALID_CERTIFICATE),
        ("net::ERR_PROXY_CONNECTION_FAILED", Failure.UNKNOWN),
        ("something else", Failure.UNKNOWN),
    ],
)
def test_chromiums_words_become_ours(message: str, failure: Failure) -> None:
    assert failure_of(message, proxied=False) is failure


@pytest.mark.parametrize("way", ["redirect", "script", "picture", "frame", "form"])
async def test_a_page_cannot_make_the_browser_ask_an_address_inside(browser: Browser, way: str) -> None:
    heard: list[Heard] = []
    async with served(answering(lambda _: page("inside"), heard)) as inside:
        there = f"http://127.0.0.1:{inside.port}/admin"
        body = {
            "script": f"<script>fetch('{there}', {{mode: 'no-cors'}}); location = '{there}'</script>",
            "picture": f"<img src={there}>",
            "frame": f"<iframe src={there}></iframe>",
            "form": f"<form action={there} method=post></form><script>document.forms[0].submit()</script>",
        }.get(way, "")
        sent_on = {"Location": there} if way == "redirect" else {}
        result = await ask(
            browser, answering(lambda _: page(body, 302 if sent_on else 200, **sent_on)), "satu"
        )
    assert heard == []
    (found,) = result.measurements
    assert found.answer is Answer.UNREADABLE
    if way == "redirect":
        assert found.final_url == there


async def test_a_page_may_ask_its_own_origin(browser: Browser) -> None:
    def answer(heard: Heard) -> bytes:
        if heard.path == "/more":
            return page(POSTS)
        return page(
            "<script>fetch('/more').then(r => r.text()).then(t => document.body.innerHTML = t)</script>"
        )

    result = await ask(browser, answering(answer), "satu")
    assert result.measurements[0].answer is Answer.RESULTS
