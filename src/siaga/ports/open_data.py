"""Files of measurements that anybody may take away and judge again."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class DataForm(StrEnum):
    """The forms of a file, by how their names end."""

    PARQUET = "parquet"
    JSON_LINES = "jsonl.gz"


class NoSuchData(Exception):
    """There is no such file, and there will be none: no such case, day or platform."""


class OpenDataService(Protocol):
    """Makes the files when they are first asked for, and keeps them."""

    async def days(self) -> Sequence[date]:
        """The days (UTC) that are over and have measurements, the newest first."""
        ...

    async def of_day(self, day: date, platform: str, form: DataForm) -> Path:
        """Everything that was measured at a platform on a day that is over.

        Raises:
            NoSuchData: the day is not over or has no measurements, or there is no such platform.
            Busy: it is still being made, or held back while it could tell of a suspicion.
        """
        ...

    async def of_case(self, case: str, form: DataForm) -> Path:
        """Everything that was measured at a case's platform, from so long before it that its verdict follows.

        Raises:
            NoSuchData: no public case has this id.
            Busy: it is still being made, or held back while it could tell of a suspicion.
        """
        ...
