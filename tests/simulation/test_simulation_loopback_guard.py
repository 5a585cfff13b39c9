"""The guard of the clients' tests lets loopback through and nothing else."""

import socket

import aiohttp
import pytest
from tests.simulation.served_platforms import OutsideReached, ServedPlatforms

pytestmark = pytest.mark.usefixtures("loopback_only")


def test_a_look_up_of_another_host_fails() -> None:
    with pytest.raises(OutsideReached, match=r"platform\.example"):
        socket.getaddrinfo("platform.example", 443)


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1"])
def test_a_connection_to_another_address_fails(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as outside, pytest.raises(OutsideReached, match=address):
        outside.connect((address, 443))


async def test_loopback_is_reached(platforms: ServedPlatforms) -> None:
    async with aiohttp.ClientSession() as session, session.get(platforms.address("nostr")) as answer:
        assert answer.status == 200
