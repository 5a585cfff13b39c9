"""What is written to a platform about a case: what is wrong, the evidence, how to see it, what is asked.

There are three kinds of notice. All of them ask for something to be found again, or to be told about it; none
asks for anything to be taken away.
"""

from datetime import datetime
from typing import Final

from siaga.cases.case import NoticeType
from siaga.cases.events.notice_drafted import LONGEST_SUBJECT
from siaga.cases.labels import full_name, platform_label
from siaga.cases.notices.messages import LINK, Text
from siaga.detection.verdict_details import kind_words
from siaga.domain.verdicts import Verdict
from siaga.election.model import Election, Event
from siaga.i18n.speech import N_, Speech
from siaga.i18n.verdict_phrases import (
    STATES,
    counts_sentence,
    odds_sentence,
    surface_words,
    vantage_words,
)

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
    verdict: Verdict,
    case: str,
    election: Election,
    speech: Speech,
    now: datetime,
    due: datetime | None = None,
    signed: str = "",
) -> Text:
    """A notice in the language of `speech`, from the verdict that proved the case.

    With `due`, it says by when an answer is wanted, and has a place for each contact's own link; `signed` is
    the room that signs it.
    """
    what = _what(verdict, election, speech)
    platform = platform_label(verdict.platform, election)
    names = {"what": what, "platform": platform, "case": case}
    parts = [
        _wrong(verdict, names, election, speech),
        _as_usual(verdict, election, speech),
        " ".join(
            part
            for part in (
                counts_sentence(speech, verdict),
                odds_sentence(speech, verdict, election.promise.span),
            )
            if part
        ),
        _by_hand(verdict, election, speech),
        _event(election, speech, now) if type_ is NoticeType.STRENGTHEN else "",
        speech.say(_ASKS[type_], **names),
        _answer(due, speech) if due is not None else "",
        signed,
    ]
    subject = " ".join(speech.say(_SUBJECTS[type_], **names).split())[:LONGEST_SUBJECT]
    return Text(subject, "\n\n".join(part for part in parts if part) + "\n")


def _what(verdict: Verdict, election: Election, speech: Speech) -> str:
    if verdict.subject is None:
        return surface_words(speech, verdict.surface)
    return full_name(verdict.subject, election) or verdict.subject


def _wrong(verdict: Verdict, names: dict[str, str], election: Election, speech: Speech) -> str:
    kind = kind_words(speech, verdict) or speech.say(STATES[verdict.state].label)
    sentences = [speech.say("{platform}: {what}, {kind}.", kind=kind, **names)]
    detail = verdict.detail
    if surfaces := _surfaces(detail.get("surfaces", verdict.surface or ""), speech):
        sentences.append(speech.say("Where: {surfaces}.", surfaces=surfaces))
    if texts := detail.get("names", ""):
        sentences.append(speech.say("Search terms affected: {texts}.", texts=texts))
    ids = detail.get("vantages", verdict.vantage or "").split(", ")
    if vantages := ", ".join(vantage_words(election, id) for id in ids if id):
        sentences.append(speech.say("Measured from: {vantages}.", vantages=vantages))
    first, last = verdict.onset or (verdict.since, verdict.since)
    if first.timestamp() <= 0:
        first = last
    zone = speech.zone_name(last)
    sentences.append(
        speech.say(
            "It began between {first} and {last} {zone}.",
            first=speech.clock(first),
            last=speech.clock(last),
            zone=zone,
        )
    )
    return " ".join(sentences)


def _as_usual(verdict: Verdict, election: Election, speech: Speech) -> str:
    sentences = []
    if surfaces := _surfaces(verdict.detail.get("surfaces_found", ""), speech):
        sentences.append(speech.say("Working as usual: {surfaces}.", surfaces=surfaces))
    if texts := verdict.detail.get("names_found", ""):
        sentences.append(speech.say("Search terms found as usual: {texts}.", texts=texts))
    if verdict.subject is not None:
        sentences.append(speech.say("Other names checked in the same rounds can be found."))
    return " ".join(sentences)


def _by_hand(verdict: Verdict, election: Election, speech: Speech) -> str:
    """How anybody sees it within a minute."""
    control = next((known.names[0].text for known in election.controls if known.names), None)
    if verdict.subject is None or control is None:
        return ""
    texts = verdict.detail.get("names", "")
    name = texts.split(", ")[0] if texts else _what(verdict, election, speech)
    surface = verdict.surface or next(iter(verdict.detail.get("surfaces", "").split(", ")), "") or None
    return speech.say(
        "To reproduce: in {surface}, search for “{name}”, then for “{one}”, and compare the results.",
        surface=surface_words(speech, surface),
        name=name,
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


def _surfaces(ids: str, speech: Speech) -> str:
    return ", ".join(surface_words(speech, id) for id in ids.split(", ") if id)
