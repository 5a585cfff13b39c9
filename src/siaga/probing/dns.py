"""Resolving as a step of its own: what DNS said, told apart."""

import asyncio
import socket
from collections.abc import Sequence
from typing import Final

import dns.asyncresolver
import dns.exception
import dns.rcode
import dns.resolver

from siaga.domain.failures import Failure

_TYPES: Final = {None: ("A", "AAAA"), 4: ("A",), 6: ("AAAA",)}
_BY_RCODE: Final = {dns.rcode.SERVFAIL: Failure.DNS_SERVFAIL, dns.rcode.REFUSED: Failure.DNS_REFUSED}
_FAMILIES: Final = {None: socket.AF_UNSPEC, 4: socket.AF_INET, 6: socket.AF_INET6}


class Unresolved(Exception):
    """The host has no address; `failure` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure)
        self.failure = failure


class Resolver:
    """Asks the system's name servers, or given ones."""

    def __init__(self, servers: Sequence[tuple[str, int]] = ()) -> None:
        """`servers`: addresses and ports to ask instead of the system's."""
        self._system = not servers
        self._resolver: dns.asyncresolver.Resolver | None = None
        self._servers = servers

    async def addresses(self, host: str, family: int | None, deadline_s: float) -> list[str]:
        """The host's addresses of a family (4, 6, or None for both, 4 first).

        Raises:
            Unresolved: the host has no address, or no server answered.
        """
        types = _TYPES[family]
        answers = await asyncio.gather(*(self._ask(host, kind, deadline_s) for kind in types))
        found = [address for answer in answers if isinstance(answer, list) for address in answer]
        if not found and self._system:
            # Names that only this machine knows (its hosts file) are no names that DNS knows.
            found = await _known_here(host, family)
        if found:
            return found
        failures = [answer for answer in answers if isinstance(answer, Failure)]
        raise Unresolved(min(failures, key=lambda failure: failure is Failure.DNS_NO_ANSWER))

    async def _ask(self, host: str, kind: str, deadline_s: float) -> list[str] | Failure:
        try:
            answer = await self._asked_with().resolve(host, kind, lifetime=deadline_s, search=False)
        except dns.resolver.NXDOMAIN:
            return Failure.DNS_NXDOMAIN
        except dns.resolver.NoAnswer:
            return Failure.DNS_NO_ANSWER
        except dns.resolver.NoNameservers as error:
            return _said_by_servers(error)
        except dns.exception.Timeout:
            return Failure.TIMED_OUT
        except (dns.exception.DNSException, UnicodeError, OSError):
            return Failure.DNS_NON_RECOVERABLE
        return [record.to_text() for record in answer]

    def _asked_with(self) -> dns.asyncresolver.Resolver:
        if self._resolver is None:
            self._resolver = dns.asyncresolver.Resolver(configure=self._system)
            if self._servers:
                self._resolver.nameservers = [
                    dns.nameserver.Do53Nameserver(address, port) for address, port in self._servers
                ]
        return self._resolver


def _said_by_servers(error: dns.resolver.NoNameservers) -> Failure:
    """The last word of the servers asked; `errors` has (server, over TCP, port, what failed, answer)."""
    for *_, response in reversed(error.kwargs.get("errors", ())):
        if response is not None:
            return _BY_RCODE.get(response.rcode(), Failure.DNS_NON_RECOVERABLE)
    return Failure.DNS_TEMPORARY


async def _known_here(host: str, family: int | None) -> list[str]:
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, None, family=_FAMILIES[family], type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [str(place[0]) for *_, place in found]
