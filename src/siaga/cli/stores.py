"""Opens the measurements of a watch for a command, whether the watch runs or not."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from siaga.domain.errors import BadInput, Fault
from siaga.domain.time import SystemClock
from siaga.journal.watched_election import check_is_of
from siaga.measurements.reading import SegmentReader
from siaga.measurements.store import Store, StoreInUse

DEADLINE_S: Final = 30.0
TRIES: Final = 20
"""So often a watch that is busy is asked for the same."""
LONGEST_WAIT_S: Final = 30


@contextmanager
def opened_store(measurements: Path, running: str | None) -> Iterator[Store | SegmentReader]:
    """The measurements of a watch: all of them where the watch rests, else what is sealed (up to an hour
    ago), with the rest from the pages at `running`.

    Raises:
        BadInput: the store cannot be opened, or the pages do not answer.
    """
    try:
        with Store.open(measurements, SystemClock()) as store:
            yield store
    except StoreInUse:
        yield SegmentReader(measurements, None if running is None else tail_of(running))


def check_store_is_of(store: Store | SegmentReader, election: str, place: str) -> None:
    """Refuse the measurements of another election.

    Raises:
        BadInput: the newest is of another. `place` says where it was read.
    """
    for newest in store.measurements(limit=1):
        check_is_of(newest.election, election, place)


def tail_of(address: str) -> Callable[[int], bytes]:
    """What asks a running watch for its measurements after a sequence number.

    Raises:
        BadInput: the address is none; and when asked, the watch does not answer.
    """
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise BadInput(Fault(f"{address!r} is no address.", "Write http://HOST:PORT.", field="--from"))
    opener = build_opener(_Stays())

    def tail(after: int) -> bytes:
        request = Request(f"{address.rstrip('/')}/api/v1/tail?after={after}")  # noqa: S310 - http(s) alone
        try:
            for _ in range(TRIES - 1):
                try:
                    with opener.open(request, timeout=DEADLINE_S) as answer:
                        return bytes(answer.read())
                except HTTPError as refused:
                    wait = refused.headers.get("Retry-After", "")
                    if refused.code != 503 or not wait.isdigit():
                        raise
                    time.sleep(min(int(wait), LONGEST_WAIT_S))
            with opener.open(request, timeout=DEADLINE_S) as answer:
                return bytes(answer.read())
        except (URLError, HTTPException, OSError) as error:
            what = f"The watch at {address} does not answer: {getattr(error, 'reason', None) or error}."
            raise BadInput(Fault(what, "Check that it runs, and its --port.", field="--from")) from None

    return tail


class _Stays(HTTPRedirectHandler):
    """Asks where it was told to ask, and nowhere else."""

    def redirect_request(self, *_: object) -> None:
        return None
