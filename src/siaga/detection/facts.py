"""One completed round as arrays, and the rule (`missing@1`) that says what each answer counts as."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from siaga.domain.answers import Answer, Role
from siaga.domain.records import Measurement

FOUND, MISSING, LIMITS, NETWORK, LAYOUT = range(5)
"""What an answer counts as. From `LIMITS` on it was not measured: limit or wall, network, reader."""

CODES: dict[Answer, int] = {
    Answer.RESULTS: FOUND,
    Answer.EMPTY: MISSING,
    Answer.HIDDEN: MISSING,
    Answer.REFUSED: MISSING,
    Answer.ERROR: MISSING,
    Answer.LIMITED: LIMITS,
    Answer.CHALLENGED: LIMITS,
    Answer.WALLED: LIMITS,
    Answer.UNREACHABLE: NETWORK,
    Answer.UNREADABLE: LAYOUT,
}

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Layout:
    """Who was asked in a round, sorted by subject, name and position. A stream's rounds mostly share it."""

    subjects: tuple[str, ...]
    roles: tuple[Role, ...]
    digest: int = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", hash((self.subjects, self.roles)))

    def __hash__(self) -> int:
        return self.digest


@dataclass(slots=True)
class Facts:
    """One completed round of one stream. Arrays have one entry an asking, in the layout's order."""

    at: int
    """When its last answer was complete, microseconds since 1970."""
    platform: str
    surface: str
    vantage: str
    session: str
    layout: Layout
    codes: npt.NDArray[np.uint8]
    """`FOUND`, `MISSING`, ..."""
    matching: npt.NDArray[np.float64]
    """Results that carry the name (where unknown: results); NaN where not said or not found."""
    age: npt.NDArray[np.float64]
    """Age of the newest result in seconds; NaN where not said."""
    ordered: npt.NDArray[np.float64]
    """1 newest first, 0 not, NaN where not said."""
    position: npt.NDArray[np.int32]
    """Place in the round's random order."""
    odd: bool
    """Whether any answer was other than as usual: not found, or a canary found."""
    graded: bool
    """Whether any answer says `matching`, age or order."""
    names: npt.NDArray[np.int32]
    """The texts that were asked, as places in `name_words`."""
    name_words: Sequence[str]
    outcomes: npt.NDArray[np.int32]
    """The failing step or the answer's word, as places in `outcome_words`."""
    outcome_words: Sequence[str]

    def name_of(self, index: int) -> str:
        """The text of one asking."""
        return self.name_words[int(self.names[index])]

    def failure_of(self, index: int) -> str:
        """The failing step, or the answer's word, of one asking."""
        return self.outcome_words[int(self.outcomes[index])]


def moment(at: int) -> datetime:
    """The moment `at` microseconds after 1970, UTC."""
    return EPOCH + timedelta(microseconds=at)


def completed(measurement: Measurement) -> int:
    """When the measurement's answer was complete, microseconds since 1970."""
    began = (measurement.at - EPOCH) // MICROSECOND
    return began + round((measurement.total_ms or 0.0) * 1000)


def code_of(answer: Answer, count: int | None, matching: int | None) -> int:
    """What an answer counts as, by `missing@1`."""
    if answer is Answer.RESULTS and (matching == 0 or (matching is None and count == 0)):
        return MISSING
    return CODES[answer]


def is_odd(codes: npt.NDArray[np.uint8], roles: Sequence[Role]) -> bool:
    """Whether any name was not found, or any canary was."""
    return any(
        (code == FOUND) if role is Role.CANARY else (code != FOUND)
        for code, role in zip(codes.tolist(), roles, strict=True)
    )


def facts_of(measurements: Sequence[Measurement], roles: Callable[[str, Role], Role]) -> Facts:
    """The facts of one completed round. `roles` says what a subject is, given what its record says."""
    ordered = sorted(measurements, key=lambda one: (one.subject, one.name, one.position))
    first = ordered[0]
    layout = Layout(
        tuple(one.subject for one in ordered), tuple(roles(one.subject, one.role) for one in ordered)
    )
    codes = np.array([code_of(one.answer, one.count, one.matching) for one in ordered], np.uint8)

    def column(values: list[float | None]) -> npt.NDArray[np.float64]:
        return np.array(
            [np.nan if v is None or c != FOUND else v for v, c in zip(values, codes, strict=True)]
        )

    matching = column([one.matching if one.matching is not None else one.count for one in ordered])
    age = column([one.newest_age_s for one in ordered])
    in_order = column([None if one.ordered is None else float(one.ordered) for one in ordered])
    return Facts(
        at=max(completed(one) for one in ordered),
        platform=first.platform,
        surface=first.surface,
        vantage=first.vantage,
        session=str(first.session),
        layout=layout,
        codes=codes,
        matching=matching,
        age=age,
        ordered=in_order,
        position=np.array([one.position for one in ordered], np.int32),
        odd=is_odd(codes, layout.roles),
        graded=bool((~np.isnan(matching)).any() or (~np.isnan(age)).any() or (~np.isnan(in_order)).any()),
        names=np.arange(len(ordered), dtype=np.int32),
        name_words=[one.name for one in ordered],
        outcomes=np.arange(len(ordered), dtype=np.int32),
        outcome_words=[str(one.failure or one.answer) for one in ordered],
    )
