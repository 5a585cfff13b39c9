"""The tour of the demo: stops from page to page, each with a sentence. It works without JavaScript."""

from dataclasses import dataclass
from typing import Final

from siaga.i18n.speech import N_


@dataclass(frozen=True, slots=True)
class TourStop:
    """One stop."""

    path: str
    """The page, below the language."""
    part: str
    """The id of what is shown."""
    text: str


TOUR: Final = (
    TourStop("", "now", N_("The answer in one sentence: is every contestant findable everywhere now?")),
    TourStop(
        "",
        "matrix",
        N_("Each contestant on each platform. Words and shapes say it as colours do; each cell leads on."),
    ),
    TourStop(
        "names/x/mahfud",
        "chart",
        N_(
            "Why it is believed: the name beside names outside the contest, asked in the same rounds. Below, "
            "the odds grow until they cross the promised line."
        ),
    ),
    TourStop(
        "names/x/mahfud",
        "evidence",
        N_("What it rests on: each question and its answer. Anyone can recompute it."),
    ),
    TourStop(
        "cases",
        "open-cases",
        N_("A finding becomes a case, followed to its end: told, answered, restored, and that measured."),
    ),
    TourStop("requests", "main", N_("Every request to a platform is public, word for word.")),
    TourStop(
        "measure",
        "main",
        N_("Anybody can have a name measured now, fairly, beside control names, and share what came of it."),
    ),
    TourStop("history", "main", N_("The past can be walked back: what was known at eight in the morning?")),
    TourStop("method", "main", N_("How all of it is proven, on one page.")),
    TourStop(
        "sign-in",
        "main",
        N_("The people of the room sign in here. The terminal says as whom, and with which password."),
    ),
)
