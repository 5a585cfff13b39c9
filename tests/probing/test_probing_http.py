"""HTTP as the prober asks it, against real servers on loopback."""

import asyncio
import gzip
import socket
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin

import pytest
from tests.probing.probing_servers import (
    Authority,
    Heard,
    answering,
    hear,
    http_proxy,
    reply,
    reset,
    served,
    socks_proxy,
)

from siaga.domain.failures import Failure
from siaga.platforms.conversation import Request
from siaga.probing.http import Http, RequestOutcome

MakeHttp = Callable[..., Http]
FINE = answering(lambda heard: reply(b'{"ok":true}'))


async def get(http: Http, url: str, deadline_s: float = 10.0, **headers: str) -> RequestOutcome:
    return await http.ask(Request(url, headers=headers), deadline_s)


def unused_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


async def test_each_phase_is_its_own_step_and_a_connection_used_again_has_none(
    http: MakeHttp, authority: Authority
) -> None:
    async with served(FINE, tls=authority.context("127.0.0.1")) as server:
        asked = http()
        first = await get(asked, f"https://127.0.0.1:{server.port}/")
        again = await get(asked, f"https://127.0.0.1:{server.port}/")
    assert first.response is not None
    assert again.response is not None
    assert first.response.body == again.response.body == b'{"ok":true}'
    phases = first.phases
    steps = (phases.dns_ms, phases.connect_ms, phases.tls_ms, phases.first_byte_ms)
    assert all(step is not None and step >= 0 for step in steps)
    assert sum(step or 0 for step in steps) <= (phases.total_ms or 0)
    assert (again.phases.dns_ms, again.phases.connect_ms, again.phases.tls_ms) == (None, None, None)
    assert again.phases.first_byte_ms is not None
    assert server.connections == 1


async def test_header_names_are_in_lower_case_and_of_repeated_ones_the_last_counts(http: MakeHttp) -> None:
    async with served(answering(lambda heard: reply(X_One="a", x_one="b"))) as server:
        outcome = await get(http(), f"http://127.0.0.1:{server.port}/")
    assert outcome.response is not None
    assert outcome.response.headers["x-one"] == "b"


async def test_a_body_over_its_bound_is_cut_there(http: MakeHttp) -> None:
    async with served(answering(lambda heard: reply(b"x" * 5000))) as server:
        outcome = await get(http(largest_body=1000), f"http://127.0.0.1:{server.port}/")
    assert outcome.response is not None
    assert (outcome.response.body, outcome.response.truncated) == (b"x" * 1000, True)


async def test_a_body_of_just_the_bound_is_whole(http: MakeHttp) -> None:
    async with served(answering(lambda heard: reply(b"x" * 1000))) as server:
        outcome = await get(http(largest_body=1000), f"http://127.0.0.1:{server.port}/")
    assert outcome.response is not None
    assert not outcome.response.truncated


async def test_the_bound_holds_for_what_a_small_compressed_body_becomes(http: MakeHttp) -> None:
    packed = gzip.compress(b"x" * 10_000_000)
    async with served(answering(lambda heard: reply(packed, Content_Encoding="gzip"))) as server:
        outcome = await get(http(largest_body=1000), f"http://127.0.0.1:{server.port}/")
    assert outcome.response is not None
    assert (len(outcome.response.body), outcome.response.truncated) == (1000, True)


async def test_a_body_that_cannot_be_decoded_is_an_answer_and_not_the_networks_failure(
    http: MakeHttp,
) -> None:
    async with served(answering(lambda heard: reply(b"no gzip", Content_Encoding="gzip"))) as server:
        outcome = await get(http(), f"http://127.0.0.1:{server.port}/")
    assert outcome.response is not None
    assert (outcome.response.status, outcome.response.truncated) == (200, True)


async def test_an_endless_body_is_cut_at_the_bound(http: MakeHttp) -> None:
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hear(reader)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    async with served(endless) as server:
        outcome = await get(http(largest_body=100_000), f"http://127.0.0.1:{server.port}/")
    assert outcome.response is not None
    assert (len(outcome.response.body), outcome.response.truncated) == (100_000, True)


async def test_endless_headers_are_cut_and_the_handle_serves_on(http: MakeHttp) -> None:
    async def talkative(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if (await hear(reader)).path == "/short":
            writer.write(reply(b"short"))
            return
        writer.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(8000):
            writer.write(f"X-{number}: {'y' * 80}\r\n".encode())
        await writer.drain()

    async with served(talkative) as server:
        asked = http()
        outcome = await get(asked, f"http://127.0.0.1:{server.port}/")
        after = await get(asked, f"http://127.0.0.1:{server.port}/short")
    assert outcome.response is not None
    assert (outcome.response.status, outcome.response.truncated) == (200, True)
    assert after.response is not None
    assert (after.response.body, after.response.truncated) == (b"short", False)


async def test_a_slow_drip_is_cut_by_the_deadline(http: MakeHttp) -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hear(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with served(drip) as server:
        outcome = await get(http(), f"http://127.0.0.1:{server.port}/", 0.2)
    assert (outcome.response, outcome.failure) == (None, Failure.TIMED_OUT)


async def test_no_time_left_asks_nothing(http: MakeHttp) -> None:
    async with served(FINE) as server:
        outcome = await get(http(), f"http://127.0.0.1:{server.port}/", 0.0)
    assert (outcome.failure, server.connections) == (Failure.TIMED_OUT, 0)


async def test_redirects_are_followed_and_the_last_address_is_told(http: MakeHttp) -> None:
    def answer(heard: Heard) -> bytes:
        return reply(b"there") if heard.path == "/there" else reply(status=302, Location="/there")

    async with served(answering(answer)) as server:
        outcome = await get(http(), f"http://127.0.0.1:{server.port}/here")
    assert outcome.response is not None
    assert outcome.response.final_url == f"http://127.0.0.1:{server.port}/there"
    assert outcome.response.body == b"there"


async def test_a_loop_of_redirects_ends_after_five(http: MakeHttp) -> None:
    heard: list[Heard] = []
    async with served(answering(lambda _: reply(status=302, Location="/"), heard)) as server:
        outcome = await get(http(), f"http://127.0.0.1:{server.port}/")
    assert outcome.response is not None
    assert (outcome.response.status, len(heard)) == (302, 6)


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:{other}/x",
        "http://localhost:{other}/x",
        "http://[::ffff:127.0.0.1]:{other}/x",
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/",
        "https://elsewhere.example/",
        "//elsewhere.example/x",
    ],
)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_to_another_origin_is_a_fact_and_not_a_request(
    http: MakeHttp, location: str, status: int
) -> None:
    heard: list[Heard] = []
    async with served(answering(lambda _: reply(b"other"), heard)) as other:
        there = location.format(other=other.port)
        async with served(answering(lambda _: reply(status=status, Location=there))) as server:
            url = f"http://127.0.0.1:{server.port}/"
            outcome = await get(http(), url, Authorization="Bearer sesame")
    assert heard == []
    assert outcome.response is not None
    assert outcome.response.status == status
    assert outcome.response.final_url == urljoin(url, there)
    assert outcome.phases.total_ms is not None
    assert outcome.phases.total_ms < 5000


async def test_a_network_that_wants_a_sign_in_first_is_the_vantages_own(http: MakeHttp) -> None:
    page = b"<html>Please sign in to this network</html>"
    async with served(answering(lambda _: reply(page, 511, Content_Type="text/html"))) as server:
        outcome = await get(http(), f"http://127.0.0.1:{server.port}/")
    assert outcome.failure is Failure.CAPTIVE_PORTAL
    assert outcome.response is not None
    assert outcome.response.body == page


async def test_a_redirect_on_the_same_origin_keeps_them(http: MakeHttp) -> None:
    heard: list[Heard] = []

    def answer(request: Heard) -> bytes:
        return reply() if request.path == "/b" else reply(status=307, Location="/b")

    async with served(answering(answer, heard)) as server:
        await get(http(), f"http://127.0.0.1:{server.port}/", Authorization="Bearer sesame")
    assert [one.headers.get("authorization") for one in heard] == ["Bearer sesame"] * 2


async def test_a_password_in_a_body_is_not_sent_on_to_another_origin(http: MakeHttp) -> None:
    heard: list[Heard] = []
    async with served(answering(lambda _: reply(), heard)) as other:
        there = f"http://127.0.0.1:{other.port}/"
        async with served(answering(lambda _: reply(status=307, Location=there))) as server:
            request = Request(f"http://127.0.0.1:{server.port}/", "POST", {}, b"password")
            outcome = await http().ask(request, 5)
    assert outcome.response is not None
    assert (outcome.response.status, heard) == (307, [])


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "gopher://127.0.0.1/", "http://[", "https://", "http://127.0.0.1:x/"]
)
async def test_a_redirect_to_what_is_no_http_address_is_not_followed(http: MakeHttp, location: str) -> None:
    async with served(answering(lambda _: reply(status=302, Location=location))) as server:
        outcome = await get(http(), f"http://127.0.0.1:{server.port}/")
    assert outcome.response is not None
    assert outcome.response.status == 302


async def test_a_redirect_in_letters_outside_ascii_is_followed(http: MakeHttp) -> None:
    def answer(heard: Heard) -> bytes:
        return reply(b"there") if heard.path == "/%C3%A9" else reply(status=302, Location="/Ã©")

    async with served(answering(answer)) as server:
        outcome = await get(http(), f"http://127.0.0.1:{server.port}/")
    assert outcome.response is not None
    assert outcome.response.body == b"there"


async def test_methods_and_bodies_go_out_as_told_and_leave_nothing_behind(http: MakeHttp) -> None:
    heard: list[Heard] = []
    async with served(answering(lambda _: reply(), heard)) as server:
        asked, url = http(), f"http://127.0.0.1:{server.port}/"
        for request in (
            Request(url, "POST", {}, b"a"),
            Request(url),
            Request(url, "PUT", {}, b"b"),
            Request(url),
        ):
            await asked.ask(request, 5)
    assert [(one.method, one.body) for one in heard] == [
        ("POST", b"a"),
        ("GET", b""),
        ("PUT", b"b"),
        ("GET", b""),
    ]


async def test_a_refused_connection(http: MakeHttp) -> None:
    outcome = await get(http(), f"http://127.0.0.1:{unused_port()}/")
    assert (outcome.response, outcome.failure) == (None, Failure.CONNECTION_REFUSED)


async def test_a_connection_reset_before_the_answer(http: MakeHttp) -> None:
    async def resetting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hear(reader)
        reset(writer)

    async with served(resetting) as server:
        outcome = await get(http(), f"http://127.0.0.1:{server.port}/")
    assert outcome.failure is Failure.CONNECTION_RESET


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"])
async def test_a_connection_closed_midway(http: MakeHttp, said: bytes) -> None:
    async def closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hear(reader)
        writer.write(said)
        await writer.drain()

    async with served(closing) as server:
        outcome = await get(http(), f"http://127.0.0.1:{server.port}/")
    assert outcome.failure is Failure.CONNECTION_CLOSED


async def test_what_is_no_http_is_an_unknown_failure(http: MakeHttp) -> None:
    async def ssh(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9\r\n")
        await writer.drain()
        await reader.read(100)

    async with served(ssh) as server:
        outcome = await get(http(), f"http://127.0.0.1:{server.port}/")
    assert outcome.failure is Failure.UNKNOWN


async def test_a_certificate_for_another_host(http: MakeHttp, authority: Authority) -> None:
    async with served(FINE, tls=authority.context("example.org")) as server:
        outcome = await get(http(), f"https://127.0.0.1:{server.port}/")
    assert outcome.failure is Failure.TLS_INVALID_HOSTNAME


async def test_a_certificate_by_an_authority_we_do_not_know(http: MakeHttp, tmp_path: Path) -> None:
    stranger = Authority(tmp_path, "Stranger")
    async with served(FINE, tls=stranger.context("127.0.0.1")) as server:
        outcome = await get(http(), f"https://127.0.0.1:{server.port}/")
    assert outcome.failure is Failure.TLS_UNKNOWN_AUTHORITY


async def test_an_expired_certificate(http: MakeHttp, authority: Authority) -> None:
    async with served(FINE, tls=authority.context("127.0.0.1", expired=True)) as server:
        outcome = await get(http(), f"https://127.0.0.1:{server.port}/")
    assert outcome.failure is Failure.TLS_INVALID_CERTIFICATE


async def test_a_server_that_speaks_no_tls(http: MakeHttp) -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(reply(status=400))
        await writer.drain()
        await reader.read()

    async with served(plain) as server:
        outcome = await get(http(), f"https://127.0.0.1:{server.port}/")
    assert outcome.failure is Failure.TLS_HANDSHAKE
    assert outcome.phases.first_byte_ms is None


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "http_proxy"])
async def test_no_proxy_is_taken_from_the_environment(
    http: MakeHttp, authority: Authority, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, f"http://127.0.0.1:{unused_port()}")
    async with served(FINE, tls=authority.context("127.0.0.1")) as server:
        outcome = await get(http(), f"https://127.0.0.1:{server.port}/")
    assert outcome.response is not None


@pytest.mark.parametrize(
    "variable", ["SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_DIR"]
)
async def test_no_trust_is_taken_from_the_environment(
    http: MakeHttp, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    stranger = Authority(tmp_path, "Stranger")
    monkeypatch.setenv(variable, str(stranger.file if "DIR" not in variable else tmp_path))
    async with served(FINE, tls=stranger.context("127.0.0.1")) as server:
        strange = await get(http(), f"https://127.0.0.1:{server.port}/")
    async with served(FINE, tls=authority.context("127.0.0.1")) as server:
        own = await get(http(), f"https://127.0.0.1:{server.port}/")
    assert strange.failure is Failure.TLS_UNKNOWN_AUTHORITY
    assert own.response is not None


@pytest.mark.parametrize("variable", ["NO_PROXY", "no_proxy"])
async def test_no_host_is_exempt_from_a_vantages_proxy_by_the_environment(
    http: MakeHttp, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "*")
    taken: list[str] = []
    async with served(FINE) as server, served(http_proxy(taken)) as proxy:
        asked = http(proxy=f"http://127.0.0.1:{proxy.port}")
        outcome = await get(asked, f"http://127.0.0.1:{server.port}/")
    assert outcome.response is not None
    assert taken == [f"CONNECT 127.0.0.1:{server.port}"]


async def test_a_host_name_that_does_not_resolve(http: MakeHttp) -> None:
    outcome = await get(http(), "http://nobody.invalid/")
    assert outcome.failure is Failure.DNS_NON_RECOVERABLE


async def test_a_host_that_is_no_name_at_all_is_a_failure_and_no_exception(http: MakeHttp) -> None:
    for url in ("http://bücher..example/", "http:///", "http://a b/", "http://127.0.0.1:99999/"):
        assert (await get(http(), url)).response is None


async def test_an_address_family_is_pinned(http: MakeHttp) -> None:
    async with served(FINE, host="127.0.0.1") as four:
        url = f"http://localhost:{four.port}/"
        assert (await get(http(family=4), url)).response is not None
        assert (await get(http(family=6), url)).response is None
    async with served(FINE, host="::1") as six:
        url = f"http://localhost:{six.port}/"
        assert (await get(http(family=6), url)).response is not None
        assert (await get(http(family=4), url)).response is None


async def test_an_http_proxy_carries_tls(http: MakeHttp, authority: Authority) -> None:
    taken: list[str] = []
    async with (
        served(FINE, tls=authority.context("127.0.0.1")) as server,
        served(http_proxy(taken)) as proxy,
    ):
        outcome = await get(
            http(proxy=f"http://127.0.0.1:{proxy.port}"), f"https://127.0.0.1:{server.port}/", X_Secret="s"
        )
    assert outcome.response is not None
    assert outcome.response.body == b'{"ok":true}'
    assert taken == [f"CONNECT 127.0.0.1:{server.port}"]


async def test_a_socks_proxy_resolves_the_name_where_it_stands(http: MakeHttp) -> None:
    taken: list[str] = []
    async with served(FINE) as server, served(socks_proxy(taken)) as proxy:
        asked = http(proxy=f"socks5h://127.0.0.1:{proxy.port}")
        outcome = await get(asked, f"http://platform.test:{server.port}/")
    assert outcome.response is not None
    assert taken == [f"platform.test:{server.port}"]


async def test_what_a_proxy_refuses_is_the_proxys_word(http: MakeHttp) -> None:
    async with served(http_proxy([], 403)) as closed, served(socks_proxy([], 2)) as strict:
        for proxy in (
            f"http://127.0.0.1:{closed.port}",
            f"socks5://127.0.0.1:{strict.port}",
            f"http://127.0.0.1:{unused_port()}",
            f"socks5://127.0.0.1:{unused_port()}",
        ):
            outcome = await get(http(proxy=proxy), "http://127.0.0.1:9/")
            assert outcome.failure is Failure.PROXY_REFUSED, proxy


async def test_closing_ends_what_is_in_flight_as_interrupted(http: MakeHttp) -> None:
    arrived = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        arrived.set()
        await reader.read()

    async with served(silent) as server:
        asked = http()
        flight = asyncio.create_task(get(asked, f"http://127.0.0.1:{server.port}/"))
        await arrived.wait()
        asked.close()
        asked.close()
        assert (await flight).failure is Failure.INTERRUPTED
        assert (await get(asked, f"http://127.0.0.1:{server.port}/")).failure is Failure.INTERRUPTED


async def test_a_cancelled_asking_gives_its_connection_back(http: MakeHttp) -> None:
    arrived, gone = asyncio.Event(), asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hear(reader)
        arrived.set()
        await reader.read()
        gone.set()

    async with served(silent) as server:
        flight = asyncio.create_task(get(http(), f"http://127.0.0.1:{server.port}/"))
        await arrived.wait()
        flight.cancel()
        with pytest.raises(asyncio.CancelledError):
            await flight
        await asyncio.wait_for(gone.wait(), 5)


async def test_two_thousand_askings_at_once(http: MakeHttp) -> None:
    async with served(FINE) as server:
        asked = http(most_connections=2000)
        url = f"http://127.0.0.1:{server.port}/"
        outcomes = await asyncio.gather(*(get(asked, url, 30.0) for _ in range(2000)))
    assert all(outcome.response is not None for outcome in outcomes)
