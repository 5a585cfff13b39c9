"""The narrative of a case: the account of it, drafted from its events, for people to go on writing."""

from collections.abc import Sequence
from datetime import datetime

from siaga.cases.case import Case
from siaga.cases.durations import Durations, durations
from siaga.cases.events.case_explained import CAUSE_LABELS
from siaga.cases.labels import about, platform_label
from siaga.cases.phrases import public_author, public_sentence
from siaga.cases.publication import timeline
from siaga.cases.verdict_json import verdict_from_json
from siaga.detection.verdict_details import facts
from siaga.domain.finding_evidence import evidence_of
from siaga.election.model import Election
from siaga.i18n.evidence_phrases import meaning_sentence, strength_lines
from siaga.i18n.speech import N_, Speech
from siaga.journal.events import JournalEvent

_TOOK = (
    ("undetected", N_("from start to proof: {span}")),
    ("unnotified", N_("from proof to notice: {span}")),
    ("unanswered", N_("from notice to the platform's first reply: {span}")),
    ("unrestored", N_("from notice to verified restoration: {span}")),
    ("affected", N_("in total: {span}")),
)


def draft_account(case: Case, history: Sequence[JournalEvent], election: Election, speech: Speech) -> str:
    """The account of a case that is over, for people to go on writing; paragraphs, and lines after a dash."""
    took = durations(case)
    parts = [
        _what(case, took, election, speech),
        _evidence(case, election, speech),
        _times(took, speech),
        _cause(case, speech),
        _happened(history, speech),
        speech.say(
            "All measurements can be downloaded and recomputed. They show how names were treated, not why."
        ),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _what(case: Case, took: Durations, election: Election, speech: Speech) -> str:
    platform = platform_label(case.platform, election)
    what = {"what": about(case, election, speech), "platform": platform}
    if took.began is None:
        return speech.say("{what} on {platform}.", **what)
    if took.back is None:
        first = speech.say("{what} is not found as usual on {platform}.", **what)
        return " ".join((first, _began(took.began, took, speech)))
    first = speech.say("{what} was not found as usual on {platform}.", **what)
    return " ".join((first, _began(took.began, took, speech), found_again(took, speech)))


def _began(began: datetime, took: Durations, speech: Speech) -> str:
    zone, last = speech.zone_name(began), speech.clock(began)
    if took.began_after is None:
        return speech.say("It had already begun at our first check, at {last} {zone}.", last=last, zone=zone)
    after = speech.clock(took.began_after)
    return speech.say("It began between {first} and {last} {zone}.", first=after, last=last, zone=zone)


def found_again(took: Durations, speech: Speech) -> str:
    """Between which rounds it was found again, and when that was verified; empty while it was not."""
    back = took.back
    if back is None:
        return ""
    zone, last = speech.zone_name(back), speech.clock(back)
    verified = speech.clock(took.restored or back)
    if took.back_after is None:
        message = N_(
            "It was found again by {last} {zone}; the restoration was verified at {verified} {zone}."
        )
        return speech.say(message, last=last, verified=verified, zone=zone)
    message = N_(
        "It was found again between {first} and {last} {zone}; the restoration was verified at "
        "{verified} {zone}."
    )
    return speech.say(message, first=speech.clock(took.back_after), last=last, verified=verified, zone=zone)


def _evidence(case: Case, election: Election, speech: Speech) -> str:
    if case.proof is None:
        return ""
    evidence = evidence_of(proof := verdict_from_json(case.proof), proof)
    lines = [f"- {fact.label}: {fact.text}" for fact in facts(speech, evidence, election)]
    parts = [
        *strength_lines(speech, evidence),
        meaning_sentence(speech, evidence, election.promise.span),
        *lines,
    ]
    return "\n".join(part for part in parts if part)


def _times(took: Durations, speech: Speech) -> str:
    lines = [
        "- " + speech.say(message, span=speech.span(span))
        for name, message in _TOOK
        if (span := getattr(took, name)) is not None
    ]
    return "\n".join([speech.say("How long it took:"), *lines]) if lines else ""


def _cause(case: Case, speech: Speech) -> str:
    if case.explanation is None:
        return speech.say("The platform did not state a cause.")
    cause = speech.gettext(CAUSE_LABELS.get(case.explanation.cause, case.explanation.cause))
    given = speech.say("Cause stated by the platform: {cause}.", cause=cause)
    return f"{given} “{case.explanation.text}”" if case.explanation.text else given


def _happened(history: Sequence[JournalEvent], speech: Speech) -> str:
    lines = [
        f"- {speech.clock(event.at)}: {public_sentence(speech, event)} ({public_author(speech, event)})"
        for event in timeline(history)
        if not event.undone
    ]
    return "\n".join([speech.say("Timeline:"), *lines])
