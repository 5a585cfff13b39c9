"""What the demo's story brings: what the platform says in it, and what must hold, checked.

January 2024 is found, judged rightly, followed as cases, and seen to be over.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from siaga.cases.case import EXPLAINED, Case, Stage
from siaga.cases.commands import Command
from siaga.cases.durations import Durations, durations
from siaga.cases.event import CaseEvent
from siaga.cases.events.case_acknowledged import CaseAcknowledged
from siaga.cases.events.case_claimed import CaseClaimed
from siaga.cases.events.case_explained import CaseExplained, Cause
from siaga.cases.guards import Actor, NotAllowed
from siaga.cases.rights import Right
from siaga.demo.staff import BESIDE, ON_CALL, is_published
from siaga.domain.time import parse_rfc3339
from siaga.domain.verdicts import DOWN, PROVEN, FindingKey, Verdict
from siaga.i18n.speech import Speech
from siaga.ports.cases import CaseService
from siaga.simulation.mailbox import ReceivedMail
from siaga.simulation.scenario import Scenario

WITHHELD: Final = parse_rfc3339("2024-01-25T14:30:30+07:00")
FOUND_BY: Final = parse_rfc3339("2024-01-25T15:30:00+07:00")
RUNNING_MATE: Final = (
    parse_rfc3339("2024-01-25T16:00:00+07:00"),
    parse_rfc3339("2024-01-25T18:00:00+07:00"),
)
OUTAGE: Final = (parse_rfc3339("2024-01-25T20:00:00+07:00"), parse_rfc3339("2024-01-25T20:40:00+07:00"))
RESTORED: Final = parse_rfc3339("2024-01-26T10:00:30+07:00")
PLAYERS: Final = frozenset({("x", "mahfud"), ("x", "ganjar")})
LIAISON: Final = Actor(f"liaison:{ON_CALL}", frozenset({Right.ANSWER}))
KEY: Final = FindingKey("x", "mahfud")
"""What the platform's words are about."""
PROMPT: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class PlatformStatement:
    """What the platform says at a moment of the story."""

    at: datetime
    event: Callable[[str], CaseEvent]
    """Of the case with that id."""


MESSAGES: Final = (
    PlatformStatement(parse_rfc3339("2024-01-26T07:10:00+07:00"), CaseAcknowledged),
    PlatformStatement(
        parse_rfc3339("2024-01-26T08:30:00+07:00"),
        lambda case: CaseExplained(
            case, Cause.SPAM_CLEANUP, "The name is recovering after a clean-up of spam."
        ),
    ),
    PlatformStatement(parse_rfc3339("2024-01-26T08:45:00+07:00"), CaseClaimed),
)
"""The platform's words on the case of `mahfud`: the claim comes when three posts are found of thousands."""


class Liaison:
    """Says the platform's words when their moments come."""

    def __init__(self, cases: CaseService) -> None:
        self._cases = cases
        self._left = list(MESSAGES)

    @property
    def next(self) -> datetime | None:
        """When it speaks next; None where all is said."""
        return self._left[0].at if self._left else None

    def speak(self, now: datetime) -> None:
        """Say what is due. Without a case to speak of, or to which it would not fit, nothing is said."""
        while self._left and self._left[0].at <= now:
            message = self._left.pop(0)
            for case in self._cases.cases.values():
                if case.key == KEY and case.stage.is_open:
                    try:
                        self._cases.do(Command(message.event(case.id)), LIAISON)
                    except NotAllowed:
                        continue


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


def judge_cases(cases: Sequence[Case]) -> list[Expectation]:
    """What the story must bring to the cases."""
    told = [case for case in cases if case.key == KEY]
    case = told[0] if len(told) == 1 else None
    restored = case.reached.get(Stage.RESTORED) if case is not None else None
    others = [
        other
        for other in cases
        if other.subject is not None and (other.platform, other.subject) not in PLAYERS
    ]
    return [
        Expectation(
            "one case is about mahfud on X, opened within an hour",
            case is not None and case.opened_at <= FOUND_BY,
            case.opened_at if case else None,
        ),
        Expectation(
            "the claim that it is restored was refused: three posts are not thousands",
            case is not None and case.refused_claims == 1,
        ),
        Expectation(
            "its case was closed by measuring, once it was restored",
            case is not None and case.stage is Stage.CLOSED and restored is not None and restored >= RESTORED,
            restored,
        ),
        Expectation(
            "its notice, approved by two people, went out within a quarter of an hour of the proof",
            case is not None and _notified_in(case) <= PROMPT,
            case.reached.get(Stage.NOTIFIED) if case is not None else None,
        ),
        Expectation(
            "ganjar's relapse reopened his case, and it was closed again by measuring",
            any(
                other.subject == "ganjar" and other.episodes == 2 and other.stage is Stage.CLOSED
                for other in cases
            ),
        ),
        Expectation(
            "its account was published in both languages",
            case is not None and is_published(case),
        ),
        Expectation("no case is about any other name", not others),
    ]


def judge_account(cases: Sequence[Case], scenario: Scenario, zone: str) -> list[Expectation]:
    """The published account of the case of `mahfud`, against what the platforms really did and when; `zone`
    is the one in which it tells its times."""
    case = next((case for case in cases if case.key == KEY), None)
    took = durations(case) if case is not None else None
    faults = [t for t in scenario.troubles if t.fault.names == ("mahfud",) and t.fault.platform == "x"]
    began, ended = min(t.starts for t in faults), max(t.ends or scenario.ends for t in faults)
    return [
        Expectation(
            "it began, and ended, between the moments that its account names",
            took is not None
            and _lies(took.began_after, began, took.began)
            and _lies(took.back_after, ended, took.back),
        ),
        Expectation(
            "what the platform said stands in it at the moment when it was said",
            case is not None
            and [case.reached.get(stage) for stage in (Stage.ACKNOWLEDGED, EXPLAINED, Stage.CLAIMED)]
            == [statement.at for statement in MESSAGES],
        ),
        Expectation(
            "its moments follow on one another: begun, proven, told, answered, back, verified",
            took is not None and _in_order(took),
        ),
        Expectation(
            "and all of them can be read in it, in both languages",
            case is not None
            and took is not None
            and all(_tells(case, took, Speech(language, zone)) for language in BESIDE),
        ),
    ]


def _lies(after: datetime | None, truth: datetime, by: datetime | None) -> bool:
    return after is not None and by is not None and after <= truth <= by


def _moments(took: Durations) -> list[datetime | None]:
    told = [took.proven, took.notified, took.acknowledged]
    return [took.began_after, took.began, *told, took.back_after, took.back, took.restored]


def _in_order(took: Durations) -> bool:
    moments = [moment for moment in _moments(took) if moment is not None]
    return len(moments) == len(_moments(took)) and moments == sorted(moments)


def _tells(case: Case, took: Durations, speech: Speech) -> bool:
    account = case.published.get(speech.language)
    known = [moment for moment in _moments(took) if moment is not None]
    return account is not None and all(speech.clock(moment) in account.text for moment in known)


def judge_mail(cases: Sequence[Case], mails: Sequence[ReceivedMail]) -> list[Expectation]:
    """What the story must bring to the platform's mailbox."""
    ids = [case.id for case in cases if case.key == KEY]
    told = [mail for mail in mails if ids and f"(case {ids[0]})" in mail.subject]
    first = told[0] if told else None
    return [
        Expectation(
            "the notice arrived in the platform's mailbox, with a link to answer by",
            first is not None and not first.answers and "/en/answer/" in first.text,
        ),
        Expectation(
            "all that followed about it arrived in one thread a contact, to the restoration",
            bool(told)
            and "is restored on" in told[-1].subject
            and len({mail.answers or mail.id for mail in told}) == len({mail.to for mail in told}),
        ),
        Expectation("no mail arrived twice", len({mail.id for mail in mails}) == len(mails)),
    ]


def _notified_in(case: Case) -> timedelta:
    notified, proven = case.reached.get(Stage.NOTIFIED), case.verified_at
    return timedelta.max if notified is None or proven is None else notified - proven
