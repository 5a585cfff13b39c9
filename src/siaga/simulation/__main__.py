"""`python -m siaga.simulation`: the simulated platforms in a process of their own."""

import argparse
import asyncio
import os
import signal
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import orjson
import uvloop

from siaga.domain.errors import BadInput, Fault
from siaga.domain.time import parse_rfc3339
from siaga.election.model import Election
from siaga.election.reading import read_election
from siaga.platforms.registry import platforms
from siaga.simulation.clock import DrivenClock
from siaga.simulation.reading import read_scenario
from siaga.simulation.scenario import Scenario
from siaga.simulation.server import SimulatedPlatforms

TOKEN_VARIABLE = "SIAGA_SIMULATED_TOKEN"  # noqa: S105
"""Environment variable that may hold the token; one is made where it is not set."""


def main() -> int:
    """Serve until a signal or the end of standard input (with `--until-stdin-closes`)."""
    parser = argparse.ArgumentParser("python -m siaga.simulation", description=__doc__)
    parser.add_argument("--scenario", type=Path, required=True, help="scenario file (YAML)")
    parser.add_argument("--election", type=Path, required=True, help="election file (YAML)")
    parser.add_argument("--port-file", type=Path, required=True, help="where to write addresses, as JSON")
    parser.add_argument("--now", type=parse_rfc3339, help="simulated time; the scenario's start if not said")
    parser.add_argument("--speed", type=float, default=0.0, help="how fast time runs; it stands if not said")
    parser.add_argument(
        "--until-stdin-closes", action="store_true", help="stop when the process that started it is gone"
    )
    said = parser.parse_args()
    try:
        scenario = read_scenario(said.scenario)
        election = _read_election(said.election)
    except BadInput as bad:
        for fault in bad.faults:
            sys.stderr.write(f"{fault}\n")
        return 2
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(election, scenario, said))
    return 0


def _read_election(path: Path) -> Election:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise BadInput(Fault("The election file cannot be read.", "Check its path.", str(path))) from None
    return read_election(text, platforms(), str(path))


async def _serve(election: Election, scenario: Scenario, said: argparse.Namespace) -> None:
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, over.set)
    if said.until_stdin_closes:
        loop.add_reader(sys.stdin, lambda: _watch_stdin(over))
    start: datetime = said.now or scenario.starts
    clock = DrivenClock(start)
    clock.set(start, said.speed)
    platforms = SimulatedPlatforms(election, scenario, clock, token=os.environ.get(TOKEN_VARIABLE))
    async with platforms:
        _write_privately(
            said.port_file,
            {
                "control": platforms.control_address,
                "token": platforms.token,
                "platforms": platforms.addresses(),
            },
        )
        await over.wait()
    with suppress(FileNotFoundError):
        said.port_file.unlink()


def _watch_stdin(over: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        asyncio.get_running_loop().remove_reader(sys.stdin)
        over.set()


def _write_privately(path: Path, document: object) -> None:
    """Whole or not at all, readable by this user alone."""
    partial = path.with_name(f"{path.name}.partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(orjson.dumps(document))
    partial.replace(path)


if __name__ == "__main__":
    sys.exit(main())
