"""The design's words as the pages explain them: one sentence each, for people who have never heard them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from siaga.i18n.speech import N_


@dataclass(frozen=True, slots=True)
class GlossaryWord:
    """A word and what it means here."""

    label: str
    meaning: str


GLOSSARY: Final[Mapping[str, GlossaryWord]] = MappingProxyType(
    {
        "contestant": GlossaryWord(
            N_("contestant"),
            N_("Who is standing in the election: a person, a ticket, a party or a list."),
        ),
        "name": GlossaryWord(
            N_("name"),
            N_("What people type to find a contestant: a full name, nickname, handle or hashtag."),
        ),
        "control": GlossaryWord(
            N_("comparison name"),
            N_(
                "A name outside the election, checked in the same place and at the same time. If it goes "
                "missing too, the problem is not about one contestant."
            ),
        ),
        "canary": GlossaryWord(
            N_("test text"),
            N_("A random text that must never be found. If it is found, answers are being misread."),
        ),
        "platform": GlossaryWord(
            N_("platform"), N_("A service where people look for names, such as X or Bluesky.")
        ),
        "surface": GlossaryWord(
            N_("feature"),
            N_("One way to find a name on a platform: latest search, suggestions, a profile."),
        ),
        "vantage": GlossaryWord(
            N_("measurement point"), N_("Where we measure from: a device, its network and its province.")
        ),
        "stream": GlossaryWord(
            N_("measurement series"),
            N_(
                "One feature measured from one measurement point, signed in or not. Names are compared "
                "within one series."
            ),
        ),
        "round": GlossaryWord(
            N_("round"),
            N_(
                "All contestants' names and the comparison names, checked together in one series, in "
                "random order."
            ),
        ),
        "measurement": GlossaryWord(
            N_("measurement"),
            N_("One check and its answer. Facts only, no judgement."),
        ),
        "verdict": GlossaryWord(
            N_("assessment"),
            N_("What a published rule concludes from the measurements. Anyone can recompute it."),
        ),
        "odds": GlossaryWord(
            N_("strength of evidence"),
            N_(
                "How strongly the measurements speak against equal treatment. It stays valid however "
                "often you look."
            ),
        ),
        "promise": GlossaryWord(
            N_("false-alarm limit"),
            N_("How many false alarms are allowed at most across all monitoring, set before it begins."),
        ),
        "finding": GlossaryWord(
            N_("finding"), N_("An assessment that someone must act on: a missing name, a failing feature.")
        ),
        "case": GlossaryWord(
            N_("case"),
            N_("A finding followed until it is resolved: proven, platform notified, restored and verified."),
        ),
        "notice": GlossaryWord(
            N_("notice"),
            N_("What we send to a platform: a request to restore, explain or strengthen. Never to remove."),
        ),
        "claim": GlossaryWord(
            N_("platform's statement"),
            N_("When a platform says that a name is back. Measurements decide whether it is."),
        ),
        "report": GlossaryWord(
            N_("report"), N_("What a person tells us: a name that they cannot find on a platform.")
        ),
        "event": GlossaryWord(
            N_("event"),
            N_(
                "A scheduled part of the election: a debate, the quiet period, voting day. We measure "
                "more often around it."
            ),
        ),
        "budget": GlossaryWord(
            N_("API quota"),
            N_("How many requests a platform allows. Every contestant gets an equal share."),
        ),
        "room": GlossaryWord(
            N_("control room"), N_("The people who handle cases: a commission, ministry or watchdog.")
        ),
        "liaison": GlossaryWord(N_("platform contact"), N_("The person who answers for a platform.")),
    }
)
"""By the design's word, in the order in which a reader needs them."""
