"""The tour of the demo: stops from page to page, each with a sentence. It works without JavaScript."""

from dataclasses import dataclass
from typing import Final

from siaga.i18n.speech import N_

TOUR_PARAMETER: Final = "tour"
"""In an address: at which stop of the tour a visitor is."""


@dataclass(frozen=True, slots=True)
class TourStop:
    """One stop."""

    path: str
    """The page, below the language."""
    part: str
    """The id of what is shown."""
    text: str


TOUR: Final = (
    TourStop(
        "",
        "now",
        N_("The answer in one sentence: can every contestant be found on every platform right now?"),
    ),
    TourStop(
        "",
        "matrix",
        N_(
            "Each contestant on each platform. Words and shapes say the same as the colours. Select "
            "a cell for details."
        ),
    ),
    TourStop(
        "names/x/mahfud",
        "chart",
        N_(
            "The evidence: this name next to names outside the election, checked in the same rounds. "
            "When a name goes missing, the strength of evidence grows until it crosses the published "
            "threshold."
        ),
    ),
    TourStop(
        "names/x/mahfud",
        "evidence",
        N_("The data behind it: every check and its answer. Anyone can recompute it."),
    ),
    TourStop(
        "cases",
        "open-cases",
        N_(
            "A finding becomes a case and is followed until it is resolved: platform notified, "
            "answered, restored, verified."
        ),
    ),
    TourStop("requests", "main", N_("Every request to a platform is public, word for word.")),
    TourStop(
        "measure",
        "main",
        N_("Anyone can have a name checked now, next to comparison names, and share the result."),
    ),
    TourStop("history", "main", N_("Go back in time: what was known at any moment?")),
    TourStop("method", "main", N_("The whole method on one page.")),
    TourStop(
        "sign-in",
        "main",
        N_("Control-room staff sign in here. The terminal shows the user name and password."),
    ),
)


def tour_stop(text: str) -> int | None:
    """The stop whose number the text says; None where it says none."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 0
    return number if 1 <= number <= len(TOUR) else None
