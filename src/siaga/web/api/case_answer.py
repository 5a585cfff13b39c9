"""A case as the API gives it."""

from collections.abc import Sequence

from siaga.cases.case import Case
from siaga.cases.case_evidence import case_evidence
from siaga.cases.deadlines import Due
from siaga.cases.durations import durations
from siaga.cases.publication import EVERYBODY, ROOM, visible_verdict
from siaga.domain.verdicts import Verdict
from siaga.web.api.answers import (
    AccountAnswer,
    CaseAnswer,
    CaseLinkAnswer,
    CaseNoticeAnswer,
    DeadlineAnswer,
    DeliveryAnswer,
    EvidenceAnswer,
    ExplanationAnswer,
    RoomPartAnswer,
)


def case_answer(case: Case, room: RoomPartAnswer | None, verdicts: Sequence[Verdict]) -> CaseAnswer:
    """The case; `room` is what only programs of the room see, None for all others. `verdicts` are the present
    ones, as the room sees them."""
    took = durations(case)
    viewer = EVERYBODY if room is None else ROOM
    verdict, evidence = visible_verdict(case, viewer), case_evidence(case, viewer, verdicts)
    return CaseAnswer(
        id=case.id,
        platform=case.platform,
        subject=case.subject,
        surface=case.surface,
        stage=case.stage,
        open=case.stage.is_open,
        severity=case.severity,
        opened_at=case.opened_at,
        began_at=took.began,
        proven_at=took.proven,
        notified_at=took.notified,
        acknowledged_at=took.acknowledged,
        back_at=took.back,
        restored_at=took.restored,
        affected_seconds=None if took.affected is None else took.affected.total_seconds(),
        refused_claims=case.refused_claims,
        explanation=None if case.explanation is None else ExplanationAnswer.model_validate(case.explanation),
        evidence=None if evidence is None else EvidenceAnswer.model_validate(evidence),
        proof=None if case.proof is None else dict(case.proof),
        verdict=None if verdict is None else dict(verdict),
        accounts={
            language: AccountAnswer.model_validate(account) for language, account in case.published.items()
        },
        room=room,
    )


def room_part(case: Case, reports: int, dues: Sequence[Due]) -> RoomPartAnswer:
    """What only programs of the room see of a case; `reports` is how many belong to it, `dues` what the
    platform owes."""
    return RoomPartAnswer(
        owner=case.owner,
        reports=reports,
        notices=[CaseNoticeAnswer.model_validate(notice) for notice in case.notices.values()],
        deadlines=[DeadlineAnswer.model_validate(due) for due in dues],
        messages=[DeliveryAnswer.model_validate(message) for message in case.messages],
        links=[
            CaseLinkAnswer(
                id=link.id,
                contact=link.contact,
                expires=link.expires,
                revoked=link.revoked,
                opened=link.browser is not None,
            )
            for link in case.links.values()
        ],
    )
