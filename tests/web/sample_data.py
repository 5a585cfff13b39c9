"""Open data made of values, for tests of its pages."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from siaga.domain.errors import Busy
from siaga.ports.open_data import DataForm, NoSuchData

DAY = date(2024, 1, 24)


class SampleData:
    """Open data of one case and one day; what platform bluesky has is held back."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.content = b"PAR1" * 400

    async def days(self) -> Sequence[date]:
        return [DAY - timedelta(days=number) for number in range(40)]

    async def of_day(self, day: date, platform: str, form: DataForm) -> Path:
        if platform == "bluesky":
            raise Busy(timedelta(minutes=10))
        if (day, platform) != (DAY, "x"):
            raise NoSuchData
        return self._made(f"{day}-{platform}.{form}")

    async def of_case(self, case: str, form: DataForm) -> Path:
        if case != "C-1":
            raise NoSuchData
        return self._made(f"{case}.{form}")

    def _made(self, name: str) -> Path:
        path = self._directory / name
        path.write_bytes(self.content)
        return path
