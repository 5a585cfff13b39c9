from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siaga.simulation.posts import Corpus, Post, Topic, Wave, words

TOPICS = (
    Topic("mahfud", 900),
    Topic("Mahfud MD", 300),
    Topic("MahfudMD", 80, tag=True),
    Topic("mahfut", 3),
    Topic("hujan", 400),
)
NOON = datetime(2024, 1, 25, 5, 0, tzinfo=UTC)
WAVE = Wave("mahfud", NOON + timedelta(hours=1), NOON + timedelta(hours=3), 9000, spam=True)
MOMENTS = st.datetimes(datetime(2023, 12, 1), datetime(2024, 3, 1), timezones=st.just(UTC))  # noqa: DTZ001
NAMES = st.sampled_from([topic.text for topic in TOPICS])


def corpus(seed: str = "one", *waves: Wave) -> Corpus:
    return Corpus(seed, TOPICS, "Asia/Jakarta", waves)


SHARED = corpus()


@given(MOMENTS, NAMES, st.integers(1, 60))
@settings(max_examples=60, deadline=None)
def test_a_page_is_the_newest_posts_that_carry_the_name(at: datetime, name: str, limit: int) -> None:
    posts = SHARED.newest(name, at, limit)
    assert len(posts) <= limit
    assert all(post.at <= at and words(name) <= words(post.text) for post in posts)
    assert [post.id for post in posts] == sorted({post.id for post in posts}, reverse=True)
    assert SHARED.newest(name, at, limit * 2)[:limit] == posts


@given(MOMENTS, NAMES)
@settings(max_examples=30, deadline=None)
def test_any_moment_can_be_asked_in_any_order_and_gives_the_same(at: datetime, name: str) -> None:
    again = corpus()
    again.newest(name, at + timedelta(hours=7), 20)
    assert again.newest(name, at, 20) == SHARED.newest(name, at, 20)


@given(MOMENTS, NAMES)
@settings(max_examples=30, deadline=None)
def test_what_was_there_stays_there(at: datetime, name: str) -> None:
    later = SHARED.newest(name, at + timedelta(minutes=2), 1000)
    before = SHARED.newest(name, at, 20)
    assert [post for post in later if post.at <= at][: len(before)] == before


def test_another_seed_gives_other_posts() -> None:
    assert corpus("one").newest("mahfud", NOON, 20) != corpus("two").newest("mahfud", NOON, 20)


def test_pages_follow_one_another_without_gap_or_repetition() -> None:
    whole = SHARED.newest("mahfud", NOON, 60)
    first = SHARED.newest("mahfud", NOON, 20)
    second = SHARED.newest("mahfud", NOON, 20, before=first[-1].id)
    third = SHARED.newest("mahfud", NOON, 20, before=second[-1].id)
    assert first + second + third == whole


@given(MOMENTS, NAMES)
@settings(max_examples=30, deadline=None)
def test_a_post_can_be_looked_up_by_its_id_once_it_is_written(at: datetime, name: str) -> None:
    for post in SHARED.newest(name, at, 5):
        assert SHARED.post(post.id, at) == post
        assert SHARED.post(post.id, post.at - timedelta(milliseconds=1)) is None


@pytest.mark.parametrize("id", [0, 1, 2**62, 1750382984680182812])
def test_an_id_that_nobody_has_is_nobodys(id: int) -> None:
    assert SHARED.post(id, NOON) is None


@pytest.mark.parametrize("canary", ["qzxvkwpt", "", "   ", "#", "mahfud qzxvkwpt"])
def test_a_canary_gives_nothing(canary: str) -> None:
    assert SHARED.newest(canary, NOON, 20) == []
    assert SHARED.top(canary, NOON, 20) == []
    assert SHARED.accounts.search(canary, 20) == []


def test_the_day_has_a_shape() -> None:
    """Little is written before dawn, most in the evening, in the election's own time zone."""
    by_hour = Counter[int]()
    jakarta_midnight = datetime(2024, 1, 23, 17, 0, tzinfo=UTC)
    for hour in range(24):
        starts = jakarta_midnight + timedelta(hours=hour)
        by_hour[hour] = SHARED.count("hujan", starts, starts + timedelta(hours=1))
    assert max(by_hour, key=lambda hour: by_hour[hour]) in range(18, 23)
    assert min(by_hour, key=lambda hour: by_hour[hour]) in range(1, 6)
    assert 0.7 * 24 * 400 < by_hour.total() < 1.3 * 24 * 400


def test_names_differ_in_how_much_is_said_and_some_are_rare() -> None:
    day = timedelta(days=1)
    assert SHARED.count("mahfud", NOON - day, NOON) > 10_000
    assert 20 < SHARED.count("mahfut", NOON - day, NOON) < 200


def test_more_words_find_a_part_of_what_fewer_words_find() -> None:
    shorter = {post.id for post in SHARED.newest("mahfud", NOON, 1000)}
    oldest = min(shorter)
    longer = SHARED.newest("mahfud md", NOON, 40) + SHARED.newest("mahfud debat", NOON, 10)
    assert len(longer) == 50
    assert all(post.id in shorter for post in longer if post.id >= oldest)


def test_a_wave_adds_to_a_name_while_it_lasts_and_changes_nothing_else() -> None:
    calm, spammed = corpus(), corpus("one", WAVE)
    during, after = WAVE.starts + timedelta(hours=1), WAVE.ends + timedelta(hours=2)

    def hour(corpus: Corpus, name: str, ends: datetime) -> int:
        return corpus.count(name, ends - timedelta(hours=1), ends)

    assert hour(spammed, "mahfud", during) - hour(calm, "mahfud", during) == pytest.approx(9000, rel=0.1)
    assert hour(spammed, "mahfud", after) == hour(calm, "mahfud", after)
    assert hour(spammed, "mahfud", WAVE.starts) == hour(calm, "mahfud", WAVE.starts)
    assert spammed.newest("hujan", during, 50) == calm.newest("hujan", during, 50)
    kept = {post.id for post in calm.newest("mahfud", during, 20)}
    assert kept <= {post.id for post in spammed.newest("mahfud", during, 1000)}


def test_a_hashtag_is_found_with_its_own_posts() -> None:
    tagged = SHARED.tagged("mahfudmd", NOON, 40)
    assert len(tagged) == 40
    assert all("#MahfudMD" in post.text for post in tagged)
    assert SHARED.tagged("qzxvkwpt", NOON, 40) == []


def test_top_is_what_is_liked_most_among_the_newest() -> None:
    top = SHARED.top("hujan", NOON, 10)
    newest = {post.id: post for post in SHARED.newest("hujan", NOON, 100)}
    assert all(post.id in newest for post in top)
    assert [post.likes for post in top] == sorted((post.likes for post in newest.values()), reverse=True)[:10]
    assert SHARED.top("hujan", NOON, 10, skip=10) == SHARED.top("hujan", NOON, 20)[10:]


def test_a_names_own_account_comes_first_and_can_be_looked_up() -> None:
    found = SHARED.accounts.search("mahfud", 50)
    assert found[0].own
    assert len(found) > 5
    for account in found:
        assert SHARED.accounts.by_handle(account.handle) is not None
        assert SHARED.accounts.by_id(account.id) == account
    assert SHARED.accounts.by_handle("QZXVKWPT") is None


def test_everybody_who_writes_can_be_looked_up() -> None:
    authors = {post.author for post in SHARED.newest("hujan", NOON, 200)}
    assert len(authors) > 50
    for author in authors:
        assert SHARED.accounts.by_handle(author.handle.upper()) == author
        assert SHARED.accounts.by_id(author.id) == author


def test_replies_are_written_after_the_post_and_appear_in_time() -> None:
    def replied(post: Post) -> bool:
        return post.replies > 0

    post = next(post for post in SHARED.newest("hujan", NOON, 50) if replied(post))
    later = SHARED.replies(post, NOON + timedelta(days=2), 50)
    assert len(later) == post.replies
    assert all(reply.at > post.at for reply in later)
    assert SHARED.replies(post, post.at, 50) == []


def test_the_most_spoken_of_are_the_trends() -> None:
    trends = SHARED.trends(NOON, 2)
    assert [trend.text for trend in trends] == ["mahfud", "hujan"] or trends[0].text == "mahfud"
    assert len(SHARED.trends(NOON, 50)) == 4, "a hashtag and a name that are the same are one trend"


def test_what_is_beside_the_point_carries_no_name() -> None:
    posts = SHARED.beside_the_point(NOON, 30)
    assert len(posts) == 30
    assert not any(words(topic.text) <= words(post.text) for post in posts for topic in TOPICS)
