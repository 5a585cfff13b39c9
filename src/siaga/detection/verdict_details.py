"""What a verdict says beyond its state, in people's languages: the words of `kind` come from the rules."""

from collections.abc import Sequence
from dataclasses import dataclass

from siaga.detection.judged_controls import common_tags
from siaga.detection.registry import KINDS
from siaga.domain.finding_evidence import FindingEvidence
from siaga.domain.label import label_in
from siaga.election.model import Election
from siaga.i18n.speech import Speech
from siaga.i18n.verdict_phrases import ANSWERS, surface_words, vantage_words


def kind_words(speech: Speech, evidence: FindingEvidence) -> str:
    """What exactly is wrong: `fewer results, older results`; empty where the evidence does not say.

    With the failing step or answer, if it names one: `no answer over the network (connection_reset)`.
    """
    said = ", ".join(speech.say(KINDS[kind]) for kind in evidence.kinds if kind in KINDS)
    failure = _answers(speech, evidence.failure.split(", "))
    return f"{said} ({failure})" if said and failure else said


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of what a verdict rests on."""

    label: str
    text: str


def facts(speech: Speech, evidence: FindingEvidence, election: Election) -> list[Fact]:
    """What the evidence says beyond its counts: what is wrong, where and where not, under which names."""
    lines = [
        Fact(speech.say("Problem"), kind_words(speech, evidence)),
        Fact(speech.say("Names affected"), ", ".join(evidence.names)),
        Fact(speech.say("Names found as usual"), ", ".join(evidence.names_as_usual)),
        Fact(speech.say("Features affected"), _surfaces(speech, evidence.surfaces)),
        Fact(speech.say("Features working as usual"), _surfaces(speech, evidence.surfaces_as_usual)),
        Fact(speech.say("Features not measured"), _surfaces(speech, evidence.surfaces_unmeasured)),
        Fact(speech.say("Seen from"), _vantages(speech, election, evidence.vantages)),
        Fact(speech.say("Not seen from"), _vantages(speech, election, evidence.vantages_as_usual)),
        Fact(speech.say("Not measured from"), _vantages(speech, election, evidence.vantages_unmeasured)),
        Fact(speech.say("Comparison names affected as well"), ", ".join(evidence.together)),
        Fact(speech.say("What all of these have in common"), _in_common(evidence, election)),
        Fact(speech.say("What appeared instead"), _answers(speech, evidence.came_instead)),
    ]
    if evidence.back_since is not None:
        time = speech.moment(evidence.back_since)
        text = speech.say("restored at {time}, then back again", time=time)
        lines.append(Fact(speech.say("Back again"), text))
    lines.append(Fact(speech.say("Decision rule"), evidence.rule))
    return [fact for fact in lines if fact.text]


def _in_common(evidence: FindingEvidence, election: Election) -> str:
    """The tags of the name and of all comparison names that went missing with it."""
    if not evidence.together or evidence.subject is None:
        return ""
    return ", ".join(sorted(common_tags([evidence.subject, *evidence.together], election.tags())))


def _surfaces(speech: Speech, ids: Sequence[str]) -> str:
    return ", ".join(surface_words(speech, surface) for surface in ids)


def _vantages(speech: Speech, election: Election, ids: Sequence[str]) -> str:
    return ", ".join(label_in(speech.language, vantage_words(election, vantage)) for vantage in ids)


def _answers(speech: Speech, words: Sequence[str]) -> str:
    known = {answer.value: said for answer, said in ANSWERS.items()}
    return ", ".join(speech.say(known[word]) if word in known else word for word in words if word)
