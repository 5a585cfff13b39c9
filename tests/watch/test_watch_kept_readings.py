"""Readings of the whole record are made seldom, and never shown older than said."""

from datetime import timedelta

from tests.watch import scripted_watch as scripted

from siaga.watch.kept_readings import KEPT, MOST_KEPT, KeptReadings
from siaga.watch.reader_pool import ReaderPool

SECOND = timedelta(seconds=1)


async def test_a_reading_is_made_once_until_it_is_too_old() -> None:
    readings, made = KeptReadings(ReaderPool("readings", 1)), list[int]()

    def read() -> int:
        made.append(len(made))
        return made[-1]

    now = scripted.START
    assert [await readings.read("a", now, read), await readings.read("a", now + KEPT - SECOND, read)] == [
        0,
        0,
    ]
    assert await readings.read("b", now, read) == 1
    assert await readings.read("a", now + KEPT, read) == 2
    assert await readings.read("a", now, read) == 3, "a clock that was set back keeps nothing from the future"


async def test_of_many_readings_the_oldest_are_forgotten() -> None:
    readings = KeptReadings(ReaderPool("readings", 1))
    for number in range(MOST_KEPT + 1):
        assert await readings.read(number, scripted.START, lambda: "first") == "first"
    assert await readings.read(0, scripted.START, lambda: "second") == "second"
    assert await readings.read(MOST_KEPT, scripted.START, lambda: "second") == "first"
