"""What is written to a platform about a case: what is wrong, the evidence, how to see it, what is asked.

There are three kinds of notice. All of them ask for something to be found again, or to be told about it; none
asks for anything to be taken away. What is measured and by when an answer is due stand as marks in what
people write and approve: they are filled in when the notice is sent.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from siaga.cases.case import Case, NoticeType
from siaga.cases.deadlines import Deadline, Due, deadlines_if_sent
from siaga.cases.durations import durations
from siaga.cases.events.notice_drafted import LONGEST_SUBJECT
from siaga.cases.labels import full_name, platform_label
from siaga.cases.narrative import found_again
from siaga.cases.notices.marks import NoticeMark, filled
from siaga.cases.notices.messages import LINK, Text
from siaga.cases.room_file import RoomFile
from siaga.detection.verdict_details import kind_words
from siaga.domain.finding_evidence import FindingEvidence
from siaga.domain.label import label_in
from siaga.election.model import Election, Event
from siaga.i18n.evidence_phrases import began_sentence, meaning_sentence, strength_lines
from siaga.i18n.finding_phrases import back_sentence, finding_sentence
from siaga.i18n.speech import N_, Speech
from siaga.i18n.verdict_phrases import STATES, surface_words, vantage_words

_SUBJECTS: Final = {
    NoticeType.RESTORE: N_("{finding}: please restore (case {case})"),
    NoticeType.EXPLAIN: N_("{finding}: please explain the cause (case {case})"),
    NoticeType.STRENGTHEN: N_("{finding}: please prepare for the next event (case {case})"),
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


_DUE_WORDS: Final = {
    Deadline.ACKNOWLEDGE: (NoticeMark.REPLY_BY, N_("Please send the confirmation {by}.")),
    Deadline.EXPLAIN: (NoticeMark.EXPLAIN_BY, N_("Please tell us the cause {by}.")),
    Deadline.RESTORE: (NoticeMark.RESTORE_BY, N_("Please restore it {by}.")),
}
_DEADLINES: Final = {
    NoticeType.RESTORE: (Deadline.ACKNOWLEDGE, Deadline.RESTORE),
    NoticeType.EXPLAIN: (Deadline.EXPLAIN,),
    NoticeType.STRENGTHEN: (),
}
"""What a notice of each type sets a time for."""


def compose(
    type_: NoticeType,
    evidence: FindingEvidence,
    case: Case,
    election: Election,
    speech: Speech,
    now: datetime,
) -> Text:
    """A notice as the evidence has it now, for somebody to read, or to send by hand: with the figures of the
    proof and of now, each with its moment, and without deadlines, which run from the sending."""
    return as_sent(
        _draft(type_, evidence, case, election, speech, now), _words(evidence, case, election, speech)
    )


def draft_text(
    type_: NoticeType,
    evidence: FindingEvidence,
    case: Case,
    election: Election,
    room: RoomFile,
    speech: Speech,
    now: datetime,
) -> Text:
    """A notice to begin with, in the language of `speech` and signed by the room: with a place for each
    contact's own link, and marks for what is known only when it is sent."""
    met = {due.deadline for due in deadlines_if_sent(case, room, now) if due.met_at is not None}
    dues = [_DUE_WORDS[deadline] for deadline in _DEADLINES[type_] if deadline not in met]
    text = _draft(type_, evidence, case, election, speech, now)
    parts = [
        text.body.rstrip(),
        " ".join(speech.say(message, by=mark.value) for mark, message in dues),
        speech.say("The case, and your answer: {link}", link=LINK),
        room.label,
    ]
    return Text(text.subject, "\n\n".join(part for part in parts if part) + "\n")


def mark_words(
    evidence: FindingEvidence, case: Case, election: Election, room: RoomFile, speech: Speech, now: datetime
) -> Mapping[NoticeMark, str]:
    """What the marks of a notice stand for if it is sent now."""
    dues = deadlines_if_sent(case, room, now)
    by = {_DUE_WORDS[due.deadline][0]: _by(due, speech, now) for due in dues}
    return {**_words(evidence, case, election, speech), **by}


def as_sent(text: Text, words: Mapping[NoticeMark, str]) -> Text:
    """A notice with its marks filled in; its subject stays one bounded line."""
    subject = " ".join(filled(text.subject, words).split())[:LONGEST_SUBJECT]
    return Text(subject, filled(text.body, words))


def _draft(
    type_: NoticeType,
    evidence: FindingEvidence,
    case: Case,
    election: Election,
    speech: Speech,
    now: datetime,
) -> Text:
    what = _what(evidence, election, speech)
    parts = [
        NoticeMark.EVIDENCE.value,
        _by_hand(evidence, election, speech),
        _event(election, speech, now) if type_ is NoticeType.STRENGTHEN else "",
        speech.say(_ASKS[type_], what=what),
    ]
    subject = speech.say(_SUBJECTS[type_], finding=NoticeMark.FINDING.value, case=case.id)
    return Text(subject, "\n\n".join(part for part in parts if part) + "\n")


def _words(
    evidence: FindingEvidence, case: Case, election: Election, speech: Speech
) -> Mapping[NoticeMark, str]:
    what, platform = _what(evidence, election, speech), platform_label(evidence.platform, election)
    names = {"what": what, "platform": platform}
    parts = [
        _wrong(evidence, names, election, speech),
        "" if case.stage.is_open else found_again(durations(case), speech),
        _as_usual(evidence, speech),
        "\n".join(strength_lines(speech, evidence)),
        meaning_sentence(speech, evidence, election.promise.span),
    ]
    return {
        NoticeMark.FINDING: _finding(evidence, case, what, platform, speech),
        NoticeMark.EVIDENCE: "\n\n".join(part for part in parts if part),
    }


def _finding(evidence: FindingEvidence, case: Case, what: str, platform: str, speech: Speech) -> str:
    """What is wrong as of now, or that it is over."""
    names = [] if evidence.subject is None else [what]
    if not case.stage.is_open:
        return back_sentence(speech, evidence, names, platform)
    said = finding_sentence(speech, evidence, names, platform)
    return speech.say("Again: {finding}", finding=said) if case.episodes > 1 else said


def _by(due: Due, speech: Speech, now: datetime) -> str:
    at = {"time": speech.clock(due.at), "zone": speech.zone_name(due.at)}
    if due.met_at is not None:
        return speech.say("(done, thank you)")
    if due.missed(now):
        return speech.say("now: it was due by {time} {zone}", **at)
    return speech.say("by {time} {zone}", **at)


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
    if vantages := [label_in(speech.language, vantage_words(election, id)) for id in evidence.vantages]:
        sentences.append(speech.say("Measured from: {vantages}.", vantages=", ".join(vantages)))
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
