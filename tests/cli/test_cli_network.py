"""`siaga network check` against servers that fail at one step each."""

import json
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from typer.testing import CliRunner

from siaga.cli import app


class Fine(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    made = ThreadingHTTPServer(("127.0.0.1", 0), Fine)
    running = Thread(target=made.serve_forever, daemon=True)
    running.start()
    yield f"127.0.0.1:{made.server_port}"
    made.shutdown()
    made.server_close()
    running.join()


def checked(*hosts: str, code: int) -> list[dict[str, Any]]:
    run = CliRunner().invoke(app, ["network", "check", *hosts, "--json", "--deadline", "5"])
    assert run.exit_code == code, run.output
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_a_host_that_answers_shows_every_step(server: str) -> None:
    (found,) = checked(f"http://{server}", code=0)
    assert [step["operation"] for step in found["steps"]] == ["connect", "http_round_trip"]
    assert (found["status"], found["failure"]) == (204, None)


def test_the_step_that_fails_is_named_beside_hosts_that_answer(server: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        shut = f"http://127.0.0.1:{taken.getsockname()[1]}"
        no_tls, fine, refused = checked(server, f"http://{server}", shut, code=1)
    assert (no_tls["failed_operation"], fine["failed_operation"]) == ("tls_handshake", None)
    assert (refused["failed_operation"], refused["failure"]) == ("connect", "connection_refused")


def test_people_read_it_in_words(server: str) -> None:
    run = CliRunner().invoke(app, ["network", "check", f"http://{server}", server])
    assert run.exit_code == 1
    assert "status 204" in run.output
    assert "TLS could not be agreed upon" in run.output.replace("\n", " ").replace("  ", " ")


@pytest.mark.parametrize("host", ["", "ftp://host", "http://", "a b", "http://host:99999", "http://[::1"])
def test_what_is_no_host_is_said_before_anything_is_asked(host: str, server: str) -> None:
    run = CliRunner().invoke(app, ["network", "check", server, host])
    assert run.exit_code == 2
    assert "is not a host" in run.output


def test_an_address_is_shown_as_it_was_typed(server: str) -> None:
    run = CliRunner().invoke(app, ["network", "check", f"http://{server}/[/]"], env={"COLUMNS": "200"})
    assert run.exit_code == 0, run.output
    assert f"http://{server}/[/]" in run.output


def test_a_host_given_twice_is_asked_once(server: str) -> None:
    assert len(checked(f"http://{server}", f"http://{server}", code=0)) == 1
