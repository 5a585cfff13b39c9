"""Rounds for tests of detection: by hand, as a stream's facts, and what a watch makes of streams."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from siaga.detection.platform_engine import PlatformEngine
from siaga.detection.registry import live_shares
from siaga.detection.round_facts import RoundFacts, facts_of
from siaga.detection.round_plan import RoundPlan, plan_of
from siaga.detection.round_update import RoundUpdate
from siaga.detection.rules.missing import LIMITS
from siaga.detection.settings import Settings
from siaga.detection.stream_state import StreamState
from siaga.detection.watch import Detection
from siaga.domain.answers import Answer, Role, Session
from siaga.domain.records import Measurement
from siaga.domain.verdicts import NAME_FINDINGS, Verdict
from siaga.simulation.streams import Streams

START = datetime(2024, 1, 25, tzinfo=UTC)
MINUTE = 60_000_000
"""In microseconds."""
SETTINGS = Settings()
FOUND, EMPTY, LIMITED = Answer.RESULTS, Answer.EMPTY, Answer.LIMITED


def watched(streams: Streams) -> tuple[Detection, list[Verdict]]:
    """A watch of these streams, and the changes that it said."""
    detection = Detection()
    return detection, [verdict for asked in streams.rounds() for verdict in detection.take(asked)]


def findings(changes: list[Verdict]) -> dict[str, list[Verdict]]:
    """By name, its changes of state from the first finding about it on."""
    found: dict[str, list[Verdict]] = {}
    for change in changes:
        if change.subject is not None and (change.state in NAME_FINDINGS or change.subject in found):
            found.setdefault(change.subject, []).append(change)
    return found


def measured(
    subject: str,
    answer: Answer = FOUND,
    matching: int | None = 20,
    role: Role | None = None,
    name: str = "",
    position: int = 0,
    age: float | None = None,
    ordered: bool | None = None,
) -> Measurement:
    """One asking. A subject that begins with `c` and a number is a control, with `q` a canary."""
    usual = {"c": Role.CONTROL, "q": Role.CANARY}.get(subject[0], Role.TARGET)
    found = answer is Answer.RESULTS
    return Measurement(
        id=UUID(int=position),
        round=UUID(int=1),
        position=position,
        at=START + timedelta(seconds=position),
        election="e",
        platform="x",
        surface="people",
        vantage="medan",
        session=Session.PUBLIC,
        subject=subject,
        role=role or usual,
        name=name or subject,
        answer=answer,
        matching=matching if found else None,
        newest_age_s=age,
        ordered=ordered,
        total_ms=100.0,
    )


def facts(*askings: Measurement) -> RoundFacts:
    """The facts of a round of these askings."""
    return facts_of(askings, lambda _, role: role)


def numbered(layout_of: RoundFacts) -> tuple[RoundPlan, dict[str, int]]:
    """The plan of a round's layout, its subjects numbered as they come."""
    layout = layout_of.layout
    numbers: dict[str, int] = {}
    for subject, role in zip(layout.subjects, layout.roles, strict=True):
        if role is not Role.CANARY:
            numbers.setdefault(subject, len(numbers))
    return plan_of(layout, [numbers.get(subject, -1) for subject in layout.subjects]), numbers


class Laboratory:
    """One stream and all that a rule needs to bet on its rounds, without the rest of a watch."""

    def __init__(self) -> None:
        self.engine = PlatformEngine.new("x", SETTINGS)

    @property
    def stream(self) -> StreamState:
        """The stream of the rounds so far."""
        return self.engine.streams[0]

    def update(self, round_: RoundFacts) -> RoundUpdate:
        """The round, ready to be bet on: its controls are counted."""
        engine = self.engine
        stream, plan = engine.stream(round_), engine.plan(round_.layout)
        cohorts, sets = engine.asked_cohorts(round_.layout, plan)
        codes = round_.codes[plan.controls].tolist()
        outcome = {who: code for who, code in zip(plan.control_subjects, codes, strict=True) if code < LIMITS}
        shares = dict(live_shares(graded=True))
        return RoundUpdate(
            stream,
            plan,
            round_,
            cohorts,
            sets,
            engine.parts,
            engine.names,
            SETTINGS,
            shares,
            1.0,
            outcome=outcome,
        )
