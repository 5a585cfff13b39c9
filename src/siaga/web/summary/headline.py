"""The one sentence that says how it is: on the overview, the room's screen, the cards.

It names every contestant hit, and everything that could not be measured: green only where all was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from siaga.domain.finding_evidence import evidence_of
from siaga.domain.verdicts import State, Verdict
from siaga.election.model import Election, Person
from siaga.i18n.finding_phrases import finding_sentence
from siaga.i18n.speech import N_, Speech
from siaga.i18n.verdict_phrases import vantage_label
from siaga.ports.watch import WatchHealth
from siaga.web.summary import matrix

NAMES_SHOWN: Final = 6
"""Of one sentence; of more, how many."""
SENTENCES_SHOWN: Final = 4


@dataclass(frozen=True, slots=True)
class Headline:
    """The sentence, and the state that stands for it."""

    state: State
    text: str


def headline_of(
    speech: Speech,
    election: Election,
    verdicts: Sequence[Verdict],
    health: WatchHealth,
    only: str | None = None,
) -> Headline:
    """How it is, by the present verdicts and the watch's own health; for all contestants, or one subject."""
    people = [person for person in election.people() if only in {None, person.id}]
    unasked = {credential.platform for credential in health.missing if credential.is_all}
    if health.rounds == 0 and not unasked.issuperset(platform.id for platform in election.platforms):
        return Headline(State.INSUFFICIENT, speech.say("First rounds under way"))
    if health.offline and len(health.offline) >= len(election.vantages):
        message = N_(
            "Our measurement points are offline: {vantages}. Nothing is known about any platform until they "
            "return"
        )
        return Headline(State.UNMEASURABLE, speech.say(message, vantages=_offline(speech, election, health)))
    wrong = [*_findings(speech, election, verdicts), *_places(speech, election, verdicts)]
    unknown = _unknown(speech, election, people, verdicts, health)
    if wrong:
        return Headline(wrong[0][0], _joined(speech, [text for _, text in wrong], unknown))
    if not any(verdict.state.is_fine for verdict in matrix.subject_verdicts(verdicts).values()):
        nothing = speech.say("No name can be judged at the moment")
        return Headline(State.UNMEASURABLE, _joined(speech, [nothing], unknown))
    if unknown:
        text = speech.say("Every contestant that we could measure can be found")
        if only is not None:
            text = speech.say("{name} can be found where we could measure", name=matrix.main_name(people[0]))
        return Headline(State.UNMEASURABLE, _joined(speech, [text], unknown))
    return Headline(State.FINDABLE, _all_found(speech, election, people, only))


def _all_found(speech: Speech, election: Election, people: Sequence[Person], only: str | None) -> str:
    if only is not None:
        name = matrix.main_name(people[0])
        return speech.say("{name} can be found on every platform that we watch", name=name)
    return speech.count(
        "Every contestant can be found on {n} platform",
        "Every contestant can be found on all {n} platforms",
        len(election.platforms),
    )


def _findings(speech: Speech, election: Election, verdicts: Sequence[Verdict]) -> list[tuple[State, str]]:
    """A sentence for all names that the same is wrong with, gravest first."""
    alike: dict[tuple[object, ...], list[Verdict]] = {}
    wrong = matrix.findings(election, verdicts)
    labels, names = _labels(election), matrix.names_in(election, wrong)
    for verdict in wrong:
        evidence = evidence_of(verdict)
        what = (verdict.state, verdict.platform, verdict.surface, evidence.kinds, evidence.came_instead)
        alike.setdefault(what, []).append(verdict)
    found = []
    for several in alike.values():
        who = [names.get(verdict.subject or "", verdict.subject or "") for verdict in several]
        if len(who) > NAMES_SHOWN:
            rest = len(who) - NAMES_SHOWN + 1
            who = [*who[: NAMES_SHOWN - 1], speech.count("{n} more", "{n} more", rest)]
        platform = labels.get(several[0].platform, several[0].platform)
        found.append((several[0].state, finding_sentence(speech, evidence_of(several[0]), who, platform)))
    return found


def _places(speech: Speech, election: Election, verdicts: Sequence[Verdict]) -> list[tuple[State, str]]:
    labels = _labels(election)
    return [
        (
            verdict.state,
            finding_sentence(
                speech,
                evidence_of(verdict),
                [],
                labels.get(verdict.platform, verdict.platform),
                vantage_label(election, verdict.vantage or "–"),
            ),
        )
        for verdict in matrix.places(verdicts)
        if verdict.state.is_finding and verdict.platform in labels
    ]


def _unknown(
    speech: Speech,
    election: Election,
    people: Sequence[Person],
    verdicts: Sequence[Verdict],
    health: WatchHealth,
) -> list[str]:
    """What is not known: platforms where a name could not be judged, measurement points without a network."""
    known = matrix.subject_verdicts(verdicts)
    unmeasured = {v.platform for v in matrix.places(verdicts) if v.state is State.UNMEASURABLE}
    unmeasured |= {credential.platform for credential in health.missing}

    def is_judged(platform: str, subject: str) -> bool:
        verdict = known.get((platform, subject))
        return verdict is not None and (verdict.state.is_fine or verdict.state.is_finding)

    unjudged = [
        platform.label
        for platform in election.platforms
        if platform.id in unmeasured or not all(is_judged(platform.id, person.id) for person in people)
    ]
    said = []
    if unjudged:
        said.append(speech.say("Not fully measured: {platforms}", platforms=speech.listed(unjudged)))
    if health.offline:
        said.append(
            speech.say("Measurement points offline: {vantages}", vantages=_offline(speech, election, health))
        )
    return said


def _offline(speech: Speech, election: Election, health: WatchHealth) -> str:
    return speech.listed([vantage_label(election, vantage) for vantage in health.offline])


def _joined(speech: Speech, sentences: Sequence[str], unknown: Sequence[str]) -> str:
    shown = list(sentences[:SENTENCES_SHOWN])
    if len(sentences) > SENTENCES_SHOWN:
        shown.append(speech.say("and {n} more", n=speech.number(len(sentences) - SENTENCES_SHOWN)))
    return ". ".join([*shown, *unknown])


def _labels(election: Election) -> dict[str, str]:
    return {platform.id: platform.label for platform in election.platforms}
