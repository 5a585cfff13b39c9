"""Whom an address belongs to, wherever visitors are counted."""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

UNKNOWN: Final = "unknown"
OF_A_SITE: Final = 48
"""Bits of an IPv6 address that one site is given (RFC 6177): whoever has them may take any address behind."""


@lru_cache(maxsize=4_096)
def network_of(address: str, ipv4_bits: int = 32) -> str:
    """The network that counts as one: so many bits of an IPv4 address, the site of an IPv6 address.

    A text that is no address is a network of its own; an empty one is `unknown`.
    """
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address or UNKNOWN
    if isinstance(known, IPv6Address) and known.ipv4_mapped is not None:
        known = known.ipv4_mapped
    bits = OF_A_SITE if isinstance(known, IPv6Address) else ipv4_bits
    return str(ip_network((known, bits), strict=False))
