"""What libcurl says of a finished request, in our words: phases and failing steps."""

from dataclasses import dataclass
from typing import Any, Final

import pycurl

from siaga.domain.failures import Failure
from siaga.probing.failures.os import BY_ERRNO, certificate_failure


@dataclass(frozen=True, slots=True)
class Phases:
    """How long each step took, milliseconds; None for a step that was not taken (a connection used again)."""

    dns_ms: float | None = None
    connect_ms: float | None = None
    tls_ms: float | None = None
    first_byte_ms: float | None = None
    total_ms: float | None = None


def phases_of(handle: Any) -> Phases:
    """libcurl's times are since the start; ours are each step's own. Microseconds in, milliseconds out."""
    info = handle.getinfo
    sent = info(pycurl.PRETRANSFER_TIME_T)
    first = info(pycurl.STARTTRANSFER_TIME_T)
    waited = (first - sent) / 1000 if info(pycurl.RESPONSE_CODE) else None
    total = info(pycurl.TOTAL_TIME_T) / 1000
    resolved = info(pycurl.NAMELOOKUP_TIME_T)
    if sent and not info(pycurl.NUM_CONNECTS):
        return Phases(first_byte_ms=waited, total_ms=total)
    connected = info(pycurl.CONNECT_TIME_T)
    secured = info(pycurl.APPCONNECT_TIME_T)
    return Phases(
        dns_ms=resolved / 1000 if resolved else None,
        connect_ms=(connected - resolved) / 1000 if connected else None,
        tls_ms=(secured - connected) / 1000 if secured else None,
        first_byte_ms=waited,
        total_ms=total,
    )


_PROXY: Final = 97
"""`CURLE_PROXY`, which pycurl does not name."""
_BY_CODE: Final = {
    pycurl.E_COULDNT_RESOLVE_HOST: Failure.DNS_NON_RECOVERABLE,
    pycurl.E_COULDNT_RESOLVE_PROXY: Failure.PROXY_REFUSED,
    pycurl.E_COULDNT_CONNECT: Failure.CONNECTION_REFUSED,
    pycurl.E_OPERATION_TIMEDOUT: Failure.TIMED_OUT,
    pycurl.E_SSL_CONNECT_ERROR: Failure.TLS_HANDSHAKE,
    pycurl.E_GOT_NOTHING: Failure.CONNECTION_CLOSED,
    pycurl.E_PARTIAL_FILE: Failure.CONNECTION_CLOSED,
    pycurl.E_RECV_ERROR: Failure.CONNECTION_CLOSED,
    pycurl.E_SEND_ERROR: Failure.CONNECTION_CLOSED,
    pycurl.E_ABORTED_BY_CALLBACK: Failure.INTERRUPTED,
    _PROXY: Failure.PROXY_REFUSED,
}
_CONNECTED: Final = frozenset({pycurl.E_RECV_ERROR, pycurl.E_SEND_ERROR, pycurl.E_SSL_CONNECT_ERROR})
"""What happens on a connection that was made: an error number of connecting is another address's then."""
_LOST: Final = (
    Failure.CONNECTION_RESET,
    Failure.CONNECTION_ABORTED,
    Failure.TIMED_OUT,
    Failure.HOST_UNREACHABLE,
    Failure.NETWORK_DOWN,
)
"""How a connection that was made can be lost."""
_ENDED: Final = ("unexpected eof", "SSL_ERROR_SYSCALL", "connection closed abruptly")
"""OpenSSL's words where the other side ended the connection in the middle of the handshake."""
MERGED: Final = frozenset(
    {
        Failure.DNS_NON_RECOVERABLE,
        Failure.TIMED_OUT,
        Failure.TLS_HANDSHAKE,
        Failure.CONNECTION_CLOSED,
        Failure.UNKNOWN,
    }
)
"""Words under which libcurl puts several causes together."""


def failure_of(handle: Any, code: int, *, proxied: bool) -> Failure:
    """Why the request on `handle` ended with libcurl's `code`. A proxy's fault is never called the host's."""
    if code == pycurl.E_PEER_FAILED_VERIFICATION:
        return certificate_failure(handle.getinfo(pycurl.SSL_VERIFYRESULT))
    if proxied and (code == pycurl.E_COULDNT_CONNECT or _proxy_said_no(handle)):
        return Failure.PROXY_REFUSED
    word = _BY_CODE.get(code, Failure.UNKNOWN)
    by_system = BY_ERRNO.get(handle.getinfo(pycurl.OS_ERRNO), word)
    if code == pycurl.E_COULDNT_CONNECT:
        return by_system
    if code in _CONNECTED and by_system in _LOST:
        return by_system
    if code == pycurl.E_SSL_CONNECT_ERROR and any(words in handle.errstr() for words in _ENDED):
        return Failure.CONNECTION_CLOSED
    return word


def _proxy_said_no(handle: Any) -> bool:
    status = handle.getinfo(pycurl.HTTP_CONNECTCODE)
    return status != 0 and not 200 <= status < 300
