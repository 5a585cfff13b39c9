"""What is written to a platform about a case: what is wrong, the evidence, how to see it, what is asked.

There are three kinds of notice. All of them ask for something to be found again, or to be told about it; none
asks for anything to be taken away.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from siaga.cases.case import NoticeType
from siaga.cases.events.notice_drafted import LONGEST_SUBJECT
from siaga.cases.labels import full_name, platform_label
from siaga.cases.notices.messages import LINK, Text
from siaga.detection.verdict_details import kind_words
from siaga.domain.finding_evidence import FindingEvidence
from siaga.election.model import Election, Event
from siaga.i18n.evidence_phrases import began_sentence, meaning_sentence, strength_lines
from siaga.i18n.speech import N_, Speech
from siaga.i18n.verdict_phrases import STATES, surface_words, vantage_words

_SUBJECTS: Final = {
    NoticeType.RESTORE: N_("Search problem for {what} on {platform}: please restore (case {case})"),
    NoticeType.EXPLAIN: N_("Request for explanation: {what} on {platform} (case {case})"),
    NoticeType.STRENGTHEN: N_("Request to prepare: {what} on {platform} (case {case})"),
}
_ASKS: Final = {
    NoticeType.RESTORE: N_(
        "What we request: please restore {what} so that it can be found like other names, and "
        "confirm that you have received this notice. We will keep measuring and will verify the "
        "restoration ourselves."
    ),
    NoticeType.EXPLAIN: N_(
        "What we request: please tell us the cause, for example a spam clean-up, a ranking "
        "change, a technical fault or a legal order. Your answer will be published in the case "
        "record next to our measurements."
    ),
    NoticeType.STRENGTHEN: N_(
        "What we request: please make sure that this does not happen again during the event "
        "below, and tell us whom we can reach at any hour."
    ),
}


def compose(
    type_: NoticeType,
    evidence: FindingEvidence,
    case: str,
    election: Election,
    speech: Speech,
    now: datetime,
    due: datetime | None = None,
    signed: str = "",
) -> Text:
    """A notice in the language of `speech`, from the evidence of the case.

    Its figures are those of the proof and of now, each with its moment: they do not change once it is sent.

    With `due`, it says by when an answer is wanted, and has a place for each contact's own link; `signed` is
    the room that signs it.
    """
    what = _what(evidence, election, speech)
    platform = platform_label(evidence.platform, election)
    names = {"what": what, "platform": platform, "case": case}
    parts = [
        _wrong(evidence, names, election, speech),
        _as_usual(evidence, speech),
        "\n".join(strength_lines(speech, evidence)),
        meaning_sentence(speech, evidence, election.promise.span),
        _by_hand(evidence, election, speech),
        _event(election, speech, now) if type_ is NoticeType.STRENGTHEN else "",
        speech.say(_ASKS[type_], **names),
        _answer(due, speech) if due is not None else "",
        signed,
    ]
    subject = " ".join(speech.say(_SUBJECTS[type_], **names).split())[:LONGEST_SUBJECT]
    return Text(subject, "\n\n".join(part for part in parts if part) + "\n")


def _what(evidence: FindingEvidence, election: Election, speech: Speech) -> str:
    if evidence.subject is None:
        return surface_words(speech, evidence.surface)
    return full_name(evidence.subject, election) or evidence.subject


def _wrong(evidence: FindingEvidence, names: dict[str, str], election: Election, speech: Speech) -> str:
    kind = kind_words(speech, evidence) or speech.say(STATES[evidence.state].label)
    sentences = [speech.say("{platform}: {what}, {kind}.", kind=kind, **names)]
    if surfaces := _surfaces(evidence.surfaces, speech):
        sentences.append(speech.say("Where: {surfaces}.", surfaces=surfaces))
    if texts := ", ".join(evidence.names):
        sentences.append(speech.say("Search terms affected: {texts}.", texts=texts))
    if vantages := ", ".join(vantage_words(election, id) for id in evidence.vantages):
        sentences.append(speech.say("Measured from: {vantages}.", vantages=vantages))
    sentences.append(began_sentence(speech, evidence))
    return " ".join(sentences)


def _as_usual(evidence: FindingEvidence, speech: Speech) -> str:
    sentences = []
    if surfaces := _surfaces(evidence.surfaces_as_usual, speech):
        sentences.append(speech.say("Working as usual: {surfaces}.", surfaces=surfaces))
    if surfaces := _surfaces(evidence.surfaces_unmeasured, speech):
        sentences.append(speech.say("Not measured: {surfaces}.", surfaces=surfaces))
    if texts := ", ".join(evidence.names_as_usual):
        sentences.append(speech.say("Search terms found as usual: {texts}.", texts=texts))
    if evidence.subject is not None:
        sentences.append(speech.say("Other names checked in the same rounds can be found."))
    return " ".join(sentences)


def _by_hand(evidence: FindingEvidence, election: Election, speech: Speech) -> str:
    """How anybody sees it within a minute."""
    control = next((known.names[0].text for known in election.controls if known.names), None)
    if evidence.subject is None or control is None:
        return ""
    return speech.say(
        "To reproduce: in {surface}, search for “{name}”, then for “{one}”, and compare the results.",
        surface=surface_words(speech, evidence.surface or next(iter(evidence.surfaces), None)),
        name=next(iter(evidence.names), _what(evidence, election, speech)),
        one=control,
    )


def _answer(due: datetime, speech: Speech) -> str:
    by = speech.say("Please reply by {due} {zone}.", due=speech.clock(due), zone=speech.zone_name(due))
    return f"{by}\n\n{speech.say('The case, and your answer: {link}', link=LINK)}"


def _event(election: Election, speech: Speech, now: datetime) -> str:
    coming: list[Event] = sorted(
        (event for event in election.events if event.starts > now), key=lambda event: event.starts
    )
    if not coming:
        return ""
    at = coming[0].starts
    return speech.say(
        "Next event: {event}, {time} {zone}.",
        event=coming[0].label,
        time=speech.clock(at),
        zone=speech.zone_name(at),
    )


def _surfaces(ids: Sequence[str], speech: Speech) -> str:
    return ", ".join(surface_words(speech, id) for id in ids)
