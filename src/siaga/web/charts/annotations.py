"""What happened to a name's cases, as marks on the axis of its chart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from siaga.cases.events.case_acknowledged import CaseAcknowledged
from siaga.cases.events.case_claim_refused import CaseClaimRefused
from siaga.cases.events.case_claimed import CaseClaimed
from siaga.cases.events.case_explained import CaseExplained
from siaga.cases.events.case_relapsed import CaseRelapsed
from siaga.cases.events.case_restored import CaseRestored
from siaga.cases.events.case_verified import CaseVerified
from siaga.cases.events.case_withdrawn import CaseWithdrawn
from siaga.cases.events.notice_released import NoticeReleased
from siaga.cases.phrases import public_sentence
from siaga.cases.publication import is_public, timeline
from siaga.i18n.speech import N_, Speech
from siaga.ports.watch import WatchView


class MarkKind(StrEnum):
    """How a mark looks."""

    PROVEN = "proven"
    NOTICE = "notice"
    WORD = "word"
    """The platform has said something."""
    CLAIM = "claim"
    REFUSED = "refused"
    RESTORED = "restored"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that happened, at its place on the axis."""

    at: datetime
    kind: MarkKind
    text: str


SHAPES: Final[Mapping[MarkKind, str]] = MappingProxyType(
    {
        MarkKind.PROVEN: "M0,-6L6.500,5.500H-6.500ZM0,-2.500V1.500M0,3V4",
        MarkKind.NOTICE: "M-6.500,-4.500H6.500V4.500H-6.500ZM-6.500,-4.500L0,1L6.500,-4.500",
        MarkKind.WORD: "M-6,-5H6V2.500H0L-3,6V2.500H-6Z",
        MarkKind.CLAIM: "M0,-6.500L6.500,0L0,6.500L-6.500,0Z",
        MarkKind.REFUSED: "M-5,-5L5,5M5,-5L-5,5",
        MarkKind.RESTORED: "M-6,0L-2,5L6,-5",
        MarkKind.WITHDRAWN: "M-6,0H6",
    }
)
"""Paths around their middle, in drawing units; told apart without colour."""
WORDS: Final[Mapping[MarkKind, str]] = MappingProxyType(
    {
        MarkKind.PROVEN: N_("proven"),
        MarkKind.NOTICE: N_("notice sent"),
        MarkKind.WORD: N_("platform replied"),
        MarkKind.CLAIM: N_("platform says it is fixed"),
        MarkKind.REFUSED: N_("not restored"),
        MarkKind.RESTORED: N_("restoration verified"),
        MarkKind.WITHDRAWN: N_("withdrawn"),
    }
)
_KINDS: Final[Mapping[str, MarkKind]] = MappingProxyType(
    {
        CaseVerified.kind: MarkKind.PROVEN,
        CaseRelapsed.kind: MarkKind.PROVEN,
        NoticeReleased.kind: MarkKind.NOTICE,
        CaseAcknowledged.kind: MarkKind.WORD,
        CaseExplained.kind: MarkKind.WORD,
        CaseClaimed.kind: MarkKind.CLAIM,
        CaseClaimRefused.kind: MarkKind.REFUSED,
        CaseRestored.kind: MarkKind.RESTORED,
        CaseWithdrawn.kind: MarkKind.WITHDRAWN,
    }
)


def marks_of(watch: WatchView, speech: Speech, platform: str | None, subject: str | None) -> Sequence[Mark]:
    """The marks of the public cases about a subject on a platform (None for any), oldest first."""
    found = [
        Mark(
            event.at,
            _KINDS[event.kind],
            f"{speech.moment(event.at, watch.now())}: {public_sentence(speech, event)}",
        )
        for case in watch.cases()
        if is_public(case)
        and (platform is None or case.platform == platform)
        and (subject is None or case.subject == subject)
        for event in timeline(watch.case_history(case.id))
        if event.kind in _KINDS and not event.undone
    ]
    return sorted(found, key=lambda mark: mark.at)
