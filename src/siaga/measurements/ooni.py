"""A measurement in OONI's envelope, for those who read network interference in that form.

The record says which step failed, how long each took and what the platform's server answered; addresses,
resolvers, headers and bodies it does not hold, so no OONI extension (`dnst`, `httpt`, ...) is claimed, and
nothing is made up to fill one. Source: OONI specification, data-formats/df-000-base and df-007-errors.
"""

from typing import Any

from siaga.domain.failures import Failure
from siaga.domain.records import Measurement
from siaga.election.model import Vantage

TEST_NAME = "siaga_findability"
TEST_VERSION = "1.0.0"
"""Raise it when a key of `test_keys` changes its meaning."""
_TIME = "%Y-%m-%d %H:%M:%S"
_CONNECTING = (
    Failure.CONNECTION_REFUSED,
    Failure.HOST_UNREACHABLE,
    Failure.NETWORK_UNREACHABLE,
    Failure.NETWORK_DOWN,
)


def envelope(measurement: Measurement, vantage: Vantage | None = None) -> dict[str, Any]:
    """The measurement as an OONI report entry; `vantage` lends its country and network, if it is known.

    The probe's own address is never in it, as OONI allows. `report_id` is empty: a collector gives it.
    """
    software, _, version = measurement.agent.partition("/")
    started = measurement.at.strftime(_TIME)
    return {
        "annotations": {
            "siaga_measurement": str(measurement.id),
            "siaga_round": str(measurement.round),
            "siaga_vantage": measurement.vantage,
        },
        "data_format_version": "0.2.0",
        "extensions": {},
        "input": measurement.name,
        "measurement_start_time": started,
        "options": [],
        "probe_asn": (vantage.network if vantage else None) or "AS0",
        "probe_cc": (vantage.country if vantage else None) or "ZZ",
        "probe_ip": "127.0.0.1",
        "report_id": "",
        "software_name": software,
        "software_version": version,
        "test_helpers": {},
        "test_keys": _test_keys(measurement),
        "test_name": TEST_NAME,
        "test_runtime": None if measurement.total_ms is None else measurement.total_ms / 1000,
        "test_start_time": started,
        "test_version": TEST_VERSION,
    }


def _test_keys(measurement: Measurement) -> dict[str, Any]:
    return {
        "failure": measurement.failure,
        "failed_operation": failed_operation(measurement.failure),
        "answer": measurement.answer,
        "platform": measurement.platform,
        "surface": measurement.surface,
        "session": measurement.session,
        "subject": measurement.subject,
        "role": measurement.role,
        "status": measurement.status,
        "final_url": measurement.final_url,
        "body_length": measurement.bytes,
        "body_sha256": measurement.body_sha256,
        "resolve_ms": measurement.dns_ms,
        "connect_ms": measurement.connect_ms,
        "tls_handshake_ms": measurement.tls_ms,
        "first_byte_ms": measurement.first_byte_ms,
        "reader": measurement.reader,
    }


def failed_operation(failure: Failure | None) -> str | None:
    """The operation in OONI's words that a failure belongs to; None without one, or if it fits several."""
    if failure is None:
        return None
    if failure.startswith("dns_"):
        return "resolve"
    if failure.startswith("ssl_"):
        return "tls_handshake"
    return "connect" if failure in _CONNECTING else None
