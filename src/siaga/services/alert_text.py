"""What an alert says, in the language of the person whom it wakes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from siaga.cases.alarms import STORING, Alarm, AlarmReason
from siaga.cases.case import Case
from siaga.cases.deadlines import Deadline
from siaga.cases.events.notice_drafted import LONGEST_SUBJECT
from siaga.cases.finding_words import case_finding
from siaga.cases.labels import platform_label
from siaga.cases.notices.messages import LINK, Text
from siaga.cases.phrases import SEVERITIES
from siaga.domain.credentials import MissingCredential
from siaga.election.model import Election
from siaga.i18n.credential_phrases import missing_sentence, remedy_sentence
from siaga.i18n.speech import N_, Speech
from siaga.i18n.verdict_phrases import vantage_words

CASE_SENTENCES: Final[Mapping[AlarmReason, str]] = {
    AlarmReason.NEW_CASE: N_("New case {case}: {finding}"),
    AlarmReason.RELAPSE: N_("The problem is back: {finding} (case {case})"),
}
OVERDUE_SENTENCES: Final[Mapping[str, str]] = {
    Deadline.ACKNOWLEDGE: N_("No reply from {platform}: {finding} (case {case})"),
    Deadline.EXPLAIN: N_("No explanation from {platform}: {finding} (case {case})"),
    Deadline.RESTORE: N_("Not restored by {platform}: {finding} (case {case})"),
}
SILENCE_SENTENCE: Final = N_("Siaga is not measuring anything")
TEST_SENTENCE: Final = N_("Test: alerts reach you here")
PLATFORM_SENTENCE: Final = N_("{platform} can't be measured")
PART_SENTENCE: Final = N_("A part of Siaga keeps failing: {part}")
STORING_SENTENCE: Final = N_("Siaga cannot store what it measures")
VANTAGE_SENTENCE: Final = N_("The measurement point {vantage} is not measuring")


@dataclass(frozen=True, slots=True)
class AlertWriter:
    """Writes the alerts of one election's room."""

    election: Election
    room: str
    """The room's label."""
    patience: timedelta
    """So long somebody has to acknowledge."""
    missing: Sequence[MissingCredential] = ()
    """Credentials that are not there."""

    def heading(self, alarm: Alarm, case: Case | None, speech: Speech) -> str:
        """What is wrong, in one line without a full stop."""
        if case is not None:
            sentences = CASE_SENTENCES if alarm.reason in CASE_SENTENCES else OVERDUE_SENTENCES
            sentence = sentences.get(alarm.reason) or OVERDUE_SENTENCES[alarm.about]
            platform = platform_label(case.platform, self.election)
            finding = case_finding(case, self.election, speech)
            return speech.say(sentence, case=case.id, finding=finding, platform=platform)
        if alarm.reason is AlarmReason.TEST:
            return speech.say(TEST_SENTENCE)
        kind, _, id = alarm.about.partition("/")
        if kind == "platform":
            return speech.say(PLATFORM_SENTENCE, platform=platform_label(id, self.election))
        if kind == "vantage":
            return speech.say(VANTAGE_SENTENCE, vantage=vantage_words(self.election, id))
        if alarm.reason is AlarmReason.TROUBLE:
            return speech.say(STORING_SENTENCE if id == STORING else PART_SENTENCE, part=id)
        return speech.say(SILENCE_SENTENCE)

    def text(self, alarm: Alarm, case: Case | None, speech: Speech) -> Text:
        """The whole alert; where its receiver's own link comes stands `[[link]]`."""
        heading = self.heading(alarm, case, speech)
        if alarm.reason is AlarmReason.TEST:
            lines = [speech.say("This is a test. Open the page and press the button.")]
        else:
            lines = [f"{heading}.", self._since(alarm, case, speech), *self._remedies(alarm, speech)]
        lines.append(speech.say("Acknowledge: {link}", link=LINK))
        if alarm.reason is not AlarmReason.TEST:
            sentence = N_("If nobody acknowledges within {within}, the next person is alerted.")
            lines.append(speech.say(sentence, within=speech.span(self.patience)))
        subject = " ".join(f"{self.room}: {heading}".split())[:LONGEST_SUBJECT]
        return Text(subject, "\n\n".join(lines) + "\n")

    def _remedies(self, alarm: Alarm, speech: Speech) -> list[str]:
        """What to do where a platform is not measured for want of its credential."""
        return [
            f"{missing_sentence(speech, lacked, platform_label(lacked.platform, self.election))} "
            f"{remedy_sentence(speech, lacked)}"
            for lacked in self.missing
            if alarm.about == f"platform/{lacked.platform}"
        ]

    def _since(self, alarm: Alarm, case: Case | None, speech: Speech) -> str:
        at = _moment(speech, alarm.begun)
        if alarm.reason is AlarmReason.TROUBLE:
            return speech.say("Since {at}. The page about the watch says what fails.", at=at)
        if case is None:
            return speech.say("The last measurement: {at}.", at=at)
        severity = speech.gettext(SEVERITIES[case.severity])
        if alarm.reason is AlarmReason.OVERDUE:
            return speech.say("Overdue since {at}. Severity: {severity}.", at=at, severity=severity)
        return speech.say("Proven {at}. Severity: {severity}.", at=at, severity=severity)


def _moment(speech: Speech, at: datetime) -> str:
    return f"{speech.clock(at)} {speech.zone_name(at)}"
