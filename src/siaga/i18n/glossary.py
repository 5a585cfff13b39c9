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
            N_("Who stands in the election: a person, a pair, a party or a list."),
        ),
        "name": GlossaryWord(
            N_("name"),
            N_("A text that people type to find a contestant: a full name, a nickname, a handle, a hashtag."),
        ),
        "control": GlossaryWord(
            N_("control"),
            N_(
                "A name outside the contest, asked at the same place and time. What hits it too "
                "says nothing about a contestant."
            ),
        ),
        "canary": GlossaryWord(
            N_("canary"),
            N_("A random text that must never be found. It shows when an answer is misread."),
        ),
        "platform": GlossaryWord(
            N_("platform"), N_("A service on which people look for a name, such as X or Bluesky.")
        ),
        "surface": GlossaryWord(
            N_("surface"),
            N_("One place on a platform where a name can be found: latest search, suggestions, a profile."),
        ),
        "vantage": GlossaryWord(
            N_("vantage"), N_("From where it is asked: a machine, its network and its province.")
        ),
        "stream": GlossaryWord(
            N_("stream"),
            N_("One surface, asked from one vantage, signed in or not. Names are compared within it."),
        ),
        "round": GlossaryWord(
            N_("round"),
            N_("All contestants' names and the controls, asked together in one stream, in random order."),
        ),
        "measurement": GlossaryWord(
            N_("measurement"),
            N_("One asking and what came back. Only facts, nothing judged."),
        ),
        "verdict": GlossaryWord(
            N_("verdict"),
            N_("What a published rule makes of the measurements. Anyone can recompute it."),
        ),
        "odds": GlossaryWord(
            N_("odds"),
            N_(
                "What a bet against equal treatment would have won by now. They stay honest however "
                "often one looks."
            ),
        ),
        "promise": GlossaryWord(
            N_("promise"),
            N_("How few false alarms the whole watch may raise, said before it begins."),
        ),
        "finding": GlossaryWord(
            N_("finding"), N_("A verdict that needs somebody: a name suppressed, a surface down.")
        ),
        "case": GlossaryWord(
            N_("case"),
            N_("A finding followed to its end: proven, the platform told, restored, and that verified."),
        ),
        "notice": GlossaryWord(
            N_("notice"),
            N_(
                "What a platform is sent: a request to restore, to explain or to strengthen. Never to remove."
            ),
        ),
        "claim": GlossaryWord(
            N_("claim"),
            N_("A platform's word that a name is back. Measuring decides whether it is so."),
        ),
        "report": GlossaryWord(
            N_("report"), N_("What a person tells us: a name that they cannot find on a platform.")
        ),
        "event": GlossaryWord(
            N_("event"),
            N_("A planned moment: a debate, the quiet period, voting day. Around it more is asked."),
        ),
        "budget": GlossaryWord(
            N_("budget"),
            N_("How many questions a platform allows. All contestants get the same share of it."),
        ),
        "room": GlossaryWord(
            N_("room"), N_("The people who work on the cases: a commission, a ministry, a watchdog.")
        ),
        "liaison": GlossaryWord(N_("liaison"), N_("Who answers for a platform.")),
    }
)
"""By the design's word, in the order in which a reader needs them."""
