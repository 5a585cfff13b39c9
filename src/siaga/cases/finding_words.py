"""What is wrong in a case, as its mails say it first: the state of the finding, of whom, and where."""

from typing import Final

from siaga.cases.case import Case, Stage
from siaga.cases.case_evidence import case_evidence
from siaga.cases.labels import about, full_name, platform_label
from siaga.cases.publication import EVERYBODY
from siaga.domain.verdicts import NEEDS_A_PLATFORM, State
from siaga.election.model import Election
from siaga.i18n.finding_phrases import back_sentence, finding_sentence
from siaga.i18n.speech import Speech

NO_FINDING: Final = frozenset({Stage.WITHDRAWN, Stage.MERGED})
"""In these stages nothing is claimed any more."""


def case_finding(case: Case, election: Election, speech: Speech) -> str:
    """The sentence about a case's finding as it was measured last, without a full stop: what is wrong, or
    that it is over; only whom and where, while nothing is proven or where the finding does not hold."""
    evidence = case_evidence(case, EVERYBODY)
    platform = platform_label(case.platform, election)
    if evidence is None or case.stage in NO_FINDING:
        return speech.say("{what} on {platform}", what=about(case, election, speech), platform=platform)
    subject = evidence.subject
    names = [] if subject is None else [full_name(subject, election) or subject]
    # A case that is about to be opened again is not open yet, and its newest measurement is a finding.
    is_found = case.stated is None or State(case.stated["state"]) not in NEEDS_A_PLATFORM
    words = back_sentence if is_found and not case.stage.is_open else finding_sentence
    return words(speech, evidence, names, platform)
