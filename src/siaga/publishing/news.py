"""News of the cases as a mail says it: what the public timelines say since the last one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from siaga.cases.case import Case
from siaga.cases.finding_words import case_finding
from siaga.cases.labels import about
from siaga.cases.notices.messages import Text
from siaga.cases.phrases import public_author, public_sentence
from siaga.cases.publication import PublicEvent, is_public, timeline
from siaga.election.model import Election
from siaga.i18n.speech import N_, Speech
from siaga.journal.events import JournalEvent

MOST_LINES = 40
"""A mail says no more than so many; the pages have them all."""
SUBJECT = N_("{election}: {finding} (case {case})")
INTRO = N_("Updates on the cases you follow:")
MORE = N_("and more on the website.")
STOP = N_("To stop these emails: {address}")
CONFIRM_SUBJECT = N_("{election}: confirm your email updates")
CONFIRM = (
    N_("Someone, hopefully you, asked for email updates on the cases of {election} at this address."),
    N_("To receive them, open this page and confirm:"),
    "{address}",
    N_("If this was not you, ignore this email. The address will be erased within a day."),
)


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened to a public case."""

    seq: int
    case: Case
    event: PublicEvent


def news_after(
    cases: Sequence[Case], histories: Mapping[str, Sequence[JournalEvent]], seq: int
) -> list[News]:
    """What happened in public after an event of the record, in its order; what was taken back left out."""
    found = []
    for case in cases:
        if not is_public(case):
            continue
        for event in timeline(histories[case.id]):
            if event.seq > seq and not event.undone:
                found.append(News(event.seq, case, event))
    return sorted(found, key=lambda news: news.seq)


def mail_of(news: Sequence[News], election: Election, speech: Speech, pages: str, stop: str) -> Text:
    """The mail that tells of them. `pages` is where the public pages are, `stop` what ends the mails."""
    labels = {platform.id: platform.label for platform in election.platforms}
    cases = {item.case.id: item.case for item in news}
    if len(cases) == 1:
        case = next(iter(cases.values()))
        subject = speech.say(
            SUBJECT,
            election=election.label,
            finding=case_finding(case, election, speech),
            case=case.id,
        )
    else:
        subject = speech.count(
            "{election}: updates on {n} case",
            "{election}: updates on {n} cases",
            len(cases),
            election=election.label,
        )
    lines = [speech.say(INTRO), ""]
    last = ""
    for item in news[:MOST_LINES]:
        if item.case.id != last:
            last = item.case.id
            what = about(item.case, election, speech)
            platform = labels.get(item.case.platform, item.case.platform)
            lines += ["", f"{last}: {what}, {platform}", f"{pages}/{speech.language}/cases/{last}"]
        at = f"{speech.clock(item.event.at)} {speech.zone_name(item.event.at)}"
        lines.append(f"  {at}: {public_sentence(speech, item.event)} ({public_author(speech, item.event)})")
    if len(news) > MOST_LINES:
        lines.append(f"  {speech.say(MORE)}")
    lines += ["", "", speech.say(STOP, address=stop)]
    return Text(subject, "\n".join(lines))


def confirmation(election: Election, speech: Speech, address: str) -> Text:
    """The mail that asks whether it was really the address's owner who asked."""
    return Text(
        speech.say(CONFIRM_SUBJECT, election=election.label),
        "\n\n".join(speech.say(line, election=election.label, address=address) for line in CONFIRM),
    )
