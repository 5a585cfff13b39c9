"""What is wrong, in a sentence that somebody would say aloud: who, what, where."""

from collections.abc import Sequence

from siaga.domain.finding_evidence import FindingEvidence
from siaga.domain.verdicts import State
from siaga.i18n.speech import Speech
from siaga.i18n.verdict_phrases import ANSWERS, surface_words

ONLY_THIS_NAME = "only this name"
"""How the kinds begin by which a platform answers for one name alone otherwise than for all others."""


def finding_sentence(
    speech: Speech, evidence: FindingEvidence, names: Sequence[str], platform: str, vantage: str = "–"
) -> str:
    """The sentence about a finding that these names share, such as `A and B are missing from Latest
    search on X`; about a place where there are no names. `vantage` is what people call the evidence's."""
    text = _sentence(speech, evidence, names, platform, vantage)
    return text[:1].upper() + text[1:]


def back_sentence(speech: Speech, evidence: FindingEvidence, names: Sequence[str], platform: str) -> str:
    """The sentence about a finding that is over: who is found again, or what works again."""
    where = {"platform": platform, "surface": surface_words(speech, evidence.surface)}
    if not names:
        text = speech.say("{surface} on {platform} works again", **where)
    elif evidence.surface is None:
        text = speech.say("{name} can be found again on {platform}", name=speech.listed(names), **where)
    else:
        text = speech.say(
            "{name} can be found again in {surface} on {platform}", name=speech.listed(names), **where
        )
    return text[:1].upper() + text[1:]


def _sentence(
    speech: Speech, evidence: FindingEvidence, names: Sequence[str], platform: str, vantage: str
) -> str:
    where = {"platform": platform, "surface": surface_words(speech, evidence.surface)}
    who = speech.listed(names)
    match evidence.state:
        case State.SUSPECTED:
            return speech.say("{name} may be missing on {platform}; being verified", name=who, **where)
        case State.IMPAIRED:
            return _reduced(speech, evidence, names, where)
        case State.SUPPRESSED:
            return _missing(speech, evidence, names, where)
        case State.SURFACE_DOWN:
            return speech.say("{surface} is failing for every name on {platform}", **where)
        case State.VANTAGE_BLOCKED:
            return speech.say("{platform} is blocked on one network: {vantage}", vantage=vantage, **where)
        case _:
            return speech.say("{platform} is failing for every name", **where)


def _missing(speech: Speech, evidence: FindingEvidence, names: Sequence[str], where: dict[str, str]) -> str:
    who = speech.listed(names)
    if evidence.kinds and all(kind.startswith(ONLY_THIS_NAME) for kind in evidence.kinds):
        known = {answer.value: label for answer, label in ANSWERS.items()}
        came = speech.listed([speech.say(known.get(word, word)) for word in evidence.came_instead])
        if evidence.together:
            return speech.say(
                "For {name} and some comparison names, {platform} answers with: {answers}",
                name=who,
                answers=came or "–",
                **where,
            )
        return speech.say(
            "For {name} alone, {platform} answers with: {answers}", name=who, answers=came or "–", **where
        )
    if evidence.surface is None:
        return speech.count(
            "{name} is missing on {platform}",
            "{name} are missing on {platform}",
            len(names),
            name=who,
            **where,
        )
    return speech.count(
        "{name} is missing from {surface} on {platform}",
        "{name} are missing from {surface} on {platform}",
        len(names),
        name=who,
        **where,
    )


def _reduced(speech: Speech, evidence: FindingEvidence, names: Sequence[str], where: dict[str, str]) -> str:
    who = speech.listed(names)
    if evidence.surface is None:
        return speech.count(
            "{name} has reduced results on {platform}",
            "{name} have reduced results on {platform}",
            len(names),
            name=who,
            **where,
        )
    if "fewer" in evidence.kinds:
        return speech.say(
            "{surface} on {platform} shows fewer results than usual for {name}", name=who, **where
        )
    if "older" in evidence.kinds:
        return speech.say("{surface} on {platform} shows only old results for {name}", name=who, **where)
    return speech.say("{surface} on {platform} shows results for {name} out of order", name=who, **where)
