"""Askings a second and processor time each, kept alive and on new connections, beside blackbox_exporter.

    python -m benchmarks.probing [--seconds 8]

Needs nginx and prometheus-blackbox-exporter (Debian: nginx-light, prometheus-blackbox-exporter). nginx
answers over TLS on one core; whatever is measured runs on another. Kept-alive askings are measured from the
round to the durable record: prober, reader, measurement store; and, for what each part costs, with less.
"""

import argparse
import asyncio
import cProfile
import json
import os
import pstats
import random
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

import psutil
import uvloop
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from siaga.domain.answers import Answer, Role, Session
from siaga.domain.ids import uuid7
from siaga.domain.options import NO_OPTIONS, Options
from siaga.domain.records import Asking, Round, Stream
from siaga.domain.time import SystemClock
from siaga.measurements.store import Store
from siaga.measurements.writer import Writer
from siaga.platforms.conversation import (
    Conversation,
    Instance,
    PlatformReader,
    Query,
    Reading,
    Request,
    SelfTestStep,
    SignIn,
)
from siaga.platforms.registry import platforms
from siaga.probing.connection_probe import ConnectionProber
from siaga.probing.rounds import Prober
from siaga.probing.transport import Transport

SERVING, MEASURED = 0, 1
"""The cores: of the target (and of what drives the exporter), and of what is measured."""
NAMES = 26
"""Askings in a round: six targets, eighteen controls, two canaries."""
PLATFORMS = 16
ROUNDS_AT_ONCE = 32
AT_ONCE = 128
"""Askings in flight, on all platforms together."""
NEW_AT_ONCE = 16
ANSWER = json.dumps(
    {
        "actors": [
            {
                "did": f"did:plc:{number:024}",
                "handle": f"name{number}.example.org",
                "displayName": f"Name {number}",
                "description": "Kept short. " * 6,
                "indexedAt": "2024-01-25T00:00:00.000Z",
            }
            for number in range(10)
        ]
    }
).encode()
NGINX = """
worker_processes 1; daemon off; pid nginx.pid; error_log stderr crit;
events {{ worker_connections 8192; }}
http {{
  access_log off; keepalive_requests 100000000; keepalive_timeout 600s; server_tokens off;
  client_body_temp_path a; proxy_temp_path b; fastcgi_temp_path c; uwsgi_temp_path d; scgi_temp_path e;
  default_type application/json; ssl_session_tickets off; ssl_session_cache off;
  server {{
    listen 127.0.0.1:{port} ssl backlog=4096; ssl_certificate chain.pem; ssl_certificate_key key.pem;
    root {directory}; location / {{ try_files /answer.json =404; }}
  }}
}}
"""
BLACKBOX = """
modules:
  https:
    prober: http
    timeout: 5s
    http: {{preferred_ip_protocol: ip4, enable_http2: false, tls_config: {{ca_file: {ca}}}}}
"""


class Took(NamedTuple):
    """What a measuring came to."""

    askings: int
    wall_s: float
    cpu_s: float

    def __str__(self) -> str:
        return (
            f"{self.askings / self.wall_s:8,.0f} a second "
            f"{self.askings / self.cpu_s:8,.0f} a processor second "
            f"{self.cpu_s / self.askings * 1e6:8,.1f} us each"
        )


def certify(directory: Path) -> None:
    """A certificate for the target, which vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "target")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (directory / "chain.pem").write_bytes(certificate.public_bytes(pem))
    (directory / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def free_port() -> int:
    """A port of 127.0.0.1 that nobody has."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def running(command: list[str], core: int, port: int, directory: Path) -> Iterator[int]:
    """A program on one core, for the length of a block, once it listens; its process id."""
    process = subprocess.Popen(
        ["taskset", "-c", str(core), *command],
        cwd=directory,
        env={**os.environ, "GOMAXPROCS": "1"},
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


@contextmanager
def target(directory: Path) -> Iterator[int]:
    """nginx over TLS; its port."""
    port = free_port()
    certify(directory)
    (directory / "answer.json").write_bytes(ANSWER)
    directory.chmod(0o755)
    (directory / "nginx.conf").write_text(NGINX.format(port=port, directory=directory))
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or "nginx"
    with running([nginx, "-p", str(directory), "-c", "nginx.conf"], SERVING, port, directory):
        yield port


def a_round(number: int) -> Round:
    """A round as the planner makes them."""
    now = datetime.now(UTC)
    seed = random.Random(number).randbytes(32)
    askings = tuple(
        Asking(
            position, f"name-{position}", Role.TARGET if position < 6 else Role.CONTROL, f"Name {position}"
        )
        for position in range(NAMES)
    )
    stream = Stream(f"bluesky-{number % PLATFORMS}", "people", "here", Session.PUBLIC)
    return Round(uuid7(now, int.from_bytes(seed, "big")), now, stream, seed, askings)


class ByStatus:
    """The least that a reader can be: found is 200. It shows what readers cost beside the rest."""

    id = "status"
    reader = "status@1"
    surfaces: Mapping[str, frozenset[Session]] = {"people": frozenset({Session.PUBLIC})}
    credential: str | None = None
    cost: Mapping[str, int] = {"people": 1}
    options: Options = NO_OPTIONS

    def sign_in(self, instance: Instance) -> SignIn | None:
        """Nothing to sign in to."""
        return None

    def self_test(self, instance: Instance, surface: str, at: datetime) -> SelfTestStep | None:
        """It has none."""
        return None

    def ask(self, instance: Instance, query: Query) -> Conversation:
        """One request."""
        response = yield Request(instance.address + "/xrpc/app.bsky.actor.searchActors?q=name&limit=25")
        return Reading(Answer.RESULTS if response.status == 200 else Answer.UNREADABLE)


async def kept_alive(
    port: int, directory: Path, seconds: float, reader: PlatformReader, stored: bool
) -> Took:
    """Rounds asked over kept-alive TLS, each stored durably or forgotten."""
    clock = SystemClock()
    transport = Transport(trust=str(directory / "chain.pem"))
    prober = Prober(lambda vantage: transport, concurrency=lambda platform: AT_ONCE // PLATFORMS)
    instance = Instance(f"https://127.0.0.1:{port}")
    done = 0

    async def ask_rounds(writer: Writer, until: float, first: int) -> None:
        nonlocal done
        number = first
        while time.perf_counter() < until:
            round_ = a_round(number)
            number += ROUNDS_AT_ONCE
            result = await prober.ask_round(round_, reader, instance, election="benchmark", clock=clock)
            if stored:
                await writer.append(result.measurements, [round_])
            assert all(m.answer is Answer.RESULTS for m in result.measurements), result.measurements[0]
            done += len(result.measurements)

    async def everybody(writer: Writer, length: float) -> None:
        until = time.perf_counter() + length
        await asyncio.gather(*(ask_rounds(writer, until, first) for first in range(ROUNDS_AT_ONCE)))

    with tempfile.TemporaryDirectory() as name:
        store = Store.open(Path(name), clock)
        async with Writer(store, clock) as writer:
            await everybody(writer, 1.0)  # connections made
            done = 0
            wall, cpu = time.perf_counter(), time.process_time()
            await everybody(writer, seconds)
            took = Took(done, time.perf_counter() - wall, time.process_time() - cpu)
        store.close()
    transport.close()
    return took


async def requests_alone(port: int, directory: Path, seconds: float) -> Took:
    """The transport without rounds."""
    transport = Transport(trust=str(directory / "chain.pem"))
    wanted = Request(f"https://127.0.0.1:{port}/xrpc/app.bsky.actor.searchActors?q=name&limit=25")
    done = 0

    async def one_after_another(until: float) -> None:
        nonlocal done
        while time.perf_counter() < until:
            outcome = await transport.ask(wanted, 10)
            assert outcome.response is not None
            done += 1

    await asyncio.gather(*(one_after_another(time.perf_counter() + 1) for _ in range(AT_ONCE)))
    done = 0
    wall, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(one_after_another(wall + seconds) for _ in range(AT_ONCE)))
    took = Took(done, time.perf_counter() - wall, time.process_time() - cpu)
    transport.close()
    return took


async def new_connections(port: int, directory: Path, seconds: float) -> Took:
    """The stepwise probe: connect, handshake, exchange, each time anew."""
    steps = ConnectionProber(trust=str(directory / "chain.pem"))
    url = f"https://127.0.0.1:{port}/"
    done = 0

    async def one_after_another(until: float) -> None:
        nonlocal done
        while time.perf_counter() < until:
            trace = await steps.probe(url)
            assert trace.status == 200, trace
            assert len(trace.body) == len(ANSWER)
            done += 1

    wall, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(one_after_another(wall + seconds) for _ in range(NEW_AT_ONCE)))
    return Took(done, time.perf_counter() - wall, time.process_time() - cpu)


async def exporter(port: int, pid: int, exporter_port: int, seconds: float) -> Took:
    """blackbox_exporter's HTTP probe, asked over kept-alive connections from the target's core."""
    transport = Transport()
    wanted = Request(f"http://127.0.0.1:{exporter_port}/probe?module=https&target=https://127.0.0.1:{port}/")
    done = 0

    async def one_after_another(until: float) -> None:
        nonlocal done
        while time.perf_counter() < until:
            outcome = await transport.ask(wanted, 10)
            assert outcome.response is not None
            assert b"probe_success 1" in outcome.response.body, outcome.response.body
            done += 1

    process = psutil.Process(pid)
    before = process.cpu_times()
    wall = time.perf_counter()
    await asyncio.gather(*(one_after_another(wall + seconds) for _ in range(NEW_AT_ONCE)))
    took, after = time.perf_counter() - wall, process.cpu_times()
    transport.close()
    return Took(done, took, after.user + after.system - before.user - before.system)


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument(
        "--profile", action="store_true", help="where the kept-alive askings spend their time"
    )
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, target(Path(name)) as port:
        directory = Path(name)
        os.sched_setaffinity(0, {MEASURED})
        if told.profile:
            with cProfile.Profile() as profile:
                uvloop.run(kept_alive(port, directory, told.seconds, platforms()["bluesky"], True))
            pstats.Stats(profile).sort_stats("tottime").print_stats(45)
            return
        least, whole = ByStatus(), platforms()["bluesky"]
        for what, measuring in (
            ("kept alive: requests alone", requests_alone(port, directory, told.seconds)),
            ("... rounds, by status", kept_alive(port, directory, told.seconds, least, False)),
            ("... rounds, by status, stored", kept_alive(port, directory, told.seconds, least, True)),
            ("... rounds, Bluesky's reader, stored", kept_alive(port, directory, told.seconds, whole, True)),
            ("new connections: step by step", new_connections(port, directory, told.seconds)),
        ):
            print(f"{what:38}{uvloop.run(measuring)}", flush=True)
        exporter_port = free_port()
        (directory / "blackbox.yml").write_text(BLACKBOX.format(ca=directory / "chain.pem"))
        command = ["prometheus-blackbox-exporter", "--config.file", "blackbox.yml", "--log.level", "error"]
        command += ["--web.listen-address", f"127.0.0.1:{exporter_port}"]
        with running(command, MEASURED, exporter_port, directory) as pid:
            os.sched_setaffinity(0, {SERVING})
            took = uvloop.run(exporter(port, pid, exporter_port, told.seconds))
            print(f"{'new connections: blackbox_exporter':38}{took}")


if __name__ == "__main__":
    main()
