"""What is said of a finding's evidence: counts, strength, since when; always from the one evidence object."""

from datetime import datetime, timedelta
from typing import Final

from siaga.domain.finding_evidence import FindingEvidence, Strength
from siaga.domain.verdicts import NAME_FINDINGS
from siaga.i18n.finding_phrases import finding_sentence
from siaga.i18n.speech import Speech
from siaga.i18n.verdict_phrases import STATES

MOST_PERIODS: Final = 1e9
"""Nobody grasps a rarity beyond one of so many: it is said to be rarer than that."""


def counts_sentence(speech: Speech, strength: Strength) -> str:
    """The plain counts beside the odds; empty where there are none."""
    counts = strength.counts
    if not counts.asked:
        return ""
    if strength.is_graded:
        return speech.say(
            "{ours}; {controls}.",
            ours=speech.count(
                "Fewer, older or unordered results in {missing} of {n} check",
                "Fewer, older or unordered results in {missing} of {n} checks",
                counts.asked,
                missing=speech.number(counts.missing),
            ),
            controls=speech.count(
                "the same of comparison names in {missing} of {n} check",
                "the same of comparison names in {missing} of {n} checks",
                counts.controls_asked,
                missing=speech.number(counts.controls_missing),
            ),
        )
    return speech.say(
        "{ours}; {controls}.",
        ours=speech.count(
            "Missing in {missing} of {n} check",
            "Missing in {missing} of {n} checks",
            counts.asked,
            missing=speech.number(counts.missing),
        ),
        controls=speech.count(
            "comparison names missing in {missing} of {n} check",
            "comparison names missing in {missing} of {n} checks",
            counts.controls_asked,
            missing=speech.number(counts.controls_missing),
        ),
    )


def is_about_treatment(evidence: FindingEvidence) -> bool:
    """Whether its strength is that against equal treatment of a name."""
    return evidence.subject is not None and evidence.state in NAME_FINDINGS


def strength_lines(speech: Speech, evidence: FindingEvidence) -> list[str]:
    """The counts and the strength, at proof and now, each with its moment; one line where it is not open."""
    lines = []
    if evidence.proven is not None:
        lines.append(_line(speech, speech.say("When proven"), evidence, evidence.proven))
    if evidence.present is not None:
        lines.append(_line(speech, speech.say("Now"), evidence, evidence.present))
    return lines


def _line(speech: Speech, label: str, evidence: FindingEvidence, strength: Strength) -> str:
    parts = [counts_sentence(speech, strength)]
    if is_about_treatment(evidence) and strength.evidence >= 1:
        parts.append(speech.say("Strength of evidence: {odds}.", odds=speech.odds(strength.evidence)))
        if strength.free is not None and speech.odds(strength.free) != speech.odds(strength.evidence):
            free = speech.odds(strength.free)
            parts.append(speech.say("Without relying on the quiet rounds before: {odds}.", odds=free))
    at = f"{speech.clock(strength.at)} {speech.zone_name(strength.at)}"
    return f"{label} ({at}): {' '.join(part for part in parts if part) or '–'}"


def meaning_sentence(speech: Speech, evidence: FindingEvidence, span: timedelta) -> str:
    """What the newest strength of a name's evidence means, `span` being the promise's; empty without one. The
    odds themselves stand in the lines of its strength."""
    strength = evidence.strength
    if strength is None or not is_about_treatment(evidence) or not strength.evidence >= 1:
        return ""
    values = {"n": speech.large(strength.evidence), "span": speech.span(span)}
    psi = evidence.psi if evidence.psi is not None and evidence.psi > 1 else None
    if strength.evidence > MOST_PERIODS:
        return _beyond_grasp(speech, psi, values)
    if psi is None:
        return speech.say(
            "If this name were treated like the comparison names, evidence this strong would appear in "
            "at most one of {n} monitoring periods of {span}, however often we look.",
            **values,
        )
    return speech.say(
        "If this name were treated like the comparison names, even allowing it to be up to {psi} times "
        "as hard to find, evidence this strong would appear in at most one of {n} monitoring periods of "
        "{span}, however often we look.",
        psi=speech.number(psi),
        **values,
    )


def _beyond_grasp(speech: Speech, psi: float | None, values: dict[str, str]) -> str:
    if psi is None:
        return speech.say(
            "If this name were treated like the comparison names, evidence this strong would appear in "
            "fewer than one of a billion monitoring periods of {span}, however often we look.",
            **values,
        )
    return speech.say(
        "If this name were treated like the comparison names, even allowing it to be up to {psi} times "
        "as hard to find, evidence this strong would appear in fewer than one of a billion monitoring "
        "periods of {span}, however often we look.",
        psi=speech.number(psi),
        **values,
    )


def began_sentence(speech: Speech, evidence: FindingEvidence, now: datetime | None = None) -> str:
    """Between which rounds it began, never a moment that nobody knows; with `now`, today's without a date."""
    began = evidence.began

    def text(at: datetime) -> str:
        return speech.clock(at) if now is None else speech.moment(at, now)

    zone = speech.zone_name(began.by)
    if began.after is None:
        return speech.say(
            "It had already begun at our first check, at {last} {zone}.", last=text(began.by), zone=zone
        )
    return speech.say(
        "It began between {first} and {last} {zone}.",
        first=text(began.after),
        last=text(began.by),
        zone=zone,
    )


def chart_caption(speech: Speech, evidence: FindingEvidence, name: str, platform: str) -> str:
    """What the chart of a name shows, with the newest counts; without a finding, what its state means."""
    if evidence.state not in NAME_FINDINGS:
        return speech.say(STATES[evidence.state].meaning)
    said = finding_sentence(speech, evidence, [name], platform)
    counts = counts_sentence(speech, evidence.strength) if evidence.strength is not None else ""
    return f"{said}. {counts}".rstrip()
