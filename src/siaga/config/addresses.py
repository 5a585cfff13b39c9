"""What is wrong with an address that people wrote into a file."""

import re
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

LONGEST_ADDRESS: Final = 500
"""Characters."""


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
