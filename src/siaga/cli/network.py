"""`siaga network`: which step of a new connection fails, from here."""

from typing import Annotated, Final
from urllib.parse import urlsplit

import typer

from siaga.domain.errors import BadInput, Fault

BROKEN: Final = 1
MOST_HOSTS: Final = 100

app = typer.Typer(no_args_is_help=True, help="The network from here: which step of a connection fails.")


@app.callback()
def network() -> None:
    """The network from here: which step of a connection fails."""


@app.command()
def check(
    hosts: Annotated[list[str], typer.Argument(help="Hosts, or http(s) addresses; https unless said.")],
    deadline: Annotated[float, typer.Option(help="Seconds for each step.", min=0.1, max=60)] = 5.0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for each host.")] = False,
) -> None:
    """Make a new connection to each host, step by step: DNS, connect, TLS, HTTP.

    Exit code 0: every host answered. 1: a step failed. 2: bad input.
    """
    try:
        addresses = [address_of(host) for host in dict.fromkeys(hosts)]
        if len(addresses) > MOST_HOSTS:
            raise BadInput(Fault(f"{len(addresses)} hosts are too many.", f"Give {MOST_HOSTS} at most."))
    except BadInput as bad:
        typer.echo(str(bad), err=True)
        raise typer.Exit(2) from None
    from siaga.cli.connecting import check_hosts  # noqa: PLC0415 - the network

    if not check_hosts(addresses, deadline, as_json):
        raise typer.Exit(BROKEN)


def address_of(host: str) -> str:
    """The address to ask for what somebody typed.

    Raises:
        BadInput: it is no host and no http(s) address.
    """
    address = host if "://" in host else f"https://{host}"
    try:
        parts = urlsplit(address)
        fine = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        fine = False
    if not fine or any(letter.isspace() or not letter.isprintable() for letter in address):
        do = "Write a name such as kpu.go.id, or an http(s) address."
        raise BadInput(Fault(f"{host!r} is not a host.", do))
    return address
