"""What the operating system and OpenSSL say of a failure, in our words."""

import errno
import socket
import ssl
from collections.abc import Iterable
from typing import Final

from siaga.domain.failures import Failure

BY_ERRNO: Final = {
    errno.ECONNRESET: Failure.CONNECTION_RESET,
    errno.EPIPE: Failure.CONNECTION_RESET,
    errno.ECONNREFUSED: Failure.CONNECTION_REFUSED,
    errno.EHOSTUNREACH: Failure.HOST_UNREACHABLE,
    errno.ENETUNREACH: Failure.NETWORK_UNREACHABLE,
    errno.EADDRNOTAVAIL: Failure.NETWORK_UNREACHABLE,
    errno.ENETDOWN: Failure.NETWORK_DOWN,
    errno.ECONNABORTED: Failure.CONNECTION_ABORTED,
    errno.ETIMEDOUT: Failure.TIMED_OUT,
}
_NEARNESS: Final = {
    Failure.CONNECTION_RESET: 1,
    Failure.CONNECTION_ABORTED: 1,
    Failure.CONNECTION_REFUSED: 2,
    Failure.TIMED_OUT: 3,
    Failure.HOST_UNREACHABLE: 4,
    Failure.NETWORK_UNREACHABLE: 5,
    Failure.NETWORK_DOWN: 6,
}
"""How near to the host a failure to connect came: a refusal is the host's own, a missing route is ours."""
_UNKNOWN_AUTHORITY: Final = frozenset({2, 18, 19, 20, 21})
"""OpenSSL's results for a certificate that leads to nobody we trust."""
_OTHER_NAME: Final = frozenset({1, 62, 64})
"""For another host's name or address; libcurl leaves 1 (unspecified) where it found that out itself."""


def certificate_failure(result: int) -> Failure:
    """Why OpenSSL did not accept a certificate."""
    if result in _UNKNOWN_AUTHORITY:
        return Failure.TLS_UNKNOWN_AUTHORITY
    return Failure.TLS_INVALID_HOSTNAME if result in _OTHER_NAME else Failure.TLS_INVALID_CERTIFICATE


def system_failure(error: OSError) -> Failure:
    """Why a socket or its TLS failed."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return certificate_failure(error.verify_code)
    if isinstance(error, ssl.SSLEOFError):
        return Failure.CONNECTION_CLOSED
    if isinstance(error, ssl.SSLError):
        return Failure.TLS_HANDSHAKE
    if isinstance(error, socket.gaierror):
        again = error.errno == socket.EAI_AGAIN
        return Failure.DNS_TEMPORARY if again else Failure.DNS_NON_RECOVERABLE
    if isinstance(error, TimeoutError):
        return Failure.TIMED_OUT
    if isinstance(error, ConnectionResetError) and error.errno is None:
        return Failure.CONNECTION_CLOSED  # asyncio's, where a handshake ended without a reset
    return BY_ERRNO.get(error.errno or 0, _of_several(str(error)))


def furthest(failures: Iterable[Failure]) -> Failure:
    """Of failures to connect to several addresses of a host, that of the address that was got nearest to."""
    return min(failures, key=lambda failure: _NEARNESS.get(failure, 0), default=Failure.UNKNOWN)


def _of_several(message: str) -> Failure:
    """Several addresses failed, and asyncio keeps only their messages."""
    return furthest(word for code, word in BY_ERRNO.items() if f"[Errno {code}]" in message)
