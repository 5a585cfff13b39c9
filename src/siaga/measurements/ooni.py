"""A measurement in OONI's envelope, for those who read network interference in that form; and back again.

The record says which step failed, how long each took and what the platform's server answered; addresses,
resolvers, headers and bodies it does not hold, so no OONI extension (`dnst`, `httpt`, ...) is claimed, and
nothing is made up to fill one. Source: OONI specification, data-formats/df-000-base and df-007-errors; and
OONI's published model of a measurement, which says what may be null.
"""

from collections.abc import Mapping
from typing import Any, Final

from siaga.domain.failures import Failure
from siaga.domain.records import Measurement
from siaga.domain.time import rfc3339
from siaga.election.model import Vantage

TEST_NAME: Final = "siaga_findability"
TEST_VERSION: Final = "1.1.0"
"""Raise it when `test_keys` change."""
_TIME: Final = "%Y-%m-%d %H:%M:%S"
_CONNECTING: Final = (
    Failure.CONNECTION_REFUSED,
    Failure.HOST_UNREACHABLE,
    Failure.NETWORK_UNREACHABLE,
    Failure.NETWORK_DOWN,
)
_KEYS: Final[Mapping[str, str]] = {
    "bytes": "body_length",
    "dns_ms": "resolve_ms",
    "tls_ms": "tls_handshake_ms",
}
"""Fields of the record that have another name among the test keys, where OONI has a word for the step."""
_KEPT: Final = (
    *("election", "platform", "surface", "session", "subject", "role", "position", "answer", "status"),
    *("final_url", "count", "matching", "newest_age_s", "ordered", "dns_ms", "connect_ms", "tls_ms"),
    *("first_byte_ms", "total_ms", "bytes", "body_sha256", "reader"),
)
"""Fields of the record that stand among the test keys."""
_UNKNOWN: Final = "unknown_failure: "
"""How df-007 begins a failure that it has no word for."""


def envelope(measurement: Measurement, vantage: Vantage | None = None) -> dict[str, Any]:
    """The measurement as an OONI report entry; `vantage` lends its country and network, if it is known.

    The probe's own address is never in it, as OONI allows. `report_id` is empty: a collector gives it. A time
    that was not taken is a `test_runtime` of 0, since OONI's own reader takes no null there; `total_ms` among
    the test keys is null then.
    """
    software, _, version = measurement.agent.partition("/")
    started = measurement.at.strftime(_TIME)
    return {
        "annotations": {
            "siaga_agent": measurement.agent,
            "siaga_at": rfc3339(measurement.at),
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
        "test_keys": {
            "failure": _in_their_words(measurement.failure),
            "failed_operation": failed_operation(measurement.failure),
            **{_KEYS.get(field, field): getattr(measurement, field) for field in _KEPT},
        },
        "test_name": TEST_NAME,
        "test_runtime": (measurement.total_ms or 0.0) / 1000,
        "test_start_time": started,
        "test_version": TEST_VERSION,
    }


def is_envelope(entry: Mapping[str, Any]) -> bool:
    """Whether a line's object is a report entry of ours, and no record."""
    return entry.get("test_name") == TEST_NAME and isinstance(entry.get("test_keys"), dict)


def record_of(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The record's fields as `envelope` wrote them, as JSON values; a field that is not there is null."""
    keys, notes = entry["test_keys"], entry.get("annotations")
    notes = notes if isinstance(notes, dict) else {}
    failure = keys.get("failure")
    return {
        "id": notes.get("siaga_measurement"),
        "round": notes.get("siaga_round"),
        "at": notes.get("siaga_at"),
        "vantage": notes.get("siaga_vantage"),
        "name": entry.get("input"),
        "agent": notes.get("siaga_agent"),
        "failure": failure.removeprefix(_UNKNOWN) if isinstance(failure, str) else failure,
        **{field: keys.get(_KEYS.get(field, field)) for field in _KEPT},
    }


def _in_their_words(failure: Failure | None) -> str | None:
    """The failure in a word of df-007."""
    return f"{_UNKNOWN}{failure}" if failure is Failure.CAPTIVE_PORTAL else failure


def failed_operation(failure: Failure | None) -> str | None:
    """The operation in OONI's words that a failure belongs to; None without one, or if it fits several."""
    if failure is None:
        return None
    if failure.startswith("dns_"):
        return "resolve"
    if failure.startswith("ssl_"):
        return "tls_handshake"
    return "connect" if failure in _CONNECTING else None
