"""Connects to hosts step by step: what `siaga network check` does once its words are read."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any, Final

import orjson
import typer
from cryptography import x509
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from siaga import __version__
from siaga.domain.failures import Failure
from siaga.domain.time import rfc3339
from siaga.probing.connection_probe import ConnectionProber, Operation, Trace

AT_ONCE: Final = 8
STEPS: Final = {
    Operation.RESOLVE: "DNS",
    Operation.CONNECT: "connect",
    Operation.TLS_HANDSHAKE: "TLS",
    Operation.EXCHANGE: "HTTP",
}
MEANING: Final = {
    Failure.DNS_NXDOMAIN: "DNS says that there is no such name",
    Failure.DNS_SERVFAIL: "the DNS server failed",
    Failure.DNS_REFUSED: "the DNS server refused to answer",
    Failure.DNS_NO_ANSWER: "DNS has no address for this name",
    Failure.DNS_TEMPORARY: "no DNS server could be asked",
    Failure.DNS_NON_RECOVERABLE: "the name could not be resolved",
    Failure.DNS_BOGON: "DNS gave only addresses outside the public internet",
    Failure.CONNECTION_REFUSED: "the connection was refused",
    Failure.CONNECTION_RESET: "the connection was reset",
    Failure.CONNECTION_ABORTED: "the connection was aborted",
    Failure.CONNECTION_CLOSED: "the connection was closed before the answer was complete",
    Failure.HOST_UNREACHABLE: "there is no route to the host",
    Failure.NETWORK_UNREACHABLE: "there is no route to the network",
    Failure.NETWORK_DOWN: "this machine's network is down",
    Failure.TIMED_OUT: "no answer in time",
    Failure.TLS_HANDSHAKE: "TLS could not be agreed upon",
    Failure.TLS_INVALID_HOSTNAME: "the certificate is for another host",
    Failure.TLS_UNKNOWN_AUTHORITY: "nobody we trust has issued the certificate",
    Failure.TLS_INVALID_CERTIFICATE: "the certificate is out of date or otherwise invalid",
    Failure.CAPTIVE_PORTAL: "this network wants a sign-in first",
    Failure.INTERRUPTED: "the check was interrupted",
    Failure.UNKNOWN: "what came is not HTTP",
}


def check_hosts(addresses: Sequence[str], deadline_s: float, as_json: bool) -> bool:
    """Connect to each address, print every step, and say whether all answered."""
    traces = asyncio.run(_probe(addresses, deadline_s))
    if as_json:
        for address, trace in zip(addresses, traces, strict=True):
            typer.echo(orjson.dumps(_plain(address, trace)).decode())
    else:
        _show(addresses, traces)
    return not any(trace.failed for trace in traces)


async def _probe(addresses: Sequence[str], deadline_s: float) -> Sequence[Trace]:
    steps, limit = ConnectionProber(agent=f"siaga/{__version__}"), asyncio.Semaphore(AT_ONCE)

    async def probed(address: str) -> Trace:
        async with limit:
            return await steps.probe(address, deadline_s)

    with Console(stderr=True).status(f"connecting to {len(addresses)}"):
        return await asyncio.gather(*(probed(address) for address in addresses))


def _show(addresses: Sequence[str], traces: Sequence[Trace]) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("host", "step", "to", "ms", "result"):
        table.add_column(heading, overflow="fold")
    for address, trace in zip(addresses, traces, strict=True):
        for number, (step, to, ms, result, failed) in enumerate(_rows(trace)):
            style = "[bold red]" if failed else "[green]"
            table.add_row(escape(address) if number == 0 else "", step, escape(to), ms, f"{style}{result}[/]")
    Console().print(table)


def _rows(trace: Trace) -> Iterator[tuple[str, str, str, str, bool]]:
    failed = trace.failed
    for step in trace.steps:
        failure = step.failure
        if failed is not None and failed.operation is step.operation and failure is None:
            failure = failed.failure  # DNS was answered, with what cannot be the host's address
        result = _fine(step.operation, trace) if failure is None else f"{MEANING[failure]} ({failure})"
        yield STEPS[step.operation], step.target, f"{step.ms:.0f}", result, failure is not None


def _fine(operation: Operation, trace: Trace) -> str:
    if operation is Operation.RESOLVE:
        return ", ".join(trace.addresses)
    if operation is Operation.TLS_HANDSHAKE and trace.chain:
        return f"certificate valid until {_expiry(trace):%Y-%m-%d}"
    return f"status {trace.status}" if operation is Operation.EXCHANGE else "connected"


def _expiry(trace: Trace) -> Any:
    return x509.load_der_x509_certificate(trace.chain[0]).not_valid_after_utc


def _plain(address: str, trace: Trace) -> dict[str, Any]:
    failed = trace.failed
    accepted = any(s.operation is Operation.TLS_HANDSHAKE and s.failure is None for s in trace.steps)
    return {
        "address": address,
        "failed_operation": failed.operation.value if failed else None,
        "failure": failed.failure.value if failed and failed.failure else None,
        "status": trace.status,
        "addresses": trace.addresses,
        "certificate_until": rfc3339(_expiry(trace)) if accepted and trace.chain else None,
        "steps": [
            {
                "operation": step.operation.value,
                "target": step.target,
                "ms": round(step.ms, 1),
                "failure": step.failure.value if step.failure else None,
            }
            for step in trace.steps
        ],
    }
