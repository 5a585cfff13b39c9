"""One completed round as arrays."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from siaga.detection.rules.missing import FOUND, MISSING, code_of, is_odd
from siaga.domain.answers import Answer, Role
from siaga.domain.records import Measurement, Stream

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
class RoundFacts:
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


def facts_of(measurements: Sequence[Measurement], roles: Callable[[str, Role], Role]) -> RoundFacts:
    """The facts of one completed round. `roles` says what a subject is, given what its record says."""
    ordered = sorted(
        measurements, key=lambda measurement: (measurement.subject, measurement.name, measurement.position)
    )
    first = ordered[0]
    layout = Layout(
        tuple(asking.subject for asking in ordered),
        tuple(roles(asking.subject, asking.role) for asking in ordered),
    )
    codes = np.array([code_of(asking.answer, asking.count, asking.matching) for asking in ordered], np.uint8)

    def column(values: list[float | None]) -> npt.NDArray[np.float64]:
        return np.array(
            [np.nan if v is None or c != FOUND else v for v, c in zip(values, codes, strict=True)]
        )

    matching = column(
        [asking.matching if asking.matching is not None else asking.count for asking in ordered]
    )
    age = column([asking.newest_age_s for asking in ordered])
    in_order = column([None if asking.ordered is None else float(asking.ordered) for asking in ordered])
    return RoundFacts(
        at=max(completed(asking) for asking in ordered),
        platform=first.platform,
        surface=first.surface,
        vantage=first.vantage,
        session=str(first.session),
        layout=layout,
        codes=codes,
        matching=matching,
        age=age,
        ordered=in_order,
        position=np.array([asking.position for asking in ordered], np.int32),
        odd=is_odd(codes, layout.roles),
        graded=bool((~np.isnan(matching)).any() or (~np.isnan(age)).any() or (~np.isnan(in_order)).any()),
        names=np.arange(len(ordered), dtype=np.int32),
        name_words=[asking.name for asking in ordered],
        outcomes=np.arange(len(ordered), dtype=np.int32),
        outcome_words=[str(asking.failure or asking.answer) for asking in ordered],
    )


def found_or_not(at: datetime, stream: Stream, layout: Layout, gone: npt.NDArray[np.bool_]) -> RoundFacts:
    """The facts of a round that was played and not measured: who was found in it, and nothing else.

    Args:
        at: when its last answer was complete.
        gone: of each asking, in the layout's order, whether it came back empty.
    """
    codes = np.where(gone, MISSING, FOUND).astype(np.uint8)
    size = len(codes)
    unknown = np.full(size, np.nan)
    return RoundFacts(
        at=(at - EPOCH) // MICROSECOND,
        platform=stream.platform,
        surface=stream.surface,
        vantage=stream.vantage,
        session=str(stream.session),
        layout=layout,
        codes=codes,
        matching=unknown,
        age=unknown,
        ordered=unknown,
        position=np.arange(size, dtype=np.int32),
        odd=is_odd(codes, layout.roles),
        graded=False,
        names=np.zeros(size, np.int32),
        name_words=("name",),
        outcomes=gone.astype(np.int32),
        outcome_words=(str(Answer.RESULTS), str(Answer.EMPTY)),
    )
