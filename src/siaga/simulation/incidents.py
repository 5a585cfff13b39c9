"""What really happened, as seeded streams: names withheld, and troubles that must not be taken for that.

The shapes follow public reporting: which surface, from where, what came back, for how long. All begin with
hours as usual. Rounds are two minutes apart; `BEGIN` is the round in which the trouble begins.
"""

from datetime import timedelta

from siaga.domain.answers import Answer
from siaga.simulation.streams import Streams

EVERY = timedelta(minutes=2)
BEGIN = 150
PAIRS = ("anies", "muhaimin", "prabowo", "gibran", "ganjar", "mahfud")


def _streams(seed: int, rounds: int, **others: object) -> Streams:
    return Streams(seed, rounds, cadence=EVERY, **{"facts": True, "missing": 0.004, **others})  # type: ignore[arg-type]


def mahfud(seed: int = 1) -> Streams:
    """X, January 2024: latest search gives nothing or a handful for one name; his running mate partly; other
    accounts are limited meanwhile; then there are results again, but only three, and late the usual ones."""
    streams = _streams(
        seed,
        900,
        surfaces=("search-latest", "search-top", "people"),
        vantages=("jakarta", "surabaya", "medan"),
        texts={"mahfud": ["mahfud", "mahfud md"]},
    )
    latest = ("search-latest",)
    streams.thin("mahfud", BEGIN, 600, 3, latest)
    streams.withhold("mahfud", BEGIN, 450, 0.7, surfaces=latest)
    streams.withhold("ganjar", 200, 300, 0.6, surfaces=latest)
    streams.outage(260, 330, 0.8, Answer.LIMITED, vantages=("medan",))
    return streams


def swift(seed: int = 2) -> Streams:
    """X, January 2024: an error page for one name; the same name with another word added is found."""
    streams = _streams(seed, 400, texts={"anies": ["taylor swift", "taylor swift tour"]})
    streams.withhold("anies", BEGIN, 350, answer=Answer.ERROR, text="taylor swift")
    return streams


def typeahead(seed: int = 3) -> Streams:
    """Twitter, July 2018: members of one party missing from suggestions only."""
    streams = _streams(seed, 400, surfaces=("suggest", "search-top"))
    for name in ("ganjar", "mahfud"):
        streams.withhold(name, BEGIN, 400, surfaces=("suggest",))
    return streams


def blank_page(seed: int = 4) -> Streams:
    """Threads, September 2023: a notice where results would be."""
    streams = _streams(seed, 400)
    streams.withhold("prabowo", BEGIN, 400, answer=Answer.HIDDEN)
    return streams


def one_country(seed: int = 5) -> Streams:
    """TikTok, early 2025: a hashtag without results from one country."""
    streams = _streams(seed, 400, surfaces=("hashtag", "search-top"), vantages=("us", "id", "de"))
    streams.withhold("anies", BEGIN, 400, vantages=("us",), surfaces=("hashtag",))
    return streams


def zero_hashtags(seed: int = 6) -> Streams:
    """TikTok, May 2020: every hashtag shows zero, political or not; search is fine. No name's finding."""
    streams = _streams(seed, 400, surfaces=("hashtag", "search-top"), vantages=("jakarta", "medan"))
    streams.outage(BEGIN, 300, 1.0, Answer.EMPTY, surfaces=("hashtag",))
    return streams


def read_limits(seed: int = 7) -> Streams:
    """Twitter, July 2023: each account is limited, at its own moments. Says nothing of the platform."""
    streams = _streams(seed, 500, vantages=("account-1", "account-2", "account-3"))
    for turn, vantage in enumerate(("account-1", "account-2", "account-3")):
        for begin in range(BEGIN + 20 * turn, 450, 90):
            streams.cut(begin, begin + 15, after=8, vantages=(vantage,))
            streams.outage(begin + 15, begin + 40, 1.0, Answer.LIMITED, vantages=(vantage,))
    return streams


def data_centre(seed: int = 8) -> Streams:
    """TikTok, January 2026: an outage in which other words fail as well, now more, now less."""
    streams = _streams(seed, 500, surfaces=("search-top", "people"))
    for begin, share in ((BEGIN, 0.3), (180, 0.9), (260, 1.0), (330, 0.5), (360, 0.15)):
        streams.outage(begin, begin + 40, share)
    return streams
