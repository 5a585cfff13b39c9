"""The stepwise probe, against a name server and servers of our own."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from cryptography import x509
from tests.probing.probing_servers import Authority, Handler, answering, hear, reply, reset, served
from tests.probing.probing_stories import START, Plain, round_of
from tests.probing.test_probing_http import FINE, unused_port

from siaga.domain.answers import Answer
from siaga.domain.failures import Failure
from siaga.domain.time import SimulatedClock
from siaga.platforms.conversation import Instance
from siaga.probing.connection_probe import ConnectionProber, Operation, Trace
from siaga.probing.dns import Resolver
from siaga.probing.rounds import Prober
from siaga.probing.transport import Transport

ZONE = {"four.test": {"A": "127.0.0.1"}, "both.test": {"A": "127.0.0.1", "AAAA": "::1"}, "bare.test": {}}
RCODES = {
    "failing.test": dns.rcode.SERVFAIL,
    "secret.test": dns.rcode.REFUSED,
    "odd.test": dns.rcode.NOTIMP,
}


class NameServer(asyncio.DatagramProtocol):
    """Knows `ZONE`, fails as in `RCODES`, and says nothing of `silent.test`."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        asked = dns.message.from_wire(data)
        question = asked.question[0]
        name, kind = str(question.name).rstrip("."), question.rdtype.name
        if name == "silent.test":
            return
        answer = dns.message.make_response(asked)
        answer.flags |= dns.flags.RA
        if name in ZONE:
            if (record := ZONE[name].get(kind)) is not None:
                answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, record))
        else:
            answer.set_rcode(RCODES.get(name, dns.rcode.NXDOMAIN))
        self.transport.sendto(answer.to_wire(), address)


@asynccontextmanager
async def name_server() -> AsyncIterator[Resolver]:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(NameServer, local_addr=("127.0.0.1", 0))
    try:
        yield Resolver([("127.0.0.1", transport.get_extra_info("sockname")[1])])
    finally:
        transport.close()


def failed(trace: Trace) -> tuple[Operation, Failure | None] | None:
    return (trace.failed.operation, trace.failed.failure) if trace.failed else None


async def test_every_step_to_an_answer_is_told(authority: Authority) -> None:
    tls = authority.context("four.test")
    async with name_server() as resolver, served(FINE, tls=tls) as server:
        trace = await ConnectionProber(resolver=resolver, trust=str(authority.file)).probe(
            f"https://four.test:{server.port}/a?b"
        )
    assert [(step.operation, step.target) for step in trace.steps] == [
        (Operation.RESOLVE, "four.test"),
        (Operation.CONNECT, "127.0.0.1"),
        (Operation.TLS_HANDSHAKE, "four.test"),
        (Operation.EXCHANGE, "four.test"),
    ]
    assert trace.failed is None
    assert (trace.status, trace.body, trace.asked) == (200, b'{"ok":true}', 1)
    assert x509.load_der_x509_certificate(trace.chain[0]).subject.rfc4514_string() == "CN=four.test"
    assert trace.first_byte_ms is not None


@pytest.mark.parametrize(
    ("host", "failure"),
    [
        ("nobody.test", Failure.DNS_NXDOMAIN),
        ("failing.test", Failure.DNS_SERVFAIL),
        ("secret.test", Failure.DNS_REFUSED),
        ("odd.test", Failure.DNS_NON_RECOVERABLE),
        ("bare.test", Failure.DNS_NO_ANSWER),
        ("silent.test", Failure.TIMED_OUT),
        (f"{'a' * 80}.test", Failure.DNS_NON_RECOVERABLE),
    ],
)
async def test_what_dns_says_is_told_apart(host: str, failure: Failure) -> None:
    async with name_server() as resolver:
        trace = await ConnectionProber(resolver=resolver).probe(f"http://{host}/", 0.3)
    assert failed(trace) == (Operation.RESOLVE, failure)


async def test_a_name_server_that_is_not_there_is_a_passing_failure() -> None:
    resolver = Resolver([("127.0.0.1", unused_port())])
    trace = await ConnectionProber(resolver=resolver).probe("http://four.test/", 0.5)
    assert failed(trace) in {
        (Operation.RESOLVE, Failure.DNS_TEMPORARY),
        (Operation.RESOLVE, Failure.TIMED_OUT),
    }


async def test_the_system_knows_names_that_dns_does_not() -> None:
    async with served(FINE) as server:
        trace = await ConnectionProber(family=4).probe(f"http://localhost:{server.port}/")
    assert trace.failed is None
    assert trace.steps[0].operation is Operation.RESOLVE


async def test_a_private_address_is_a_lie_of_dns_only_where_nothing_answers_there() -> None:
    async with name_server() as resolver:
        trace = await ConnectionProber(resolver=resolver).probe(f"http://four.test:{unused_port()}/")
        assert failed(trace) == (Operation.RESOLVE, Failure.DNS_BOGON)
        async with served(FINE) as server:
            trace = await ConnectionProber(resolver=resolver).probe(f"http://four.test:{server.port}/")
            assert trace.failed is None


async def test_an_address_family_is_pinned_and_the_next_address_tried() -> None:
    async with name_server() as resolver, served(FINE, host="::1") as server:
        url = f"http://both.test:{server.port}/"
        either = await ConnectionProber(resolver=resolver).probe(url)
        six = await ConnectionProber(resolver=resolver, family=6).probe(url)
        four = await ConnectionProber(resolver=resolver, family=4).probe(url)
    assert [step.target for step in either.steps[1:3]] == ["127.0.0.1", "::1"]
    assert either.failed is six.failed is None
    assert six.addresses == ("::1",)
    assert four.steps[-1].failure is Failure.CONNECTION_REFUSED


async def test_a_refused_connection() -> None:
    trace = await ConnectionProber().probe(f"http://127.0.0.1:{unused_port()}/")
    assert failed(trace) == (Operation.CONNECT, Failure.CONNECTION_REFUSED)


async def test_a_connection_that_nobody_takes() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
        trace = await ConnectionProber().probe(f"http://127.0.0.1:{port}/", 0.2)
        for filler in fillers:
            filler.close()
    assert failed(trace) == (Operation.CONNECT, Failure.TIMED_OUT)


async def closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)


async def resetting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    reset(writer)


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    writer.write(b"SSH-2.0-OpenSSH_9\r\n")
    await writer.drain()
    await reader.read()


@pytest.mark.parametrize(
    ("handler", "in_handshake", "in_exchange"),
    [
        (closing, Failure.CONNECTION_CLOSED, Failure.CONNECTION_CLOSED),
        (resetting, Failure.CONNECTION_RESET, Failure.CONNECTION_RESET),
        (silent, Failure.TIMED_OUT, Failure.TIMED_OUT),
        (plain, Failure.TLS_HANDSHAKE, Failure.UNKNOWN),
    ],
)
async def test_what_happens_in_handshake_and_exchange_is_told_apart(
    handler: Handler, in_handshake: Failure, in_exchange: Failure
) -> None:
    async with served(handler) as server:
        steps = ConnectionProber()
        secure = await steps.probe(f"https://127.0.0.1:{server.port}/", 0.5)
        bare = await steps.probe(f"http://127.0.0.1:{server.port}/", 0.5)
    assert failed(secure) == (Operation.TLS_HANDSHAKE, in_handshake)
    assert failed(bare) == (Operation.EXCHANGE, in_exchange)


async def test_certificates_that_are_not_accepted_are_kept_with_the_reason(
    authority: Authority, tmp_path: Path
) -> None:
    stranger = Authority(tmp_path, "Stranger")
    steps = ConnectionProber(trust=str(authority.file))
    for tls, failure in (
        (authority.context("example.org"), Failure.TLS_INVALID_HOSTNAME),
        (authority.context("127.0.0.1", expired=True), Failure.TLS_INVALID_CERTIFICATE),
        (stranger.context("127.0.0.1"), Failure.TLS_UNKNOWN_AUTHORITY),
    ):
        async with served(FINE, tls=tls) as server:
            trace = await steps.probe(f"https://127.0.0.1:{server.port}/")
        assert failed(trace) == (Operation.TLS_HANDSHAKE, failure)
        assert x509.load_der_x509_certificate(trace.chain[0]).serial_number


@pytest.mark.parametrize("said", [b"", b"Content-Length: 999999\r\n"])
async def test_a_body_is_bounded_whatever_length_it_says(said: bytes) -> None:
    async def long(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hear(reader)
        writer.write(b"HTTP/1.1 200 OK\r\n" + said + b"\r\n" + b"x" * 10_000)
        await writer.drain()
        await reader.read()

    async with served(long) as server:
        trace = await ConnectionProber(largest_body=1000).probe(f"http://127.0.0.1:{server.port}/")
    assert trace.failed is None
    assert trace.body == b"x" * 1000


async def test_a_body_without_length_ends_with_the_connection(authority: Authority) -> None:
    async def ending(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hear(reader)
        writer.write(b"HTTP/1.0 204 None\r\n\r\nall of it")

    async with served(ending, tls=authority.context("127.0.0.1")) as server:
        trace = await ConnectionProber(trust=str(authority.file)).probe(f"wss://127.0.0.1:{server.port}/")
    assert (trace.failed, trace.status, trace.body) == (None, 204, b"all of it")


async def test_an_endless_head_ends() -> None:
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hear(reader)
        writer.write(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20_000)
        await writer.drain()
        await reader.read()

    async with served(endless) as server:
        trace = await ConnectionProber().probe(f"http://127.0.0.1:{server.port}/")
    assert failed(trace) == (Operation.EXCHANGE, Failure.UNKNOWN)


@pytest.mark.parametrize("url", ["ftp://example.org/", "http://", "nonsense", "http://a:b/"])
async def test_what_is_no_address_is_an_error(url: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        await ConnectionProber().probe(url)


async def test_a_cancelled_probe_closes_its_socket() -> None:
    gone = asyncio.Event()

    async def waiting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hear(reader)
        probing.cancel()
        await reader.read()
        gone.set()

    async with served(waiting) as server:
        probing = asyncio.create_task(ConnectionProber().probe(f"http://127.0.0.1:{server.port}/"))
        with pytest.raises(asyncio.CancelledError):
            await probing
        await asyncio.wait_for(gone.wait(), 5)


async def test_a_rounds_unclear_failure_is_named_by_its_step() -> None:
    transport = Transport()
    prober = Prober(lambda vantage: transport)
    instance = Instance("http://nobody.invalid")
    result = await prober.ask_round(
        round_of("a", "b"), Plain(), instance, election="e", clock=SimulatedClock(START)
    )
    transport.close()
    words = {m.failure for m in result.measurements}
    assert len(words) == 1
    assert words <= {
        Failure.DNS_NXDOMAIN,
        Failure.DNS_TEMPORARY,
        Failure.DNS_REFUSED,
        Failure.DNS_SERVFAIL,
        Failure.DNS_NON_RECOVERABLE,
    }


async def test_a_round_whose_host_answers_meanwhile_keeps_its_word(authority: Authority) -> None:
    connections = 0

    async def moody(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        if connections <= 1:
            await hear(reader)
        else:
            await answering(lambda _: reply())(reader, writer)

    transport = Transport()
    async with served(moody) as server:
        prober = Prober(lambda vantage: transport, concurrency=lambda platform: 1)
        instance = Instance(f"http://127.0.0.1:{server.port}")
        result = await prober.ask_round(
            round_of("a"), Plain(), instance, election="e", clock=SimulatedClock(START)
        )
    transport.close()
    assert result.measurements[0].failure is Failure.CONNECTION_CLOSED
    assert result.sent == 2


@pytest.mark.parametrize("address", ["http://[", "http://a:b", "nonsense"])
async def test_a_platform_without_a_usable_address_is_unreachable_and_no_exception(address: str) -> None:
    transport = Transport()
    prober = Prober(lambda vantage: transport)
    result = await prober.ask_round(
        round_of("a"), Plain(), Instance(address), election="e", clock=SimulatedClock(START)
    )
    transport.close()
    assert result.measurements[0].answer is Answer.UNREACHABLE
