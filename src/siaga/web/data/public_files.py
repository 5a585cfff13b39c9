"""Keeps the files of the open data beside the public pages, for a web server to serve."""

import asyncio
import logging
import shutil
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from siaga.cases.publication import is_public
from siaga.domain.errors import Busy
from siaga.ports.open_data import DataForm, NoSuchData, OpenDataService
from siaga.ports.watch import WatchView
from siaga.web.data.readme import readme
from siaga.web.http.public_directory import make_public

EVERY_S: Final = 60.0
"""So often it is looked what is new."""
_log = logging.getLogger(__name__)


class PublicDataFiles:
    """Keeps a directory like the addresses under `/data`."""

    def __init__(self, watch: WatchView, data: OpenDataService, directory: Path) -> None:
        self._watch, self._data, self._directory = watch, data, directory / "data"
        self._kept: dict[Path, tuple[int, int]] = {}
        """Of each file, the time and size of what it is a copy of."""

    async def run(self) -> None:
        """Copy what is new, until cancelled."""
        while True:
            try:
                await self.copy()
            except OSError as error:  # a full disk: the old files stay, and the watch goes on
                _log.error("the open data could not be written: %s", error.strerror or error)
            await asyncio.sleep(EVERY_S)

    async def copy(self) -> None:
        """Copy what is new."""
        text = readme(self._watch.election)
        await asyncio.to_thread(_write, self._directory / "README.txt", text.encode())
        for case in [case.id for case in self._watch.cases() if is_public(case)]:
            for form in DataForm:
                await self._copy_case(case, form)
        for day, platform in self._days(await self._data.days()):
            for form in DataForm:
                target = self._directory / "day" / f"{day}" / f"{platform}.{form}"
                if not target.exists():
                    await self._copy_day(day, platform, form, target)

    def _days(self, days: Sequence[date]) -> Iterator[tuple[date, str]]:
        return ((day, platform.id) for day in days for platform in self._watch.election.platforms)

    async def _copy_case(self, case: str, form: DataForm) -> None:
        try:
            source = await self._data.of_case(case, form)
        except (Busy, NoSuchData):
            return
        target = self._directory / "case" / f"{case}.{form}"
        await asyncio.to_thread(self._copy, source, target)

    async def _copy_day(self, day: date, platform: str, form: DataForm, target: Path) -> None:
        try:
            source = await self._data.of_day(day, platform, form)
        except (Busy, NoSuchData):
            return
        await asyncio.to_thread(self._copy, source, target)

    def _copy(self, source: Path, target: Path) -> None:
        status = source.stat()
        copied = (status.st_mtime_ns, status.st_size)
        if self._kept.get(target) == copied and target.exists():
            return
        make_public(target.parent)
        temporary = target.with_name(f".{target.name}.new")
        shutil.copyfile(source, temporary)
        temporary.chmod(0o644)
        temporary.replace(target)
        self._kept[target] = copied


def _write(file: Path, body: bytes) -> None:
    if file.exists() and file.read_bytes() == body:
        return
    make_public(file.parent)
    temporary = file.with_name(f".{file.name}.new")
    temporary.write_bytes(body)
    temporary.chmod(0o644)
    temporary.replace(file)
