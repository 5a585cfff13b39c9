"""Measurements for tests: any at all, by hypothesis, and plain ones by the dozen."""

import random
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from siaga.domain.answers import Answer, Role, Session
from siaga.domain.failures import Failure
from siaga.domain.ids import uuid7
from siaga.domain.records import Measurement, Round, Stream

START = datetime(2024, 1, 25, tzinfo=UTC)
TEXT = st.text(st.characters(codec="utf-8"), max_size=40)
COUNTS = st.none() | st.integers(0, 2**53)
SPANS = st.none() | st.floats(-1e300, 1e300, allow_nan=False)

measurements = st.builds(
    Measurement,
    id=st.uuids(),
    round=st.uuids(),
    position=st.integers(0, 2**31 - 1),
    at=st.integers(0, 2**53).map(lambda since: START + timedelta(microseconds=since - 2**52)),
    election=TEXT,
    platform=TEXT,
    surface=TEXT,
    vantage=TEXT,
    session=st.sampled_from(Session),
    subject=TEXT,
    role=st.sampled_from(Role),
    name=TEXT,
    answer=st.sampled_from(Answer),
    failure=st.none() | st.sampled_from(Failure),
    status=st.none() | st.integers(0, 999),
    final_url=st.none() | TEXT,
    count=COUNTS,
    matching=COUNTS,
    newest_age_s=SPANS,
    ordered=st.none() | st.booleans(),
    dns_ms=SPANS,
    connect_ms=SPANS,
    tls_ms=SPANS,
    first_byte_ms=SPANS,
    total_ms=SPANS,
    bytes=COUNTS,
    body_sha256=st.none() | TEXT,
    reader=TEXT,
    agent=TEXT,
)


def plain_round(
    number: int,
    names: int = 13,
    platform: str = "x",
    surface: str = "search-latest",
    vantage: str = "jakarta",
    every: timedelta = timedelta(minutes=1),
    withheld: str = "",
) -> list[Measurement]:
    """A round of one target `mahfud` and controls, found all but `withheld`; the same again each time."""
    rng = random.Random(f"{number}/{platform}/{surface}/{vantage}")
    at = START + number * every
    round_id = uuid7(at, rng.getrandbits(74))
    subjects = ["mahfud", *(f"control-{control}" for control in range(1, names))]
    rng.shuffle(subjects)
    asked = []
    for position, subject in enumerate(subjects):
        began = at + timedelta(milliseconds=200 * position)
        found = subject != withheld
        asked.append(
            Measurement(
                id=uuid7(began, rng.getrandbits(74)),
                round=round_id,
                position=position,
                at=began,
                election="indonesia-2024",
                platform=platform,
                surface=surface,
                vantage=vantage,
                session=Session.PUBLIC,
                subject=subject,
                role=Role.TARGET if subject == "mahfud" else Role.CONTROL,
                name=subject.replace("-", " "),
                answer=Answer.RESULTS if found else Answer.EMPTY,
                status=200,
                final_url="https://api.example/search",
                count=20 if found else 0,
                matching=18 if found else 0,
                newest_age_s=round(rng.random() * 90, 3) if found else None,
                ordered=True if found else None,
                first_byte_ms=round(40 + rng.random() * 20, 3),
                total_ms=round(60 + rng.random() * 20, 3),
                bytes=5000,
                body_sha256=f"{rng.getrandbits(256):064x}",
                reader="x@1",
                agent="siaga/0.1.0",
            )
        )
    return asked


def planned(measured: list[Measurement]) -> Round:
    """The round that a list of one round's measurements was planned as."""
    one = measured[0]
    return Round(
        id=one.round,
        at=one.at,
        stream=Stream(one.platform, one.surface, one.vantage, one.session),
        seed=one.round.bytes * 2,
        askings=(),
    )
