"""The evidence of a case: at its proof, and now."""

from collections.abc import Iterable
from dataclasses import replace

from siaga.cases.case import Case
from siaga.cases.publication import Viewer, visible_verdict, visible_verdicts
from siaga.cases.verdict_json import verdict_from_json
from siaga.domain.finding_evidence import FindingEvidence, Strength, evidence_of, strength_of
from siaga.domain.verdicts import NEEDS_A_PLATFORM, Verdict


def case_evidence(case: Case, viewer: Viewer, verdicts: Iterable[Verdict] = ()) -> FindingEvidence | None:
    """What is known of a case, as far as a viewer may see it; None where measuring has not proven it.

    Args:
        case: the case.
        viewer: who looks.
        verdicts: the present ones, as the control room sees them; none for a case as the journal has it.
    """
    if case.proof is None:
        return None
    proof = verdict_from_json(case.proof)
    said = list(verdicts)
    present = present_verdict(case, viewer, said)
    if present is not None and present.state in NEEDS_A_PLATFORM:
        return evidence_of(present, proof, present_strength(present, said))
    known = visible_verdict(case, viewer)
    last = proof if known is None else verdict_from_json(known)
    return evidence_of(last if last.state in NEEDS_A_PLATFORM else proof, proof)


def known_evidence(
    verdict: Verdict, cases: Iterable[Case], verdicts: Iterable[Verdict] = ()
) -> FindingEvidence:
    """What is known of what a verdict is about: by the open case about it, else by the verdict alone.

    Args:
        verdict: the present one, or the one of the moment that is looked at, as the viewer may see it.
        cases: all cases, as they stood at that moment.
        verdicts: what else is said at that moment: the streams say up to when the counts go.
    """
    present = present_strength(verdict, verdicts)
    if verdict.state in NEEDS_A_PLATFORM and not verdict.is_of_one_stream:
        for case in cases:
            if case.key == verdict.key.of_case and case.stage.is_open and case.proof is not None:
                return evidence_of(verdict, verdict_from_json(case.proof), present)
    return evidence_of(verdict, present=present)


def present_strength(verdict: Verdict, verdicts: Iterable[Verdict]) -> Strength:
    """How strong the evidence is now, at the moment of the newest round that its counts hold.

    A name's verdict bears the moment when its state changed last, though its counts grow with each round
    since; those of the streams that it rests on bear the moments of their newest rounds.

    Args:
        verdict: the present one.
        verdicts: all that is said at that moment.
    """
    surfaces = verdict.detail.get("surfaces", verdict.surface or "").split(", ")
    vantages = verdict.detail.get("vantages", verdict.vantage or "").split(", ")
    newest = [
        each.at
        for each in verdicts
        if each.is_of_one_stream
        and (each.platform, each.subject) == (verdict.platform, verdict.subject)
        and each.surface in surfaces
        and each.vantage in vantages
    ]
    return replace(strength_of(verdict), at=max([verdict.at, *newest]))


def present_verdict(case: Case, viewer: Viewer, verdicts: Iterable[Verdict]) -> Verdict | None:
    """What measuring says at this moment of a case that is open, as far as a viewer may see it."""
    if not case.stage.is_open:
        return None
    for verdict in visible_verdicts(list(verdicts), viewer):
        if verdict.key.of_case == case.key and verdict.key.vantage is None and not verdict.is_of_one_stream:
            return verdict
    return None
