"""What a command costs before its work begins: `python -m benchmarks.commands`.

Processor time (user) of each command's help, and of the same command where its file is missing: the median of
five runs, after one that leaves Python's compiled files behind, as an installed Siaga has them.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile

from tests.cli.test_cli_commands import leaves, without_files

from siaga.cli import COMMANDS

RUNS = 5


def user_s(words: tuple[str, ...], environment: dict[str, str]) -> float:
    """Seconds of the processor that a call takes, once compiled."""
    spent: list[float] = []
    for _ in range(RUNS + 1):
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        call = [sys.executable, "-m", "siaga", *words]
        subprocess.run(call, capture_output=True, check=False, env=environment)
        spent.append(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before)
    return statistics.median(spent[1:])


def main() -> None:
    """One line for the list, and one for each command."""
    with tempfile.TemporaryDirectory() as compiled:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": compiled}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        print(f"{'siaga --help':<24} {user_s(('--help',), environment):.2f} s")
        for name in COMMANDS:
            line = f"siaga {name + ' --help':<18} {user_s((name, '--help'), environment):.2f} s"
            for words, leaf in leaves(name):
                if (missing := without_files(leaf)) is not None:
                    line += f"   no file: {user_s((*words, *missing), environment):.2f} s"
                    break
            print(line, flush=True)


if __name__ == "__main__":
    main()
