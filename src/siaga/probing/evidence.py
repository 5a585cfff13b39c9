"""Answers kept as evidence: by platform and digest, compressed, bounded; a case shows what was received.

Each platform has its share of the room, so that one that answers with masses drops nobody else's evidence,
and what was received first while a case is open stays until the case is over, whatever comes after it.
"""

import gzip
import hashlib
import os
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Final

LARGEST_KEEP: Final = 512 * 1024 * 1024
"""Bytes on disk, of all platforms together."""
FILLED: Final = 0.9
"""Room is made down to this part of a share, so that it is not made again at once."""
OF_A_CASE: Final = 0.25
"""The part of a platform's share that the first answers of one open case may hold."""
BEFORE_A_CASE: Final = timedelta(hours=1)
"""Answers from so long before a case was opened belong to it: they led to it."""
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """A file of evidence: a body, compressed, or the picture of a page."""

    path: Path
    at: datetime
    """When it was asked, UTC."""
    size: int
    """On disk."""

    @property
    def sha256(self) -> str:
        """The digest of the body that it is, or belongs to: as the measurement has it."""
        return self.path.stem

    @property
    def is_body(self) -> bool:
        """Whether it is a body, not a picture."""
        return self.path.suffix == ".gz"

    def content(self) -> bytes:
        """The body as it was received, or the picture (PNG)."""
        stored = self.path.read_bytes()
        return gzip.decompress(stored) if self.is_body else stored


def to_drop(kept: Sequence[KeptAnswer], opened: Sequence[datetime], share: int) -> list[KeptAnswer]:
    """What has to go of one platform's evidence so that it fits its share: the oldest that no open case
    holds. Where the cases hold too much, the newest goes, since what came first proves most.

    `opened` is when each open case at the platform was opened.
    """
    room = sum(answer.size for answer in kept) - int(share * FILLED)
    if room <= int(share * (1 - FILLED)):
        return []
    by_age = sorted(kept, key=lambda answer: (answer.at, answer.path))
    pinned = set[Path]()
    for moment in opened:
        left = int(share * OF_A_CASE)
        for answer in by_age:
            if answer.at < moment - BEFORE_A_CASE:
                continue
            left -= answer.size
            if left < 0:
                break
            pinned.add(answer.path)
    order = [answer for answer in by_age if answer.path not in pinned]
    order.extend(answer for answer in reversed(by_age) if answer.path in pinned)
    dropped = []
    for answer in order:
        if room <= 0:
            break
        dropped.append(answer)
        room -= answer.size
    return dropped


class EvidenceStore:
    """Bodies in a directory, a folder a platform, one file a digest; a page's picture lies beside it."""

    def __init__(self, directory: Path, platforms: int = 1, most_bytes: int = LARGEST_KEEP) -> None:
        """`platforms` is among how many the room is shared."""
        self._directory = directory
        self._share = most_bytes // max(platforms, 1)
        self._held: dict[str, int] = {}
        """Bytes on disk of each platform, at least: read once, then counted, since a folder may have very
        many files. What others take away is noticed when the share seems full."""
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for half_written in directory.rglob("*.new"):
            if half_written.is_file():  # a folder is none of ours, and no reason not to start
                half_written.unlink()

    def keep_all(
        self,
        platform: str,
        at: datetime,
        bodies: Mapping[str, bytes],
        pictures: Mapping[str, bytes] = MappingProxyType({}),
        opened: Sequence[datetime] = (),
    ) -> Sequence[KeptAnswer]:
        """Keep bodies under their digests, and pages' pictures (PNG) under the page's; durable when it
        returns. Call it from one thread at a time.

        Args:
            platform: by which it was answered.
            at: when it was asked.
            opened: when each case that is open there was opened.

        Returns:
            What was dropped for it.

        Raises:
            OSError: the disk is full or cannot be written.
        """
        folder = self._directory / platform
        folder.mkdir(mode=0o700, exist_ok=True)
        files = {_path(folder, sha256): body for sha256, body in bodies.items()}
        pages = {_path(folder, sha256).with_suffix(".png"): picture for sha256, picture in pictures.items()}
        for path, content in (*files.items(), *pages.items()):
            if not path.exists():
                stored = gzip.compress(content, 6, mtime=0) if path in files else content
                _write(path, stored, at)
                if platform in self._held:
                    self._held[platform] += len(stored)
        _sync(folder)
        if self._held.get(platform, self._share + 1) <= self._share:
            return []
        kept = self.kept(platform)
        dropped = to_drop(kept, opened, self._share)
        for answer in dropped:
            answer.path.unlink(missing_ok=True)
        self._held[platform] = sum(answer.size for answer in kept) - sum(answer.size for answer in dropped)
        return dropped

    def kept(
        self, platform: str, since: datetime | None = None, until: datetime | None = None
    ) -> Sequence[KeptAnswer]:
        """What is kept of a platform's answers, asked within a span, oldest first."""
        return self.kept_in(self._directory / platform, since, until)

    def drop_older(
        self, platform: str, before: datetime, opened: Sequence[datetime] = ()
    ) -> list[KeptAnswer]:
        """Erase a platform's answers that were asked before a moment, less those of cases that are open there
        (`opened` as for `keep_all`); returns what was erased."""
        end = min([before, *(moment - BEFORE_A_CASE for moment in opened)])
        old = [answer for answer in self.kept(platform, until=end) if answer.at < end]
        for answer in old:
            answer.path.unlink(missing_ok=True)
        return old

    @staticmethod
    def kept_in(
        folder: Path, since: datetime | None = None, until: datetime | None = None
    ) -> Sequence[KeptAnswer]:
        """What is kept in one platform's folder, asked within a span, oldest first."""
        found = []
        for path in folder.glob("*.*"):
            if path.suffix in {".gz", ".png"} and (stat := _stat(path)) is not None:
                at = datetime.fromtimestamp(stat.st_mtime, UTC)
                if (since is None or at >= since) and (until is None or at <= until):
                    found.append(KeptAnswer(path, at, stat.st_size))
        return sorted(found, key=lambda answer: (answer.at, answer.path))

    def read(self, sha256: str) -> bytes | None:
        """The body with this digest; None if it was not kept, or was removed for room."""
        for folder in self._folders():
            try:
                return gzip.decompress(_path(folder, sha256).read_bytes())
            except FileNotFoundError:
                continue
        return None

    def picture(self, sha256: str) -> bytes | None:
        """The picture (PNG) of the page with this digest; None if none was taken, or it was removed."""
        for folder in self._folders():
            try:
                return _path(folder, sha256).with_suffix(".png").read_bytes()
            except FileNotFoundError:
                continue
        return None

    @staticmethod
    def damaged(directory: Path) -> Iterator[Path]:
        """The bodies below a directory whose content does not give the digest that is their name."""
        for path in sorted(directory.rglob("*.gz")):
            try:
                digest = hashlib.sha256(gzip.decompress(path.read_bytes())).hexdigest()
            except FileNotFoundError:  # it made room meanwhile
                continue
            except (OSError, EOFError, zlib.error):
                digest = ""
            if digest != path.stem:
                yield path

    def _folders(self) -> list[Path]:
        """Where a body may lie: older versions kept all in one folder."""
        return [self._directory, *(path for path in sorted(self._directory.iterdir()) if path.is_dir())]


def _path(folder: Path, sha256: str) -> Path:
    if not _DIGEST.fullmatch(sha256):
        raise ValueError(sha256)
    return folder / f"{sha256}.gz"


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _write(path: Path, content: bytes, at: datetime) -> None:
    temporary = path.with_suffix(".new")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.utime(temporary, (at.timestamp(), at.timestamp()))
    temporary.replace(path)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
