"""What the demo's story must bring, checked: January 2024 is found, judged rightly, and seen to be over."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from siaga.words.time import parse_rfc3339
from siaga.words.verdicts import State, Verdict

WITHHELD: Final = parse_rfc3339("2024-01-25T02:00:00+07:00")
FOUND_BY: Final = parse_rfc3339("2024-01-25T03:00:00+07:00")
RUNNING_MATE: Final = (
    parse_rfc3339("2024-01-25T09:00:00+07:00"),
    parse_rfc3339("2024-01-25T12:00:00+07:00"),
)
OUTAGE: Final = (parse_rfc3339("2024-01-25T13:00:00+07:00"), parse_rfc3339("2024-01-25T13:40:00+07:00"))
RESTORED: Final = parse_rfc3339("2024-01-26T10:30:00+07:00")
PLAYERS: Final = frozenset({("x", "mahfud"), ("x", "ganjar")})
PROVEN: Final = frozenset({State.SUPPRESSED, State.IMPAIRED})
DOWN: Final = frozenset({State.PLATFORM_DOWN, State.SURFACE_DOWN})


@dataclass(frozen=True, slots=True)
class Expectation:
    """One thing that must hold, and whether it did."""

    what: str
    held: bool
    at: datetime | None = None
    """When what it speaks of happened."""


def judge(changes: Sequence[Verdict]) -> list[Expectation]:
    """Everything that the story must bring, against the changes of state in order of time."""

    def first(holds: Callable[[Verdict], bool]) -> Verdict | None:
        return next((change for change in changes if holds(change)), None)

    def expectation(what: str, by: datetime, holds: Callable[[Verdict], bool]) -> Expectation:
        change = first(holds)
        return Expectation(what, change is not None and change.at <= by, change.at if change else None)

    accused = first(
        lambda v: v.state.is_finding and v.subject is not None and (v.platform, v.subject) not in PLAYERS
    )
    early = first(lambda v: v.state in PROVEN and v.subject == "mahfud" and v.at < WITHHELD)
    back = first(
        lambda v: v.subject == "mahfud" and v.platform == "x" and v.state.is_fine and v.at > FOUND_BY
    )
    return [
        expectation(
            "mahfud on X is proven to be treated worse within an hour",
            FOUND_BY,
            lambda v: v.state in PROVEN and v.subject == "mahfud" and v.platform == "x" and v.at >= WITHHELD,
        ),
        Expectation(
            "nothing was said of mahfud before it happened", early is None, early.at if early else None
        ),
        expectation(
            "ganjar, withheld in part, is found as well",
            RUNNING_MATE[1],
            lambda v: v.state in PROVEN and v.subject == "ganjar" and v.at >= RUNNING_MATE[0],
        ),
        expectation(
            "the outage of Bluesky is seen as the platform's",
            OUTAGE[1],
            lambda v: v.state in DOWN and v.platform == "bluesky" and v.at >= OUTAGE[0],
        ),
        Expectation(
            "no other name was spoken of, on any platform",
            accused is None,
            accused.at if accused else None,
        ),
        Expectation(
            "mahfud is called findable again only after it was restored",
            back is not None and back.at >= RESTORED,
            back.at if back else None,
        ),
    ]
