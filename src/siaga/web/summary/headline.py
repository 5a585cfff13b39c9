"""The one sentence that says how it is: on the overview, the room's screen, the cards."""

from collections.abc import Sequence
from dataclasses import dataclass

from siaga.domain.verdicts import State, Verdict
from siaga.election.model import Election
from siaga.i18n.speech import N_, Speech
from siaga.web.summary import matrix


@dataclass(frozen=True, slots=True)
class Headline:
    """The sentence, and the state that stands for it."""

    state: State
    text: str


_SAID = {
    State.SUPPRESSED: N_("{name} is missing on {platform}"),
    State.IMPAIRED: N_("{name} has reduced results on {platform}"),
    State.SUSPECTED: N_("{name} may be missing on {platform}; being verified"),
}


def headline_of(speech: Speech, election: Election, verdicts: Sequence[Verdict], rounds: int) -> Headline:
    """How it is, by the present verdicts; `rounds` were finished so far."""
    findings = matrix.findings(election, verdicts)
    if findings:
        worst = findings[0]
        names = {person.id: matrix.main_name(person) for person in election.people()}
        labels = {platform.id: platform.label for platform in election.platforms}
        sentence = speech.say(
            _SAID.get(worst.state, _SAID[State.SUSPECTED]),
            name=names.get(worst.subject or "", worst.subject),
            platform=labels.get(worst.platform, worst.platform),
        )
        return Headline(worst.state, sentence)
    if rounds == 0:
        return Headline(State.INSUFFICIENT, speech.say("First rounds under way"))
    if not any(verdict.state.is_fine for verdict in matrix.subject_verdicts(verdicts).values()):
        return Headline(State.UNMEASURABLE, speech.say("No name can be judged at the moment"))
    return Headline(
        State.FINDABLE,
        speech.say("Every contestant can be found on every platform that we could measure"),
    )
