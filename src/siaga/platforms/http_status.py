"""What HTTP itself says of a failed asking, on any platform: bot walls, limits, sign-in, failures.

The one table of statuses; a platform's file has only what its own words say beyond it. Sources: RFC 9110,
RFC 6585 (429, 511), RFC 7725 (451), and the pages of nginx and Cloudflare.
"""

import re
from typing import Final
from urllib.parse import urlsplit

from siaga.domain.answers import Answer
from siaga.domain.quota import Quota
from siaga.platforms.conversation import Reading, Response

LOOKED_AT: Final = 64 * 1024
"""Bytes of a page in which the marks of a bot wall are looked for."""
LARGEST_LIMIT_PAGE: Final = 8 * 1024
"""Bytes. A page that says that we asked too much says little else; a page of posts may quote such words."""
_BY_STATUS: Final = {
    401: Answer.WALLED,
    402: Answer.LIMITED,
    407: Answer.WALLED,
    420: Answer.LIMITED,
    429: Answer.LIMITED,
    451: Answer.REFUSED,
    501: Answer.UNREADABLE,
    505: Answer.UNREADABLE,
    509: Answer.LIMITED,
    511: Answer.WALLED,
}
"""What a status means by itself. Others from 500 on are the platform's failure, others below say nothing."""
_MEANING: Final = {402: "the credit is spent", 451: "for legal reasons", 511: "sign in to the network first"}
_IN_THE_WAY: Final = frozenset({402, 420, 429, 451, 509, 511})
"""Statuses that mean this whatever else the answer says."""
_WALLS: Final = re.compile(
    rb"just a moment\.\.\.|challenge-platform|cf-chl-|cf_chl_opt|_incapsula_resource|captcha-delivery\.com"
    rb"|px-captcha|awswafintegration|anubis_challenge|making sure you(?:&#39;|')re not a bot",
    re.IGNORECASE,
)
"""Cloudflare, Imperva, DataDome, HUMAN, AWS and Anubis, by what their pages carry."""
_LIMIT_PAGES: Final = re.compile(
    rb"error code: 10(?:15|27)\b|you (?:are|have) be(?:ing|en) rate.limited|rate.limit(?:ed)? exceeded"
    rb"|too many requests|<h1>503 service temporarily unavailable</h1></center>\s*<hr>",
    re.IGNORECASE,
)
"""Cloudflare's words for its limits, others', and nginx's own page where `limit_req` refuses."""
_SIGN_IN: Final = re.compile(
    r"/(?:login|log-in|log_in|signin|sign-in|sign_in|servicelogin|sso|sessions?/new|i/flow/(?:login|signup)"
    r"|auth/(?:login|sign_in)|accounts?/(?:login|signin)|oauth2?/authorize|checkpoint)(?:/|\.\w+)?$",
    re.IGNORECASE,
)
"""How the path of a sign-in page ends."""


def is_page(response: Response) -> bool:
    """Whether the answer is a web page, where data was due."""
    kind = response.headers.get("content-type", "").lower()
    return kind.startswith(("text/html", "application/xhtml")) or response.body[:200].lstrip()[:1] == b"<"


def is_redirect(response: Response) -> bool:
    """Whether the answer sends us elsewhere; its final address is where, as far as we go."""
    return response.status in {301, 302, 303, 307, 308}


def is_challenge(response: Response) -> bool:
    """Whether a bot wall answered: only by a recognisable one's own marks."""
    if response.headers.get("cf-mitigated", "").strip().lower() == "challenge":
        return True
    return is_page(response) and _WALLS.search(response.body[:LOOKED_AT]) is not None


def in_the_way(response: Response) -> Reading | None:
    """What stood between us and the platform's own answer: a bot wall, a limit, a sign-in page, the law.

    None where nothing did. An answer of success is looked at as well, for what it says instead of data.
    """
    if is_challenge(response):
        return Reading(Answer.CHALLENGED, note=f"bot wall, status {response.status}")
    if response.status in _IN_THE_WAY:
        return by_status(response)
    if response.status == 503 and "retry-after" in response.headers:
        return Reading(Answer.LIMITED, note="status 503 with Retry-After")
    if _is_limit_page(response):
        return Reading(Answer.LIMITED, note=f"a page about limits, status {response.status}")
    if (is_redirect(response) or is_page(response)) and _SIGN_IN.search(_path(response.final_url)):
        return Reading(Answer.WALLED, note=f"a sign-in page, status {response.status}")
    return None


def by_status(response: Response, note: str = "") -> Reading:
    """How an answer reads of which only the status is known to the contract."""
    status = response.status
    answer = _BY_STATUS.get(status, Answer.ERROR if status >= 500 else Answer.UNREADABLE)
    plain = f"status {status}" + (f": {_MEANING[status]}" if status in _MEANING else "")
    return Reading(answer, quota=Quota(spent=True) if status == 402 else None, note=note or plain)


def _is_limit_page(response: Response) -> bool:
    """Whether a page, or plain words, say that we asked too much."""
    plain = response.headers.get("content-type", "").lower().startswith("text/plain")
    if not (plain or is_page(response)) or len(response.body) > LARGEST_LIMIT_PAGE:
        return False
    return _LIMIT_PAGES.search(response.body) is not None


def _path(address: str) -> str:
    try:
        return urlsplit(address).path.rstrip("/")
    except ValueError:
        return ""
