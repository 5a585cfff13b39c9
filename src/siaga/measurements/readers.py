"""Readers of the live file: a few at once, in memory that whoever writes takes back where it is needed."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

import duckdb

from siaga.domain.errors import Busy
from siaga.measurements.sql import prepared

MOST_AT_ONCE: Final = 2
"""Queries at once. More would not be faster on the two threads that the file is given, and would need more
memory than leaves room to write."""
LONGEST_WAIT_S: Final = 5.0
"""Real seconds that a reader waits for its turn. Whoever looks at a page has gone by then."""
AGAIN: Final = timedelta(seconds=5)


class Readers:
    """Those who read one live file. Safe to call from several threads."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._changed = threading.Condition()
        self._held_off = False
        self._reading: set[duckdb.DuckDBPyConnection] = set()

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor to read with, for as long as the block lasts.

        Raises:
            Busy: too many read, the memory did not suffice, or it was needed to write.
        """
        with self._changed:
            if not self._changed.wait_for(self._is_free, LONGEST_WAIT_S):
                raise Busy(AGAIN)
            cursor = self._connection.cursor()
            self._reading.add(cursor)
        try:
            yield prepared(cursor)
        except (duckdb.OutOfMemoryException, duckdb.InterruptException):
            raise Busy(AGAIN) from None
        finally:
            with self._changed:
                self._reading.remove(cursor)
                self._changed.notify_all()
            cursor.close()

    def _is_free(self) -> bool:
        return not self._held_off and len(self._reading) < MOST_AT_ONCE

    @contextmanager
    def held_off(self) -> Iterator[None]:
        """End all who read, and let nobody begin, for as long as the block lasts. A reader that asks nothing
        cannot be ended; it is waited for a while."""
        until = time.monotonic() + LONGEST_WAIT_S
        with self._changed:
            self._held_off = True
            while self._reading and time.monotonic() < until:
                for cursor in self._reading:
                    cursor.interrupt()
                # One that comes between two queries of a reader ends neither: it is given again.
                self._changed.wait(0.01)
        try:
            yield
        finally:
            with self._changed:
                self._held_off = False
                self._changed.notify_all()
