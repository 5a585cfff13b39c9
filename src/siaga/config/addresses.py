"""Addresses: what is wrong with one that people wrote into a file, and which are of the public internet."""

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import urlsplit

LONGEST_ADDRESS: Final = 500
"""Characters."""
_CARRY_THEIR_END: Final = tuple(map(IPv6Network, ("64:ff9b::/96", "::/96", "::ffff:0:0:0/96")))
"""NAT64 (RFC 6052), IPv4-compatible and IPv4-translated addresses: an IPv4 address is their last 32 bits."""
_NEVER_PUBLIC: Final = tuple(map(IPv6Network, ("64:ff9b:1::/48", "fec0::/10", "2001::/32")))
"""Local NAT64 (RFC 8215), site-local, and Teredo, whose real end nobody outside can tell."""
_ISATAP: Final = frozenset({0x00005EFE, 0x02005EFE})
_INSIDE: Final = frozenset(
    {"local", "localhost", "localdomain", "lan", "internal", "intranet", "home", "corp"}
)
"""Last parts of names that mean a machine nearby."""


def address_problem(address: str, schemes: tuple[str, ...]) -> tuple[str, str] | None:
    """What is wrong with an address and what to write. It is not quoted: it may hold a password."""
    do = f"Write such as {schemes[0]}://host.example or {schemes[0]}://host.example:8080."
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "This is no address.", do
    if parts.scheme not in schemes or not address.isascii() or re.search(r"[\s\\]", address):
        return f"This is no {' or '.join(schemes)} address.", do
    if "@" in parts.netloc:
        return "A user or password stands in the address.", f"Remove it, and change the password. {do}"
    if not host or re.fullmatch(r"[A-Za-z0-9.:-]+", host) is None or port == 0:
        return "The address has no host, or no usable one.", do
    if parts.query or parts.fragment or "?" in address or "#" in address:
        return "A query stands in the address.", f"Remove what follows the path. {do}"
    return None


def is_loopback(address: str) -> bool:
    """Whether an address leads to this machine itself."""
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_public(address: str) -> bool:
    """Whether an IP address is of the public internet, whatever way it is written.

    An IPv4 address that an IPv6 one carries (mapped, compatible, translated, NAT64, 6to4, ISATAP) is looked
    at too: a gateway or the system itself would lead there.

    Raises:
        ValueError: the text is no IP address.
    """
    known = ip_address(address.partition("%")[0])
    return known.is_global and not known.is_multicast and all(map(_is_public_v4, _carried(known)))


def is_inside(host: str) -> bool:
    """Whether a host is not of the public internet, by what it is called: an address or a local name."""
    try:
        return not is_public(host)
    except ValueError:
        labels = host.rstrip(".").lower().split(".")
        return len(labels) == 1 or labels[-1] in _INSIDE or labels[-2:] == ["home", "arpa"]


def _is_public_v4(address: IPv4Address) -> bool:
    return address.is_global and not address.is_multicast


def _carried(address: IPv4Address | IPv6Address) -> list[IPv4Address]:
    """The IPv4 addresses that an IPv6 address carries; one of no use where none of its kind is public."""
    if isinstance(address, IPv4Address):
        return []
    if any(address in network for network in _NEVER_PUBLIC):
        return [IPv4Address(0)]
    found = [end for end in (address.ipv4_mapped, address.sixtofour) if end is not None]
    low = int(address) & 0xFFFFFFFF
    if (
        any(address in network for network in _CARRY_THEIR_END)
        or (int(address) >> 32) & 0xFFFFFFFF in _ISATAP
    ):
        found.append(IPv4Address(low))
    return found
