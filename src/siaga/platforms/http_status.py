"""What HTTP itself says of a failed asking, on any platform: bot walls, limits, sign-in, failures."""

import re
from typing import Final

from siaga.domain.answers import Answer
from siaga.platforms.conversation import Reading, Response

LOOKED_AT: Final = 64 * 1024
"""Bytes of a page in which the marks of a bot wall are looked for."""
_WALLS: Final = re.compile(
    rb"just a moment\.\.\.|challenge-platform|cf-chl-|cf_chl_opt|_incapsula_resource|captcha-delivery\.com"
    rb"|px-captcha|awswafintegration|anubis_challenge|making sure you(?:&#39;|')re not a bot",
    re.IGNORECASE,
)
"""Cloudflare, Imperva, DataDome, HUMAN, AWS and Anubis, by what their pages carry."""


def is_page(response: Response) -> bool:
    """Whether the answer is a web page, where data was due."""
    kind = response.headers.get("content-type", "").lower()
    return kind.startswith(("text/html", "application/xhtml")) or response.body[:200].lstrip()[:1] == b"<"


def is_challenge(response: Response) -> bool:
    """Whether a bot wall answered: only by a recognisable one's own marks."""
    if response.headers.get("cf-mitigated", "").strip().lower() == "challenge":
        return True
    return is_page(response) and _WALLS.search(response.body[:LOOKED_AT]) is not None


def in_the_way(response: Response) -> Reading | None:
    """What stood between us and the platform's own answer: a bot wall, a limit; None where nothing did."""
    if is_challenge(response):
        return Reading(Answer.CHALLENGED, note=f"bot wall, status {response.status}")
    if response.status == 429:
        return Reading(Answer.LIMITED, note="status 429")
    return None


def by_status(response: Response, note: str = "") -> Reading:
    """How an answer reads of which only the status is known to the contract."""
    status = response.status
    note = note or f"status {status}"
    if status == 429:
        return Reading(Answer.LIMITED, note=note)
    if status == 401:
        return Reading(Answer.WALLED, note=note)
    if status >= 500 and status != 501:
        return Reading(Answer.ERROR, note=note)
    return Reading(Answer.UNREADABLE, note=note)
