"""The corpus: what simulated people post about each name, made on demand from a seed and nothing else.

Time is cut into buckets of a length that suits the name; a bucket's posts follow from (seed, name, bucket),
so any moment of any simulated year can be asked, in any order, without storing.
"""

import heapq
import math
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from itertools import islice
from zoneinfo import ZoneInfo

from siaga.domain.matching import folded
from siaga.simulation.accounts import Account, AccountPool
from siaga.simulation.texts import BESIDE_THE_POINT, ENDINGS, OPENINGS, REPLIES, SPAM

EPOCH = datetime(2010, 11, 4, 1, 42, 54, 657000, tzinfo=UTC)
"""Where post ids count from; the snowflake's epoch."""
EPOCH_MS = 1_288_834_974_657
HORIZON = timedelta(days=7)
"""Search reaches back so far."""
HOURS = (
    *(0.55, 0.35, 0.20, 0.15, 0.20, 0.45),
    *(0.75, 0.95, 1.05, 1.10, 1.10, 1.15),
    *(1.25, 1.15, 1.05, 1.00, 1.05, 1.15),
    *(1.40, 1.75, 1.85, 1.70, 1.25, 0.85),
)
"""Share of the mean rate at each full hour of the day, local time: little at night, most after dinner."""
BUCKETS = (15, 60, 300, 1200, 3600, 14_400)
"""Possible bucket lengths, seconds."""
MOST_IN_BUCKET = 1000
TOP_POOL = 100
"""`top` sorts this many of the newest by approval."""
MOST_WORDS = 16
"""Of a query; the rest is not looked at."""
MOST_SIFTED = 4000
"""Posts of one stream that are looked through for further words."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A stream of posts that carry one text."""

    text: str
    """As people write it: `mahfud`, `Mahfud MD`."""
    per_hour: float
    """Posts an hour, mean over the day."""
    tag: bool = False
    """Whether it is written as a hashtag in every post."""
    label: str = ""
    """What the account of this name calls itself; empty for the text."""


@dataclass(frozen=True, slots=True)
class Wave:
    """Extra posts that carry a name for a while, at an even rate by day and night."""

    name: str
    starts: datetime
    ends: datetime
    per_hour: float
    spam: bool


@dataclass(frozen=True, slots=True)
class Post:
    """One post. Its id is unique on its platform and grows with time."""

    id: int
    at: datetime
    author: Account
    text: str
    tags: tuple[str, ...]
    likes: int
    reposts: int
    replies: int

    def __hash__(self) -> int:
        return self.id


@dataclass(frozen=True, slots=True)
class Trend:
    """A topic that is much spoken of."""

    text: str
    tag: str
    per_hour: float


@dataclass(frozen=True, slots=True)
class _PostSource:
    """A topic or a wave, as posts are made of it."""

    number: int
    text: str
    tag: str
    tagged: bool
    per_hour: float
    bucket_s: int
    starts: datetime | None = None
    ends: datetime | None = None
    templates: tuple[str, ...] = ()
    """Whole texts; empty for an opening and an ending."""


@lru_cache(4096)
def words(text: str) -> frozenset[str]:
    """The words that a search would see in a text."""
    return frozenset(re.findall(r"\w+", folded(text)))


@lru_cache(4096)
def tag_of(text: str) -> str:
    """The hashtag of a text: its words joined, case kept."""
    return "".join(re.findall(r"\w+", text))


VOCABULARY = frozenset(word for text in (*OPENINGS, *ENDINGS, *SPAM) for word in words(text))
"""What posts say beside a name."""


class Corpus:
    """All posts and accounts of one simulated platform."""

    def __init__(self, seed: str, topics: Sequence[Topic], timezone: str, waves: Sequence[Wave] = ()) -> None:
        self._seed = seed
        self._zone = ZoneInfo(timezone)
        self.accounts = AccountPool(seed, [(topic.text, topic.label or topic.text) for topic in topics])
        self._topics = [
            _PostSource(
                number=number,
                text=topic.text,
                tag=tag_of(topic.text),
                tagged=topic.tag,
                per_hour=topic.per_hour,
                bucket_s=_bucket_length(topic.per_hour),
            )
            for number, topic in enumerate(topics, start=1)
        ]
        self._waves = [
            _PostSource(
                number=len(topics) + number,
                text=wave.name,
                tag=tag_of(wave.name),
                tagged=False,
                per_hour=wave.per_hour,
                bucket_s=_bucket_length(wave.per_hour),
                starts=wave.starts,
                ends=wave.ends,
                templates=SPAM if wave.spam else (),
            )
            for number, wave in enumerate(waves, start=1)
        ]
        self._filler = _PostSource(0, "", "", False, 240.0, 300, templates=BESIDE_THE_POINT)
        self._bucket = lru_cache(4096)(self._make_bucket)
        self._noise = lru_cache(8192)(self._make_noise)
        self._sources_of = lru_cache(4096)(self._find_sources)
        self._by_number = {source.number: source for source in [*self._topics, *self._waves, self._filler]}

    def newest(self, query: str, at: datetime, limit: int, before: int | None = None) -> list[Post]:
        """Up to `limit` posts that carry all words of `query`, newest first, none later than `at`.

        With `before`, only posts with a smaller id than that: the next page.
        """
        return _page(self._carrying(query, at), limit, before)

    def tagged(self, tag: str, at: datetime, limit: int, before: int | None = None) -> list[Post]:
        """The same for posts with a hashtag (without `#`)."""
        wanted = folded(tag)
        sources = [source for source in self._topics if folded(source.tag) == wanted]
        streams = [(post for post in self._backwards(source, at) if post.tags) for source in sources]
        return _page(_merged(streams), limit, before)

    def public(self, at: datetime, limit: int) -> list[Post]:
        """The newest posts of all, whatever they are about."""
        return _page(_merged([self._backwards(source, at) for source in self._topics]), limit, None)

    def top(self, query: str, at: datetime, limit: int, skip: int = 0) -> list[Post]:
        """The most liked among the newest posts that carry `query`."""
        pool = self.newest(query, at, TOP_POOL)
        return sorted(pool, key=lambda post: (-post.likes, -post.id))[skip : skip + limit]

    def beside_the_point(self, at: datetime, limit: int) -> list[Post]:
        """Posts that carry no name at all."""
        return list(islice(self._backwards(self._filler, at), limit))

    def post(self, id: int, at: datetime) -> Post | None:
        """The post with an id, if there is one by `at`."""
        source = self._by_number.get((id >> 10) & 0xFFF)
        if source is None:
            return None
        written = EPOCH + timedelta(milliseconds=id >> 22)
        if written > at:
            return None
        posts = self._bucket(source.number, int(written.timestamp()) // source.bucket_s)
        return next((post for post in posts if post.id == id), None)

    def replies(self, post: Post, at: datetime, limit: int) -> list[Post]:
        """What others answered to a post by `at`, newest first."""
        chance = random.Random(_seed(self._seed, "replies", post.id))  # noqa: S311
        made = []
        for number in range(post.replies):
            written = post.at + timedelta(seconds=chance.expovariate(1 / 1800))
            made.append(
                Post(
                    id=_id(int(written.timestamp() * 1000), 0xFFF, number),
                    at=written,
                    author=self.accounts.ordinary(chance.getrandbits(32)),
                    text=REPLIES[chance.randrange(len(REPLIES))],
                    tags=(),
                    likes=chance.randrange(8),
                    reposts=0,
                    replies=0,
                )
            )
        past = [reply for reply in made if reply.at <= at]
        return sorted(past, key=lambda reply: -reply.id)[:limit]

    def written_by(self, account: Account, at: datetime, limit: int) -> list[Post]:
        """The newest posts of a name's own account: its topic's, as if it had written them."""
        if account.topic is None:
            return []
        found = self._backwards(self._topics[account.topic], at)
        own = (post for post in found if post.author == account)
        return list(islice(own, limit))

    def trends(self, at: datetime, limit: int) -> list[Trend]:
        """The most spoken of, most first. Hashtags and names that mean the same are named once."""
        rates: dict[str, tuple[float, _PostSource]] = {}
        for source in self._topics:
            rate = source.per_hour * self._noise(source.number, _hour(at))
            key = folded(source.tag)
            if key not in rates or rate > rates[key][0]:
                rates[key] = (rate, source)
        ranked = sorted(rates.values(), key=lambda pair: (-pair[0], pair[1].number))
        level = self._level(at)
        return [Trend(source.text, source.tag, rate * level) for rate, source in ranked[:limit]]

    def count(self, query: str, starts: datetime, ends: datetime) -> int:
        """Posts that carry a query, written from `starts` and before `ends`."""
        total = 0
        for post in self._carrying(query, ends):
            if post.at < starts:
                break
            total += post.at < ends
        return total

    def _carrying(self, query: str, at: datetime) -> Iterator[Post]:
        """Posts that carry all words of `query`, newest first."""
        asked = frozenset(sorted(words(query))[:MOST_WORDS])
        streams: list[Iterator[Post]] = []
        for source in self._sources_of(query):
            posts = self._backwards(source, at)
            all_carry = asked <= words(source.text) and not source.tagged
            streams.append(posts if all_carry else _sifted(posts, asked))
        return _merged(streams)

    def _find_sources(self, query: str) -> tuple[_PostSource, ...]:
        asked = words(query)
        if not asked:
            return ()
        about = tuple(
            source
            for source in [*self._topics, *self._waves]
            if asked <= words(source.text)
            or (words(source.text) <= asked and asked - words(source.text) <= VOCABULARY)
            or (len(asked) == 1 and folded(source.tag) in asked)
        )
        return about or (tuple(self._topics) if asked <= VOCABULARY else ())

    def _backwards(self, source: _PostSource, at: datetime) -> Iterator[Post]:
        latest = at if source.ends is None else min(at, source.ends)
        earliest = at - HORIZON if source.starts is None else max(at - HORIZON, source.starts)
        bucket = int(latest.timestamp()) // source.bucket_s
        last = int(earliest.timestamp()) // source.bucket_s
        while bucket >= last:
            for post in self._bucket(source.number, bucket):
                if earliest <= post.at <= latest:
                    yield post
            bucket -= 1

    def _make_bucket(self, number: int, bucket: int) -> tuple[Post, ...]:
        """A bucket's posts, newest first."""
        source = self._by_number[number]
        chance = random.Random(_seed(self._seed, source.number, source.text, bucket))  # noqa: S311
        middle = datetime.fromtimestamp((bucket + 0.5) * source.bucket_s, UTC)
        rate = source.per_hour * source.bucket_s / 3600
        if source.starts is None:
            rate *= self._level(middle) * self._noise(source.number, _hour(middle))
        moments = sorted((bucket + chance.random()) * source.bucket_s for _ in range(_poisson(chance, rate)))
        posts = [self._make(source, moment, place, chance) for place, moment in enumerate(moments)]
        return tuple(reversed(posts))

    def _make(self, source: _PostSource, moment: float, place: int, chance: random.Random) -> Post:
        milliseconds = int(moment * 1000)
        at = datetime.fromtimestamp(milliseconds / 1000, UTC)
        bits = chance.getrandbits(96)
        tagged = source.tagged or (source.tag != "" and bits & 3 == 0)
        own = source.number and not source.templates and (bits >> 2) & 0x3F == 0
        author = (
            self.accounts.named(source.number - 1, 0)
            if own and source.starts is None
            else self.accounts.ordinary((bits >> 8) & 0xFFFFFFFF)
        )
        likes = int(2 ** ((bits >> 40 & 0xFF) / 32)) - 1
        return Post(
            id=_id(milliseconds, source.number, place),
            at=at,
            author=author,
            text=_text(source, bits >> 56, tagged),
            tags=(source.tag,) if tagged else (),
            likes=likes,
            reposts=likes // 4,
            replies=(bits >> 48) & 3 if author.topic is None else 8 + (bits >> 48 & 15),
        )

    def _level(self, at: datetime) -> float:
        local = at.astimezone(self._zone)
        share = local.minute / 60
        return HOURS[local.hour] * (1 - share) + HOURS[(local.hour + 1) % 24] * share

    def _make_noise(self, number: int, hour: int) -> float:
        return random.Random(_seed(self._seed, "noise", number, hour)).lognormvariate(0, 0.2)  # noqa: S311


def _text(source: _PostSource, bits: int, tagged: bool) -> str:
    if source.templates:
        template = source.templates[bits % len(source.templates)]
        return template.format(name=source.text, number=1000 + (bits >> 8) % 9000)
    name = f"#{source.tag}" if source.tagged else source.text
    opening = OPENINGS[bits & 15].format(name=name)
    ending = ENDINGS[(bits >> 4) & 15]
    mark = "" if opening.endswith("?") else ","
    tail = f" #{source.tag}" if tagged and not source.tagged else ""
    return f"{opening}{mark} {ending}{tail}"


def _sifted(posts: Iterator[Post], asked: frozenset[str]) -> Iterator[Post]:
    return (post for post in islice(posts, MOST_SIFTED) if asked <= words(post.text))


def _merged(streams: Sequence[Iterator[Post]]) -> Iterator[Post]:
    if len(streams) == 1:
        return streams[0]
    return heapq.merge(*streams, key=lambda post: -post.id)


def _page(found: Iterator[Post], limit: int, before: int | None) -> list[Post]:
    if before is not None:
        found = (post for post in found if post.id < before)
    return list(islice(found, limit))


def _bucket_length(per_hour: float) -> int:
    """The shortest length that is expected to hold at least ten posts."""
    return next((length for length in BUCKETS if per_hour * length / 3600 >= 10), BUCKETS[-1])


def _poisson(chance: random.Random, mean: float) -> int:
    if mean > 60:
        return min(MOST_IN_BUCKET, max(0, round(chance.gauss(mean, math.sqrt(mean)))))
    threshold, product, count = math.exp(-mean), chance.random(), 0
    while product > threshold:
        product *= chance.random()
        count += 1
    return count


def _hour(at: datetime) -> int:
    return int(at.timestamp()) // 3600


def _id(milliseconds: int, number: int, place: int) -> int:
    return (milliseconds - EPOCH_MS) << 22 | number << 10 | place


def _seed(*parts: object) -> int:
    return int.from_bytes(blake2b("|".join(map(str, parts)).encode(), digest_size=8).digest())
