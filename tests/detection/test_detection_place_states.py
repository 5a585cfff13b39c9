"""A whole platform's outage is one cause, also where its surfaces are asked at very different rates."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from siaga.detection.watch import Detection
from siaga.domain.answers import Answer, Role, Session
from siaga.domain.records import Measurement
from siaga.domain.verdicts import State, Verdict

START = datetime(2024, 1, 25, tzinfo=UTC)
EVERY = {"search-latest": 10, "suggest": 30, "profile": 60}
"""Minutes between rounds, from each vantage."""
VANTAGES = ("jakarta", "singapore", "surabaya")
OUTAGE = (timedelta(hours=12), timedelta(hours=12, minutes=40))


def round_of(number: int, surface: str, vantage: str, at: datetime, *, down: bool) -> list[Measurement]:
    names = [("mahfud", Role.TARGET), ("ganjar", Role.TARGET)] + [(f"c{n}", Role.CONTROL) for n in range(10)]
    return [
        Measurement(
            id=UUID(int=number * 100 + position),
            round=UUID(int=number),
            position=position,
            at=at,
            election="e",
            platform="bluesky",
            surface=surface,
            vantage=vantage,
            session=Session.PUBLIC,
            subject=subject,
            role=role,
            name=subject,
            answer=Answer.ERROR if down else Answer.RESULTS,
            count=None if down else 20,
            matching=None if down else 20,
        )
        for position, (subject, role) in enumerate(names)
    ]


def told(hours: int) -> list[Verdict]:
    due = sorted(
        (minute, surface, vantage)
        for surface, every in EVERY.items()
        for place, vantage in enumerate(VANTAGES)
        for minute in range(3 + place * every // 3, hours * 60, every)
    )
    detection = Detection()
    changes: list[Verdict] = []
    for number, (minute, surface, vantage) in enumerate(due):
        after = timedelta(minutes=minute)
        down = OUTAGE[0] <= after < OUTAGE[1]
        changes += detection.take(round_of(number, surface, vantage, START + after, down=down))
    return changes


def test_an_outage_of_all_surfaces_is_one_platform_down_and_no_name_s() -> None:
    changes = told(24)
    placed = [(c.state, c.surface, c.vantage) for c in changes if c.subject is None]
    assert placed == [(State.PLATFORM_DOWN, None, None), (State.FINDABLE, None, None)]
    assert {c.state for c in changes if c.subject is not None} <= {State.FINDABLE, State.INSUFFICIENT}
