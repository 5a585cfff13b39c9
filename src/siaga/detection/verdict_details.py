"""What a verdict says beyond its state, in people's languages: the words of `kind` come from the rules."""

from dataclasses import dataclass

from siaga.detection.judged_controls import common_tags
from siaga.detection.registry import KINDS
from siaga.domain.time import parse_rfc3339
from siaga.domain.verdicts import Verdict
from siaga.election.model import Election
from siaga.i18n.speech import Speech
from siaga.i18n.verdict_phrases import ANSWERS, surface_words, vantage_words


def kind_words(speech: Speech, verdict: Verdict) -> str:
    """What exactly is wrong: `fewer results, older results`; empty where the verdict does not say.

    With the failing step or answer, if it names one: `no answer over the network (connection_reset)`.
    """
    kinds = [kind for kind in verdict.detail.get("kind", "").split(", ") if kind in KINDS]
    said = ", ".join(speech.say(KINDS[kind]) for kind in kinds)
    failure = _answers(speech, verdict.detail.get("failure", ""))
    return f"{said} ({failure})" if said and failure else said


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of what a verdict rests on."""

    label: str
    text: str


def facts(speech: Speech, verdict: Verdict, election: Election) -> list[Fact]:
    """What a name's verdict says beyond its counts: what is wrong, where, under which names."""
    detail = verdict.detail
    lines = [
        Fact(speech.say("Problem"), kind_words(speech, verdict)),
        Fact(speech.say("Names affected"), detail.get("names", "")),
        Fact(speech.say("Names found as usual"), detail.get("names_found", "")),
        Fact(speech.say("Features affected"), _surfaces(speech, detail.get("surfaces", ""))),
        Fact(speech.say("Features working as usual"), _surfaces(speech, detail.get("surfaces_found", ""))),
        Fact(speech.say("Seen from"), _vantages(election, detail.get("vantages", ""))),
        Fact(speech.say("Not seen from"), _vantages(election, detail.get("vantages_found", ""))),
        Fact(speech.say("Comparison names missing as well"), detail.get("together", "")),
        Fact(speech.say("What all of these have in common"), _in_common(verdict, election)),
        Fact(speech.say("What appeared instead"), _answers(speech, detail.get("answers", ""))),
    ]
    if "relapse_of" in detail:
        at = parse_rfc3339(detail["relapse_of"])
        lines.append(
            Fact(
                speech.say("Back again"),
                speech.say("restored at {time}, then back again", time=speech.moment(at)),
            )
        )
    lines.append(Fact(speech.say("Decision rule"), verdict.rule))
    return [fact for fact in lines if fact.text]


def _in_common(verdict: Verdict, election: Election) -> str:
    """The tags of the name and of all comparison names that went missing with it."""
    together = [control for control in verdict.detail.get("together", "").split(", ") if control]
    if not together or verdict.subject is None:
        return ""
    return ", ".join(sorted(common_tags([verdict.subject, *together], election.tags())))


def _surfaces(speech: Speech, ids: str) -> str:
    return ", ".join(surface_words(speech, surface) for surface in ids.split(", ") if surface)


def _vantages(election: Election, ids: str) -> str:
    return ", ".join(vantage_words(election, vantage) for vantage in ids.split(", ") if vantage)


def _answers(speech: Speech, words: str) -> str:
    known = {answer.value: said for answer, said in ANSWERS.items()}
    return ", ".join(speech.say(known[word]) if word in known else word for word in words.split(", ") if word)
