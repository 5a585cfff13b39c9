"""A whole watch: `python -m benchmarks.watch [KILLS]` kills it so often (100) and counts what was lost."""

import json
import sys
import tempfile
import time
from pathlib import Path

from tests.app.killed_watch import kill_again_and_again


def main() -> None:
    """Print the counts as one JSON object."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as directory:
        found = kill_again_and_again(Path(directory), kills, seed=7)
    print(json.dumps({**found, "seconds": round(time.monotonic() - began)}))


if __name__ == "__main__":
    main()
