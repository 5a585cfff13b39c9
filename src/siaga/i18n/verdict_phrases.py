"""What each state means and what a verdict says, in words that a judge and a journalist can use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from siaga.domain.answers import Answer
from siaga.domain.time import parse_rfc3339
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


KINDS: Final[dict[str, str]] = {
    "missing": N_("missing from the results"),
    "suggestion missing": N_("missing from the suggestions"),
    "own account missing": N_("its own account is missing"),
    "profile missing": N_("its profile is missing"),
    "only this name is limited": N_("only this name meets a limit or a wall"),
    "fewer": N_("fewer results"),
    "older": N_("older results"),
    "unordered": N_("results out of order"),
    "down": N_("controls are missing as well"),
    "limits": N_("a limit, a quota or a wall"),
    "network": N_("no answer over the network"),
    "layout": N_("answers that the reader does not know"),
    "canary found": N_("a random text is found, so nothing found there can be trusted"),
    "too few controls": N_("too few controls could be measured"),
}
"""What exactly is wrong, by the words of a verdict's `detail["kind"]`."""


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


def kind_words(speech: Speech, verdict: Verdict) -> str:
    """What exactly is wrong: `fewer results, older results`; empty where the verdict does not say.

    With the failing step or answer, if it names one: `no answer over the network (connection_reset)`.
    """
    kinds = [kind for kind in verdict.detail.get("kind", "").split(", ") if kind in KINDS]
    said = ", ".join(speech.say(KINDS[kind]) for kind in kinds)
    failure = _answers(speech, verdict.detail.get("failure", ""))
    return f"{said} ({failure})" if said and failure else said


def place_words(speech: Speech, verdict: Verdict) -> str:
    """On which surface and from which vantage, as far as only one is meant: `latest search, from jakarta`."""
    surface = surface_words(speech, verdict.surface) if verdict.surface else ""
    vantage = speech.say("from {vantage}", vantage=verdict.vantage) if verdict.vantage else ""
    return ", ".join(part for part in (surface, vantage) if part)


def vantage_words(election: Election, vantage: str) -> str:
    """A vantage with where it stands, as far as the election file says: `jakarta (DKI Jakarta, AS7713)`."""
    known = next((one for one in election.vantages if one.id == vantage), None)
    where = [part for part in (known.province or known.country, known.network) if part] if known else []
    return f"{vantage} ({', '.join(where)})" if where else vantage


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of what a verdict rests on."""

    label: str
    text: str


def facts(speech: Speech, verdict: Verdict, election: Election) -> list[Fact]:
    """What a name's verdict says beyond its counts: what is wrong, where, under which names."""
    detail = verdict.detail
    told = [
        Fact(speech.say("What is wrong"), kind_words(speech, verdict)),
        Fact(speech.say("Names hit"), detail.get("names", "")),
        Fact(speech.say("Names found as usual"), detail.get("names_found", "")),
        Fact(speech.say("Surfaces hit"), _surfaces(speech, detail.get("surfaces", ""))),
        Fact(speech.say("Surfaces as usual"), _surfaces(speech, detail.get("surfaces_found", ""))),
        Fact(speech.say("Seen from"), _vantages(election, detail.get("vantages", ""))),
        Fact(speech.say("Not seen from"), _vantages(election, detail.get("vantages_found", ""))),
        Fact(speech.say("What came back instead"), _answers(speech, detail.get("answers", ""))),
    ]
    if "relapse_of" in detail:
        at = parse_rfc3339(detail["relapse_of"])
        told.append(Fact(speech.say("Relapse"), speech.say("restored at {time}", time=speech.moment(at))))
    told.append(Fact(speech.say("Rule"), verdict.rule))
    return [fact for fact in told if fact.text]


def _surfaces(speech: Speech, ids: str) -> str:
    return ", ".join(surface_words(speech, one) for one in ids.split(", ") if one)


def _vantages(election: Election, ids: str) -> str:
    return ", ".join(vantage_words(election, one) for one in ids.split(", ") if one)


def _answers(speech: Speech, words: str) -> str:
    known = {answer.value: said for answer, said in ANSWERS.items()}
    return ", ".join(speech.say(known[one]) if one in known else one for one in words.split(", ") if one)


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
    said = [
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
            told = N_("At {surface} too few are left, so nothing can be compared there: add controls.")
            said.append(speech.say(told, surface=surface_words(speech, surface)))
        elif left < ENOUGH_CONTROLS:
            told = N_("At {surface} only {n} are left: add controls.")
            said.append(speech.say(told, surface=surface_words(speech, surface), n=speech.number(left)))
    if accused:
        told = N_("Watched as contestants are, {names} raised an alarm: look at what is compared with what.")
        said.append(speech.say(told, names=", ".join(accused)))
    if not said and watched < ENOUGH_CONTROLS:
        said.append(speech.say("All as usual, but few: ten or more prove fastest."))
    return " ".join(said) or speech.say("All as usual.")
