"""How cases are spoken of in public: their stages, severities, causes, and what happened."""

from collections.abc import Mapping
from typing import Final

from siaga.cases.case import Stage
from siaga.cases.publication import PublicEvent
from siaga.domain.verdicts import State
from siaga.i18n import verdict_phrases
from siaga.i18n.speech import N_, Speech
from siaga.journal.kinds import Kind

STAGES: Final[Mapping[Stage, str]] = {
    Stage.OPENED: N_("opened"),
    Stage.VERIFIED: N_("proven"),
    Stage.NOTIFIED: N_("platform notified"),
    Stage.ACKNOWLEDGED: N_("platform has it"),
    Stage.CLAIMED: N_("said to be restored, being measured"),
    Stage.RELAPSED: N_("there again"),
    Stage.RESTORED: N_("restored"),
    Stage.CLOSED: N_("closed: restored, verified"),
    Stage.WITHDRAWN: N_("withdrawn: the finding was wrong"),
    Stage.MERGED: N_("followed in another case"),
}
SEVERITIES: Final[Mapping[str, str]] = {
    "low": N_("low"),
    "medium": N_("medium"),
    "high": N_("high"),
    "critical": N_("critical"),
}
CAUSES: Final[Mapping[str, str]] = {
    "spam-cleanup": N_("a clean-up of spam"),
    "automated-moderation": N_("automated moderation"),
    "mistaken-report": N_("a mistaken report"),
    "ranking-change": N_("a change of ranking"),
    "technical-fault": N_("a technical fault"),
    "attack": N_("an attack"),
    "legal-order": N_("a legal order"),
    "policy": N_("a policy"),
    "other": N_("another cause"),
}
_SAID: Final[Mapping[Kind, str]] = {
    Kind.CASE_OPENED: N_("The case was opened, severity {severity}."),
    Kind.CASE_VERIFIED: N_("Proven by measuring: {state}."),
    Kind.CASE_MEASURED: N_("Measured: {state}."),
    Kind.CASE_ACKNOWLEDGED: N_("The platform has said that it has it."),
    Kind.CASE_EXPLAINED: N_("The platform gives as the cause: {cause}."),
    Kind.CASE_CLAIMED: N_("The platform says that it is restored. We measure."),
    Kind.CASE_CLAIM_REFUSED: N_("Measured after that, and it is not restored: {state}."),
    Kind.CASE_RESTORED: N_("Verified by measuring: found as usual again."),
    Kind.CASE_CLOSED: N_("The case was closed."),
    Kind.CASE_RELAPSED: N_("It is there again: {state}."),
    Kind.CASE_WITHDRAWN: N_("Withdrawn: the finding was wrong. {why}"),
    Kind.CASE_MERGED: N_("It is followed in case {into}."),
    Kind.CASE_GRADED: N_("Its severity is now {severity}."),
    Kind.NOTICE_RELEASED: N_("A notice was sent to the platform."),
    Kind.ACCOUNT_PUBLISHED: N_("The account of the case was published."),
}
_BY: Final[Mapping[str, str]] = {
    "watch": N_("the watch"),
    "room": N_("the room"),
    "platform": N_("the platform"),
}


def said(speech: Speech, event: PublicEvent) -> str:
    """What happened, in a sentence; what the platform said in its own words is not in it."""
    facts = dict(event.facts)
    if facts.get("state"):
        facts["state"] = speech.say(verdict_phrases.STATES[State(facts["state"])].label)
    for name, words in (("severity", SEVERITIES), ("cause", CAUSES)):
        if name in facts:
            facts[name] = speech.gettext(words.get(facts[name], facts[name]))
    return speech.say(_SAID[event.kind], **facts)


def by(speech: Speech, event: PublicEvent) -> str:
    """Who did it: the watch, the room or the platform."""
    return speech.say(_BY[event.by])
