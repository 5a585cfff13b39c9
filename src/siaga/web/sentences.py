"""What each state means and what a verdict says, in words that a judge and a journalist can use."""

from dataclasses import dataclass
from typing import Final

from siaga.web.words import N_, Speech
from siaga.words.answers import Answer
from siaga.words.verdicts import State, Verdict


@dataclass(frozen=True, slots=True)
class StateWords:
    """How a state is shown: its short word, its meaning, what to do."""

    label: str
    meaning: str
    do: str


STATES: Final[dict[State, StateWords]] = {
    State.FINDABLE: StateWords(
        N_("Findable"),
        N_("The name was found as often as the controls were."),
        N_("Nothing to do."),
    ),
    State.SUSPECTED: StateWords(
        N_("Suspected"),
        N_("The name was found less than the controls. The evidence is not yet strong enough to say so."),
        N_("Extra rounds are being asked. Wait for them; say nothing in public yet."),
    ),
    State.SUPPRESSED: StateWords(
        N_("Suppressed"),
        N_("The name is found less than names like it, at the same place and time. This is proven."),
        N_("Ask the platform to restore it, and send this evidence along."),
    ),
    State.IMPAIRED: StateWords(
        N_("Impaired"),
        N_(
            "The name is found, but with fewer, older or unordered results than before and than the controls."
        ),
        N_("Ask the platform to explain, and send this evidence along."),
    ),
    State.SURFACE_DOWN: StateWords(
        N_("Surface down"),
        N_("All names alike cannot be found on this surface. It says nothing about any one name."),
        N_("Tell the platform that the surface fails."),
    ),
    State.PLATFORM_DOWN: StateWords(
        N_("Platform down"),
        N_("All names alike cannot be found on this platform. It says nothing about any one name."),
        N_("Tell the platform that it fails."),
    ),
    State.VANTAGE_BLOCKED: StateWords(
        N_("Network blocked"),
        N_("The platform cannot be reached from this network, and can from others."),
        N_("Compare the failing step from another network."),
    ),
    State.UNMEASURABLE: StateWords(
        N_("Not measurable"),
        N_("We could not measure: a limit, a wall or an answer that we do not know. The fault may be ours."),
        N_("Look at the watch's health: credentials, limits, the reader's version."),
    ),
    State.INSUFFICIENT: StateWords(
        N_("Not enough yet"),
        N_("There are too few measurements to say anything."),
        N_("Wait for more rounds."),
    ),
}

ANSWERS: Final[dict[Answer, str]] = {
    Answer.RESULTS: N_("results"),
    Answer.EMPTY: N_("nothing found"),
    Answer.HIDDEN: N_("hidden by a notice"),
    Answer.REFUSED: N_("query refused"),
    Answer.ERROR: N_("platform error"),
    Answer.LIMITED: N_("limit"),
    Answer.CHALLENGED: N_("bot wall"),
    Answer.WALLED: N_("sign-in wall"),
    Answer.UNREACHABLE: N_("unreachable"),
    Answer.UNREADABLE: N_("unknown answer"),
}

SURFACES: Final[dict[str, str]] = {
    "search-latest": N_("latest search"),
    "search-top": N_("top search"),
    "people": N_("people search"),
    "suggest": N_("suggestions"),
    "hashtag": N_("hashtag"),
    "profile": N_("profile"),
    "replies": N_("replies"),
    "trends": N_("trends"),
}


def surface_words(speech: Speech, surface: str | None) -> str:
    """A surface as people call it; None is the platform as a whole."""
    if surface is None:
        return speech.say("all surfaces")
    return speech.say(SURFACES[surface]) if surface in SURFACES else surface


def counts_sentence(speech: Speech, verdict: Verdict) -> str:
    """The plain counts beside the odds; empty where there are none."""
    counts = verdict.counts
    if not counts.asked:
        return ""
    return speech.say(
        "Asked {asked} times, missing {missing}; controls asked {controls_asked} times, "
        "missing {controls_missing}.",
        asked=speech.number(counts.asked),
        missing=speech.number(counts.missing),
        controls_asked=speech.number(counts.controls_asked),
        controls_missing=speech.number(counts.controls_missing),
    )


def odds_sentence(speech: Speech, verdict: Verdict) -> str:
    """What the evidence of a name's verdict means; empty where the state has no odds to tell."""
    if verdict.state not in {State.SUSPECTED, State.SUPPRESSED, State.IMPAIRED} or verdict.evidence < 1:
        return ""
    return speech.say(
        "Betting odds of {odds} against equal treatment: if this name were treated like the controls, "
        "evidence this strong would come up at most once in {n} such watches, however often we look.",
        odds=speech.odds(verdict.evidence),
        n=speech.large(verdict.evidence),
    )
