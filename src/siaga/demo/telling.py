"""What happened, as a person reads it in the terminal: a line for each turn of the story, and no more."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from siaga.cases.events.account_published import AccountPublished
from siaga.cases.events.case_acknowledged import CaseAcknowledged
from siaga.cases.events.case_claim_refused import CaseClaimRefused
from siaga.cases.events.case_claimed import CaseClaimed
from siaga.cases.events.case_explained import CaseExplained
from siaga.cases.events.case_relapsed import CaseRelapsed
from siaga.cases.events.case_restored import CaseRestored
from siaga.cases.events.case_verified import CaseVerified
from siaga.cases.events.notice_released import NoticeReleased
from siaga.cases.labels import about, platform_label
from siaga.cases.phrases import public_author, public_sentence
from siaga.demo.story import CaseNews, Told
from siaga.domain.verdicts import Verdict
from siaga.election.model import Election
from siaga.i18n.speech import Speech

TURNS: Final = frozenset(
    {
        kind.kind
        for kind in (
            CaseVerified,
            NoticeReleased,
            CaseAcknowledged,
            CaseExplained,
            CaseClaimed,
            CaseClaimRefused,
            CaseRestored,
            CaseRelapsed,
            AccountPublished,
        )
    }
)
"""What of a case is told: what measuring adds in between, and reminders, stand on its page."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the terminal."""

    when: str
    who: str
    text: str


def told_to_people(told: Iterable[Told], election: Election) -> Iterator[Line]:
    """The lines of what happened, in English, at the election's own times. What is measured is told by the
    cases that come of it."""
    speech = Speech("en", election.timezone)
    last: Line | None = None
    for happening in told:
        line = _line(happening, election, speech)
        if line is not None and line != last:  # an account is published in each language
            yield line
            last = line


def _line(happening: Told, election: Election, speech: Speech) -> Line | None:
    match happening:
        case Verdict():
            return None
        case CaseNews(case, event):
            if event.kind not in TURNS:
                return None
            what = f"{about(case, election, speech)} on {platform_label(case.platform, election)}"
            text = f"{what}: {public_sentence(speech, event)} ({public_author(speech, event)})"
            return Line(_when(event.at, speech), case.id, text)
        case note:
            return Line(_when(note.at, speech), "", note.text)


def _when(at: datetime, speech: Speech) -> str:
    return f"{speech.moment(at)} {speech.zone_name(at)}"
