"""What the operating system and OpenSSL say of a failure, in our words."""

import errno
import socket
import ssl
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
    return BY_ERRNO.get(error.errno or 0, _of_several(str(error)))


def _of_several(message: str) -> Failure:
    """Several addresses failed, and asyncio keeps only their messages: one word, if it fits them all."""
    words = {word for code, word in BY_ERRNO.items() if f"[Errno {code}]" in message}
    return words.pop() if len(words) == 1 else Failure.UNKNOWN
