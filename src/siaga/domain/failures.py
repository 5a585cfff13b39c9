"""The failing network step, in the words of OONI's data format df-007 where it has one.

An exception's name never reaches a record: `probing` maps each one to a word here.
Source: OONI specification, data-formats/df-007-errors.
"""

from enum import StrEnum
from typing import Final


class Failure(StrEnum):
    """Why an asking ended `unreachable`."""

    DNS_NXDOMAIN = "dns_nxdomain_error"
    DNS_SERVFAIL = "dns_servfail_error"
    DNS_REFUSED = "dns_refused_error"
    DNS_NO_ANSWER = "dns_no_answer"
    DNS_TEMPORARY = "dns_temporary_failure"
    DNS_NON_RECOVERABLE = "dns_non_recoverable_failure"
    DNS_BOGON = "dns_bogon_error"
    CONNECTION_REFUSED = "connection_refused"
    CONNECTION_RESET = "connection_reset"
    CONNECTION_ABORTED = "connection_aborted"
    CONNECTION_CLOSED = "eof_error"
    HOST_UNREACHABLE = "host_unreachable"
    NETWORK_UNREACHABLE = "network_unreachable"
    NETWORK_DOWN = "network_down"
    TIMED_OUT = "generic_timeout_error"
    TLS_HANDSHAKE = "ssl_failed_handshake"
    TLS_INVALID_HOSTNAME = "ssl_invalid_hostname"
    TLS_UNKNOWN_AUTHORITY = "ssl_unknown_authority"
    TLS_INVALID_CERTIFICATE = "ssl_invalid_certificate"
    PROXY_REFUSED = "socks_error"
    CAPTIVE_PORTAL = "captive_portal_error"
    """The vantage's own network wants a sign-in first; a word of ours, OONI has none."""
    INTERRUPTED = "interrupted"
    UNKNOWN = "unknown_failure"

    @classmethod
    def _missing_(cls, value: object) -> "Failure | None":
        """Words that older records have."""
        return cls(FORMER[value]) if isinstance(value, str) and value in FORMER else None


FORMER: Final = {"dns_server_failure": "dns_servfail_error"}
"""Words of older records, by what they are now. They are read for ever, and written no more."""
