"""Makes or restores a backup and is killed at the n-th moment at which something must be on the disk."""

import os
import signal
import sys
from pathlib import Path

from siaga.domain.time import SystemClock
from siaga.services.backup import back_up, restore

NEVER = 1_000_000


def main(what: str, source: Path, to: Path, killed_at: int) -> None:
    """Print how many such moments there were, if it gets to the end."""
    count = 0
    real = os.fsync

    def counted(descriptor: int) -> None:
        nonlocal count
        count += 1
        if count >= killed_at:
            os.kill(os.getpid(), signal.SIGKILL)
        real(descriptor)

    os.fsync = counted  # type: ignore[assignment]
    if what == "backup":
        back_up(source, to, SystemClock())
    else:
        restore(source, to)
    print(count)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
