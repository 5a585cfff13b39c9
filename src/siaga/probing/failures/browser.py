"""What Chromium says of a page that did not come, and of how long it took, in the record's words."""

import re
from collections.abc import Mapping
from typing import Final

from siaga.domain.failures import Failure
from siaga.probing.failures.curl import Phases

_SAID: Final = re.compile(r"net::(ERR_[A-Z0-9_]+)")
_BY_WORD: Final = {
    "ERR_NAME_NOT_RESOLVED": Failure.DNS_NON_RECOVERABLE,
    "ERR_NAME_RESOLUTION_FAILED": Failure.DNS_NON_RECOVERABLE,
    "ERR_DNS_TIMED_OUT": Failure.TIMED_OUT,
    "ERR_CONNECTION_REFUSED": Failure.CONNECTION_REFUSED,
    "ERR_CONNECTION_RESET": Failure.CONNECTION_RESET,
    "ERR_CONNECTION_ABORTED": Failure.CONNECTION_ABORTED,
    "ERR_CONNECTION_CLOSED": Failure.CONNECTION_CLOSED,
    "ERR_EMPTY_RESPONSE": Failure.CONNECTION_CLOSED,
    "ERR_INCOMPLETE_CHUNKED_ENCODING": Failure.CONNECTION_CLOSED,
    "ERR_CONTENT_LENGTH_MISMATCH": Failure.CONNECTION_CLOSED,
    "ERR_CONNECTION_TIMED_OUT": Failure.TIMED_OUT,
    "ERR_TIMED_OUT": Failure.TIMED_OUT,
    "ERR_ADDRESS_UNREACHABLE": Failure.HOST_UNREACHABLE,
    "ERR_INTERNET_DISCONNECTED": Failure.NETWORK_DOWN,
    "ERR_SSL_PROTOCOL_ERROR": Failure.TLS_HANDSHAKE,
    "ERR_SSL_VERSION_OR_CIPHER_MISMATCH": Failure.TLS_HANDSHAKE,
    "ERR_CERT_COMMON_NAME_INVALID": Failure.TLS_INVALID_HOSTNAME,
    "ERR_CERT_AUTHORITY_INVALID": Failure.TLS_UNKNOWN_AUTHORITY,
}
_PROXY: Final = ("ERR_PROXY_", "ERR_TUNNEL_", "ERR_SOCKS_", "ERR_NO_SUPPORTED_PROXIES")


def failure_of(message: str, *, proxied: bool) -> Failure:
    """The failing step in Chromium's `net::ERR_...`; `unknown_failure` where it is none of the network's."""
    said = _SAID.search(message)
    word = said.group(1) if said else ""
    if proxied and word.startswith(_PROXY):
        return Failure.PROXY_REFUSED
    if word.startswith("ERR_CERT_") and word not in _BY_WORD:
        return Failure.TLS_INVALID_CERTIFICATE
    return _BY_WORD.get(word, Failure.UNKNOWN)


def phases_of(timing: Mapping[str, float] | None, total_ms: float) -> Phases:
    """The page's own request's steps, from the browser's resource timing (milliseconds; -1 for none)."""
    if timing is None:
        return Phases(total_ms=total_ms)
    secured = timing["secureConnectionStart"]
    connected = secured if secured >= 0 else timing["connectEnd"]
    return Phases(
        dns_ms=_length(timing["domainLookupStart"], timing["domainLookupEnd"]),
        connect_ms=_length(timing["connectStart"], connected),
        tls_ms=_length(secured, timing["connectEnd"]),
        first_byte_ms=_length(timing["requestStart"], timing["responseStart"]),
        total_ms=total_ms,
    )


def _length(start: float, end: float) -> float | None:
    return end - start if start >= 0 and end >= 0 else None
