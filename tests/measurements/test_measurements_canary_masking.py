"""Whoever reads the open tail learns no canary of the present day; all else is as stored."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pyarrow as pa
from tests.measurements.measurement_samples import START, plain_round

from siaga.domain.answers import Role
from siaga.domain.records import Measurement
from siaga.domain.time import SimulatedClock
from siaga.measurements.store import Store

NOW = START + timedelta(days=1, hours=9)


def with_canary(number: int, ago: timedelta) -> list[Measurement]:
    """A round so long before now; its last asking is a canary's."""
    asked = [replace(m, at=NOW - ago) for m in plain_round(number)]
    url = "https://x.test/search?q=bakiludo"
    asked[-1] = replace(asked[-1], subject="canary-2", name="bakiludo", role=Role.CANARY, final_url=url)
    return asked


def rows(data: bytes) -> list[dict[str, object]]:
    read: list[dict[str, object]] = pa.ipc.open_stream(BytesIO(data)).read_all().to_pylist()
    return read


def test_the_tail_gives_todays_canaries_by_their_subject_and_older_ones_by_their_word(
    tmp_path: Path,
) -> None:
    yesterday, today = with_canary(0, timedelta(hours=9, microseconds=1)), with_canary(1, timedelta(hours=9))
    with Store.open(tmp_path, SimulatedClock(NOW)) as store:
        store.append(yesterday)
        store.append(today)
        given = rows(store.tail(0))
        kept = list(store.measurements())
    assert sorted(kept, key=lambda m: (m.at, m.position)) == yesterday + today, "the record itself has them"
    canaries = [row for row in given if row["role"] == "canary"]
    assert [(row["name"], row["final_url"]) for row in canaries] == [
        ("bakiludo", "https://x.test/search?q=bakiludo"),
        ("canary-2", None),
    ]
    others = [row["name"] for row in given if row["role"] != "canary"]
    assert others == [m.name for m in yesterday + today if m.role is not Role.CANARY]


def test_without_canaries_the_tail_is_as_stored(tmp_path: Path) -> None:
    asked = [replace(m, at=NOW) for m in plain_round(3)]
    with Store.open(tmp_path, SimulatedClock(NOW)) as store:
        store.append(asked)
        assert [row["name"] for row in rows(store.tail(0))] == [m.name for m in asked]
