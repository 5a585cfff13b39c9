"""What each state means and what a verdict says, in words that a judge and a journalist can use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from siaga.domain.answers import Answer
from siaga.domain.label import Label
from siaga.domain.verdicts import NAME_FINDINGS, State, Verdict
from siaga.election.model import Election
from siaga.i18n.speech import N_, Speech


@dataclass(frozen=True, slots=True)
class StateWords:
    """How a state is shown: its short word, its meaning, what to do."""

    label: str
    meaning: str
    do: str


STATES: Final[dict[State, StateWords]] = {
    State.FINDABLE: StateWords(
        N_("Findable"),
        N_("This name is found as often as the comparison names."),
        N_("No action needed."),
    ),
    State.SUSPECTED: StateWords(
        N_("Being verified"),
        N_(
            "This name is found less often than the comparison names. The evidence is not yet strong "
            "enough to publish."
        ),
        N_("Extra rounds are under way. Wait for the result and do not publish anything yet."),
    ),
    State.SUPPRESSED: StateWords(
        N_("Missing"),
        N_(
            "This name is found less often than the comparison names, in the same place and at the "
            "same time. The evidence has passed the published threshold."
        ),
        N_("Ask the platform to restore it and attach this evidence."),
    ),
    State.IMPAIRED: StateWords(
        N_("Reduced"),
        N_(
            "This name is found, but with fewer, older or out-of-order results than before and than "
            "the comparison names."
        ),
        N_("Ask the platform for an explanation and attach this evidence."),
    ),
    State.SURFACE_DOWN: StateWords(
        N_("Feature failing for every name"),
        N_("No name can be found with this feature right now. This is not evidence about any one name."),
        N_("Tell the platform that this feature is failing."),
    ),
    State.PLATFORM_DOWN: StateWords(
        N_("Platform failing for every name"),
        N_("No name can be found on this platform right now. This is not evidence about any one name."),
        N_("Tell the platform that its service is failing."),
    ),
    State.VANTAGE_BLOCKED: StateWords(
        N_("Blocked on this network"),
        N_("The platform cannot be reached from this network but can be reached from others."),
        N_("Compare the failing step with another network."),
    ),
    State.UNMEASURABLE: StateWords(
        N_("Can't be measured"),
        N_(
            "We could not measure this because of a rate limit, a sign-in page, a bot check or an "
            "answer we do not recognise. The cause may be on our side."
        ),
        N_("Check Monitoring health: sign-in details, limits and reader version."),
    ),
    State.INSUFFICIENT: StateWords(
        N_("Not enough data yet"),
        N_("There are not enough measurements to judge yet."),
        N_("Wait for the next rounds."),
    ),
}

ANSWERS: Final[dict[Answer, str]] = {
    Answer.RESULTS: N_("results"),
    Answer.EMPTY: N_("no results"),
    Answer.HIDDEN: N_("hidden with a notice"),
    Answer.REFUSED: N_("search refused"),
    Answer.ERROR: N_("error message"),
    Answer.LIMITED: N_("rate limit"),
    Answer.CHALLENGED: N_("bot check"),
    Answer.WALLED: N_("sign-in page"),
    Answer.UNREACHABLE: N_("no connection"),
    Answer.UNREADABLE: N_("unrecognised answer"),
    Answer.WITHDRAWN: N_("closed by its owner"),
}

SURFACES: Final[dict[str, str]] = {
    "search-latest": N_("Latest search"),
    "search-top": N_("Top search"),
    "people": N_("people search"),
    "suggest": N_("search suggestions"),
    "hashtag": N_("hashtag"),
    "profile": N_("profile"),
    "replies": N_("replies"),
    "trends": N_("trends"),
}


def surface_words(speech: Speech, surface: str | None) -> str:
    """A surface as people call it; None is the platform as a whole."""
    if surface is None:
        return speech.say("all features")
    return speech.say(SURFACES[surface]) if surface in SURFACES else surface


def has_odds(verdict: Verdict) -> bool:
    """Whether the verdict's evidence is odds against equal treatment of a name, and worth telling."""
    return verdict.subject is not None and verdict.state in NAME_FINDINGS and verdict.evidence >= 1


def place_words(speech: Speech, election: Election, verdict: Verdict) -> str:
    """On which surface and from which vantage, as far as only one is meant: `latest search, from Jakarta`."""
    surface = surface_words(speech, verdict.surface) if verdict.surface else ""
    vantage = ""
    if verdict.vantage:
        vantage = speech.say("from {vantage}", vantage=vantage_label(election, verdict.vantage))
    return ", ".join(part for part in (surface, vantage) if part)


def vantage_label(election: Election, vantage: str) -> str:
    """What people call a vantage: its label, or its id where the election file has none, or it no more."""
    return next((known.label for known in election.vantages if known.id == vantage), "") or vantage


def vantage_words(election: Election, vantage: str) -> str:
    """A vantage with where it stands, as far as the election file says: `Jakarta (DKI Jakarta, AS7713)`."""
    known = next((watched for watched in election.vantages if watched.id == vantage), None)
    where = [part for part in (known.province or known.country, known.network) if part] if known else []
    label, place = vantage_label(election, vantage), f" ({', '.join(where)})" if where else ""
    return label.within(lambda text: text + place) if isinstance(label, Label) else label + place


ENOUGH_CONTROLS = 6
"""With fewer that can be compared with, proofs take long, and one more lost may end them."""


def controls_sentence(
    speech: Speech,
    left_out: Mapping[str, Sequence[str]],
    accused: Sequence[str],
    watched: int,
    least: int,
    were_reached: bool,
) -> str:
    """How a platform's controls do.

    Args:
        left_out: by surface, controls that are persistently missing.
        accused: controls that raised an alarm when watched as contestants are.
        watched: how many there are.
        least: the fewest with which a round compares anything.
        were_reached: whether any answer of the last rounds says something.
    """
    if not were_reached:
        return speech.say("Not measured: the last rounds brought no answer.")
    sentences = [
        speech.say(
            "{surface}: {names} not used, because missing far more often than the others.",
            names=", ".join(names),
            surface=surface_words(speech, surface),
        )
        for surface, names in left_out.items()
    ]
    for surface, names in left_out.items():
        left = watched - len(names)
        if left < least:
            message = N_("{surface}: too few comparison names left to compare. Add more.")
            sentences.append(speech.say(message, surface=surface_words(speech, surface)))
        elif left < ENOUGH_CONTROLS:
            message = N_("{surface}: only {n} comparison names left. Add more.")
            sentences.append(
                speech.say(message, surface=surface_words(speech, surface), n=speech.number(left))
            )
    if accused:
        message = N_(
            "Tested as if they were contestants, {names} raised an alarm. Check whether they are "
            "good comparison names."
        )
        sentences.append(speech.say(message, names=", ".join(accused)))
    if not sentences and watched < ENOUGH_CONTROLS:
        sentences.append(speech.say("Working, but few. Ten or more give proof faster."))
    return " ".join(sentences) or speech.say("Working as usual.")
