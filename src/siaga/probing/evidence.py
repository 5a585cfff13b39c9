"""Answers kept as evidence: by their digest, compressed, bounded; a case shows what was received."""

import gzip
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

LARGEST_KEEP: Final = 512 * 1024 * 1024
"""Bytes on disk; beyond it, the oldest are removed."""
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class Evidence:
    """Bodies in a directory, one file a digest. The same body is kept once."""

    def __init__(self, directory: Path, most_bytes: int = LARGEST_KEEP) -> None:
        self._directory = directory
        self._most = most_bytes
        directory.mkdir(parents=True, exist_ok=True)
        for half_written in directory.glob("*.new"):
            half_written.unlink()
        self._held = sum(path.stat().st_size for path in directory.glob("*.gz"))

    def keep_all(self, bodies: Mapping[str, bytes]) -> None:
        """Keep bodies under their digests. Call it from one thread at a time.

        Raises:
            OSError: the disk is full or cannot be written.
        """
        for sha256, body in bodies.items():
            self._keep(sha256, body)

    def _keep(self, sha256: str, body: bytes) -> None:
        path = self._path(sha256)
        if path.exists():
            return
        packed = gzip.compress(body, 6, mtime=0)
        temporary = path.with_suffix(".new")
        temporary.write_bytes(packed)
        temporary.replace(path)
        self._held += len(packed)
        if self._held > self._most:
            self._make_room()

    def read(self, sha256: str) -> bytes | None:
        """The body with this digest; None if it was not kept, or was removed for room."""
        try:
            return gzip.decompress(self._path(sha256).read_bytes())
        except FileNotFoundError:
            return None

    def _path(self, sha256: str) -> Path:
        if not _DIGEST.fullmatch(sha256):
            raise ValueError(sha256)
        return self._directory / f"{sha256}.gz"

    def _make_room(self) -> None:
        files = sorted((path.stat().st_mtime, path) for path in self._directory.glob("*.gz"))
        for _, path in files:
            if self._held <= self._most * 0.9:
                return
            self._held -= path.stat().st_size
            path.unlink()
