"""What each state means and what a verdict says, in words that a judge and a journalist can use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from siaga.domain.answers import Answer
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
        "{ours}; {controls}.",
        ours=speech.count(
            "Asked {n} time, missing {missing}",
            "Asked {n} times, missing {missing}",
            counts.asked,
            missing=speech.number(counts.missing),
        ),
        controls=speech.count(
            "controls asked {n} time, missing {missing}",
            "controls asked {n} times, missing {missing}",
            counts.controls_asked,
            missing=speech.number(counts.controls_missing),
        ),
    )


def has_odds(verdict: Verdict) -> bool:
    """Whether the verdict's evidence is odds against equal treatment of a name, and worth telling."""
    return verdict.subject is not None and verdict.state in NAME_FINDINGS and verdict.evidence >= 1


def odds_sentence(speech: Speech, verdict: Verdict, span: timedelta) -> str:
    """What the evidence of a name's verdict means, `span` being the promise's; empty without odds."""
    if not has_odds(verdict):
        return ""
    values = {
        "odds": speech.odds(verdict.evidence),
        "n": speech.large(verdict.evidence),
        "span": speech.span(span),
    }
    psi = _number(verdict.detail.get("psi", ""))
    if psi is None or psi <= 1:
        return speech.say(
            "Betting odds of {odds} against equal treatment: if this name were treated like the controls, "
            "evidence this strong would come up at most once in {n} watches of {span}, however often we "
            "look.",
            **values,
        )
    return speech.say(
        "Betting odds of {odds} against equal treatment: if this name were treated like the controls, "
        "allowing it to be up to {psi} times as hard to find, evidence this strong would come up at most "
        "once in {n} watches of {span}, however often we look.",
        psi=speech.number(psi),
        **values,
    )


def growth_sentence(speech: Speech, verdict: Verdict, now: float) -> str:
    """What the evidence has become since the verdict was spoken; empty where it has not grown.

    `now` is the evidence that the name is missing, so an `impaired` name has none here.
    """
    if not has_odds(verdict) or verdict.state is State.IMPAIRED or now <= verdict.evidence:
        return ""
    return speech.say("Since then the evidence has grown to {odds}.", odds=speech.odds(now))


def place_words(speech: Speech, verdict: Verdict) -> str:
    """On which surface and from which vantage, as far as only one is meant: `latest search, from jakarta`."""
    surface = surface_words(speech, verdict.surface) if verdict.surface else ""
    vantage = speech.say("from {vantage}", vantage=verdict.vantage) if verdict.vantage else ""
    return ", ".join(part for part in (surface, vantage) if part)


def vantage_words(election: Election, vantage: str) -> str:
    """A vantage with where it stands, as far as the election file says: `jakarta (DKI Jakarta, AS7713)`."""
    known = next((watched for watched in election.vantages if watched.id == vantage), None)
    where = [part for part in (known.province or known.country, known.network) if part] if known else []
    return f"{vantage} ({', '.join(where)})" if where else vantage


def _number(text: str) -> float | None:
    """The number of a detail; none where it is no number that a sentence can hold."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < 1e15 else None  # "nan" is not below it either


ENOUGH_CONTROLS = 6
"""With fewer that can be compared with, proofs take long, and one more lost may end them."""


def controls_sentence(
    speech: Speech,
    left_out: Mapping[str, Sequence[str]],
    accused: Sequence[str],
    watched: int,
    least: int,
) -> str:
    """How a platform's controls do.

    Args:
        left_out: by surface, controls that are persistently missing.
        accused: controls that raised an alarm when watched as contestants are.
        watched: how many there are.
        least: the fewest with which a round compares anything.
    """
    sentences = [
        speech.say(
            "{names} left out at {surface}: missing far more often than the others.",
            names=", ".join(names),
            surface=surface_words(speech, surface),
        )
        for surface, names in left_out.items()
    ]
    for surface, names in left_out.items():
        left = watched - len(names)
        if left < least:
            message = N_("At {surface} too few are left, so nothing can be compared there: add controls.")
            sentences.append(speech.say(message, surface=surface_words(speech, surface)))
        elif left < ENOUGH_CONTROLS:
            message = N_("At {surface} only {n} are left: add controls.")
            sentences.append(
                speech.say(message, surface=surface_words(speech, surface), n=speech.number(left))
            )
    if accused:
        message = N_(
            "Watched as contestants are, {names} raised an alarm: look at what is compared with what."
        )
        sentences.append(speech.say(message, names=", ".join(accused)))
    if not sentences and watched < ENOUGH_CONTROLS:
        sentences.append(speech.say("All as usual, but few: ten or more prove fastest."))
    return " ".join(sentences) or speech.say("All as usual.")
