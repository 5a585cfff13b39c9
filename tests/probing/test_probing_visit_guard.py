"""Whom a page may make the browser ask."""

import socket
from typing import Any

import pytest

from siaga.probing.visit_guard import MOST_HOSTS, VisitGuard

INSIDE = [
    "http://10.0.0.1/",
    "http://169.254.169.254/latest",
    "http://[::ffff:10.0.0.1]/",
    "http://[64:ff9b::a00:1]/",
    "http://router/",
    "http://nas.local/",
    "http://localhost:631/",
    "ws://127.0.0.1:9222/",
    "http://[",
]


@pytest.mark.parametrize("url", INSIDE)
async def test_nobody_inside_is_asked(url: str) -> None:
    assert not await VisitGuard("https://a.example/", proxied=False).allows(url)
    assert not await VisitGuard("https://a.example/", proxied=True).allows(url)


@pytest.mark.parametrize(
    "url", ["https://a.example/b", "https://8.8.8.8/", "data:text/html,a", "about:blank"]
)
async def test_its_own_origin_and_the_public_internet_are(url: str) -> None:
    assert await VisitGuard("https://a.example/", proxied=True).allows(url)


async def test_what_a_person_chose_is_asked_inside_too_but_no_other_port() -> None:
    guard = VisitGuard("http://127.0.0.1:8000/find", proxied=False)
    assert await guard.allows("http://127.0.0.1:8000/more")
    assert not await guard.allows("http://127.0.0.1:8001/more")


async def test_a_name_that_resolves_inside_is_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(host: str, *given: Any, **named: Any) -> list[Any]:
        if host == "nowhere.example":
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        address = {"evil.example": "10.0.0.1"}.get(host, "8.8.8.8")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    guard = VisitGuard("https://a.example/", proxied=False)
    assert not await guard.allows("https://evil.example/")
    assert await guard.allows("https://cdn.example/")
    assert await guard.allows("https://nowhere.example/")
    for number in range(MOST_HOSTS):
        await guard.allows(f"https://{number}.example/")
    assert not await guard.allows("https://one-more.example/")
