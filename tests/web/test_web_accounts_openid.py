"""People sign in through an OpenID Connect provider: a real one on loopback, and some that answer rubbish."""

import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from tests.probing.probing_servers import answering, reply, served
from tests.real.postgresql import listens
from tests.real.server_process import ServerProcess, free_port
from tests.web.acting_room import ActingRoom
from tests.web.browsing import token

from siaga.domain.time import SystemClock
from siaga.people.openid import OpenId
from siaga.people.provider import Provider

BACK = "http://127.0.0.1:8000/openid/back"


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A provider on loopback, until the module's tests are over."""
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", port]
    process = ServerProcess("openid", command, tmp_path_factory.mktemp("openid"))
    try:
        process.wait_for(lambda: listens(port))
        yield f"http://127.0.0.1:{port}"
    finally:
        process.stop(signal.SIGINT)


@pytest.fixture
def room(tmp_path: Path, issuer: str) -> Iterator[ActingRoom]:
    with ActingRoom(tmp_path) as one:
        one.more["openid"] = OpenId(Provider(issuer, "siaga", "s3cret", "Our id"), SystemClock())
        yield one


async def vouched(browser: httpx.AsyncClient, address: str, subject: str) -> httpx.Response:
    """Somebody goes to the provider, is who they are there, and comes back."""
    async with httpx.AsyncClient() as elsewhere:
        answer = await elsewhere.post(address, data={"sub": subject})
    assert answer.status_code == 302, answer.text
    back = answer.headers["location"]
    assert back.startswith(BACK)
    return await browser.get(back)


async def linked(room: ActingRoom, subject: str = "ayu@id.example") -> None:
    """Ayu links her account."""
    ayu = await room.signed_in("ayu")
    left = await ayu.post("/en/me/openid", data=token((await ayu.get("/en/me")).text))
    assert left.status_code == 303
    answer = await vouched(ayu, left.headers["location"], subject)
    assert (answer.status_code, answer.headers["location"]) == (303, "/en/me")


async def test_an_account_that_was_linked_once_signs_in_through_the_provider(room: ActingRoom) -> None:
    await linked(room)
    browser = room.browser()
    assert "Sign in with Our id" in (await browser.get("/en/sign-in")).text
    left = await browser.post("/en/openid?next=/en/cases/C-1")
    answer = await vouched(browser, left.headers["location"], "ayu@id.example")
    assert (answer.status_code, answer.headers["location"]) == (303, "/en/cases/C-1")
    assert "Control room" in (await browser.get("/en/cases/C-1")).text
    assert ">Ayu<" in (await browser.get("/en/me")).text


async def test_somebody_whom_no_account_is_linked_to_is_not_let_in(room: ActingRoom) -> None:
    await linked(room)
    browser = room.browser()
    left = await browser.post("/en/openid")
    answer = await vouched(browser, left.headers["location"], "stranger@id.example")
    assert answer.status_code == 403
    assert "No account is linked" in answer.text
    assert "siaga-session" not in answer.headers.get("set-cookie", "")


async def test_disabled_or_unlinked_nobody_signs_in_through_it(room: ActingRoom) -> None:
    await linked(room)
    ayu = await room.signed_in("ayu")
    await ayu.post("/en/me/openid-unlink", data=token((await ayu.get("/en/me")).text))
    browser = room.browser()
    left = await browser.post("/en/openid")
    assert (await vouched(browser, left.headers["location"], "ayu@id.example")).status_code == 403
    await linked(room)
    room.accounts.change("ayu", "person:eka", disabled=True)
    left = await browser.post("/en/openid")
    assert (await vouched(browser, left.headers["location"], "ayu@id.example")).status_code == 403


async def test_one_sign_in_there_belongs_to_one_account_here(room: ActingRoom) -> None:
    await linked(room, "shared@id.example")
    bima = await room.signed_in("bima")
    left = await bima.post("/en/me/openid", data=token((await bima.get("/en/me")).text))
    answer = await vouched(bima, left.headers["location"], "shared@id.example")
    assert answer.status_code == 409
    assert "is linked to another account" in answer.text
    assert not room.accounts.provider_links.is_linked("bima")


async def test_an_answer_in_another_browser_or_a_second_time_opens_nothing(room: ActingRoom) -> None:
    await linked(room)
    browser, other = room.browser(), room.browser()
    left = await browser.post("/en/openid")
    async with httpx.AsyncClient() as elsewhere:
        answer = await elsewhere.post(left.headers["location"], data={"sub": "ayu@id.example"})
    back = answer.headers["location"]
    assert (await other.get(back)).status_code == 403
    assert (await browser.get(back)).status_code == 303
    again = room.browser()
    again.cookies.set("siaga-openid", parse_qs(urlsplit(back).query)["state"][0], path="/openid/back")
    assert (await again.get(back)).status_code == 403


async def test_a_link_begun_by_one_is_not_ended_by_another(room: ActingRoom) -> None:
    ayu, bima = await room.signed_in("ayu"), await room.signed_in("bima")
    left = await ayu.post("/en/me/openid", data=token((await ayu.get("/en/me")).text))
    bima.cookies.set("siaga-openid", ayu.cookies["siaga-openid"], path="/openid/back")
    assert (await vouched(bima, left.headers["location"], "bima@id.example")).status_code == 403
    assert not room.accounts.provider_links.is_linked("bima")
    assert (await ayu.post("/en/me/openid", data={"csrf": "x"})).status_code == 403


async def test_the_provider_is_asked_with_pkce_and_the_pages_may_lead_there_alone(
    room: ActingRoom, issuer: str
) -> None:
    browser = room.browser()
    left = await browser.post("/en/openid")
    asked = parse_qs(urlsplit(left.headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [BACK]
    assert "s3cret" not in left.headers["location"]
    policy = (await browser.get("/en/sign-in")).headers["content-security-policy"]
    assert f"form-action 'self' {issuer};" in policy


@pytest.mark.parametrize(
    "answer",
    [
        reply(b"{}", 302, Location="http://127.0.0.1:1/"),
        reply(b"[]"),
        reply(b"x" * 400_000),
        reply(b"{", 500),
    ],
)
async def test_a_provider_that_is_away_or_answers_rubbish_is_said(room: ActingRoom, answer: bytes) -> None:
    async with served(answering(lambda _: answer)) as place:
        issuer = f"http://127.0.0.1:{place.port}"
        room.more["openid"] = OpenId(Provider(issuer, "siaga", "s3cret", "Our id"), SystemClock())
        page = await room.browser().post("/en/openid")
    assert page.status_code == 502
    assert "Could not sign in" in page.text
    assert re.search("s3cret", page.text) is None
