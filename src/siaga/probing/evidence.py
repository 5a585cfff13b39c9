"""Answers kept as evidence: by their digest, compressed, bounded; a case shows what was received."""

import gzip
import hashlib
import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

LARGEST_KEEP: Final = 512 * 1024 * 1024
"""Bytes on disk; beyond it, the oldest are removed."""
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class EvidenceStore:
    """Bodies in a directory, one file a digest, each kept once; a page's picture lies beside it."""

    def __init__(self, directory: Path, most_bytes: int = LARGEST_KEEP) -> None:
        self._directory = directory
        self._most = most_bytes
        directory.mkdir(parents=True, exist_ok=True)
        for half_written in directory.glob("*.new"):
            half_written.unlink()
        self._held = sum(path.stat().st_size for path in self._files())

    def keep_all(
        self, bodies: Mapping[str, bytes], pictures: Mapping[str, bytes] = MappingProxyType({})
    ) -> None:
        """Keep bodies under their digests, and pages' pictures (PNG) under the page's. Call it from one
        thread at a time.

        Raises:
            OSError: the disk is full or cannot be written.
        """
        for sha256, body in bodies.items():
            if not self._path(sha256).exists():
                self._write(self._path(sha256), gzip.compress(body, 6, mtime=0))
        for sha256, picture in pictures.items():
            if not self._picture_path(sha256).exists():
                self._write(self._picture_path(sha256), picture)

    def _write(self, path: Path, packed: bytes) -> None:
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

    def picture(self, sha256: str) -> bytes | None:
        """The picture (PNG) of the page with this digest; None if none was taken, or it was removed."""
        try:
            return self._picture_path(sha256).read_bytes()
        except FileNotFoundError:
            return None

    @staticmethod
    def damaged(directory: Path) -> Iterator[Path]:
        """The files of a directory whose content does not give the digest that is their name."""
        for path in sorted(directory.glob("*.gz")):
            try:
                digest = hashlib.sha256(gzip.decompress(path.read_bytes())).hexdigest()
            except (OSError, EOFError, zlib.error):
                digest = ""
            if digest != path.stem:
                yield path

    def _files(self) -> list[Path]:
        return [*self._directory.glob("*.gz"), *self._directory.glob("*.png")]

    def _picture_path(self, sha256: str) -> Path:
        return self._path(sha256).with_suffix(".png")

    def _path(self, sha256: str) -> Path:
        if not _DIGEST.fullmatch(sha256):
            raise ValueError(sha256)
        return self._directory / f"{sha256}.gz"

    def _make_room(self) -> None:
        files = sorted((path.stat().st_mtime, path) for path in self._files())
        for _, path in files:
            if self._held <= self._most * 0.9:
                return
            self._held -= path.stat().st_size
            path.unlink()
