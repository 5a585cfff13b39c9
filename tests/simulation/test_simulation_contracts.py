"""Each simulated answer against its platform's contract, written down here apart from any reader."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qsl, urlsplit

import jsonschema
import orjson
import pytest

from siaga.election.model import Election
from siaga.simulation.contracts.registry import CONTRACTS
from siaga.simulation.faults import FaultKind, InjectedFault
from siaga.simulation.messages import Incoming, Outgoing
from siaga.simulation.platform import SimulatedPlatform
from siaga.simulation.posts import Corpus
from siaga.simulation.topics import topics_of

NOON = datetime(2024, 1, 25, 5, 0, tzinfo=UTC)
PLATFORMS = ("x", "bluesky", "mastodon", "nostr", "matrix", "youtube")
CANARY = "qzxvkwpt"
TOKEN = "only-for-tests"
NOBODY: Mapping[str, str] = {}
BEARER = {"authorization": f"Bearer {TOKEN}"}
Build = Callable[..., SimulatedPlatform]


@pytest.fixture(scope="session")
def corpora(election: Election) -> dict[str, Corpus]:
    return {
        id: Corpus(
            f"contracts|{id}", topics_of(election, id, CONTRACTS[id].volume, "contracts"), election.timezone
        )
        for id in PLATFORMS
    }


@pytest.fixture
def build(corpora: dict[str, Corpus]) -> Build:
    def build(id: str, *faults: InjectedFault, limits: bool = False) -> SimulatedPlatform:
        return SimulatedPlatform(id, id, corpora[id], TOKEN, lambda at: faults, seed="s", limits=limits)

    return build


def get(
    platform: SimulatedPlatform, address: str, *, at: datetime = NOON, headers: Mapping[str, str] = NOBODY
) -> Outgoing:
    parts = urlsplit(address)
    request = Incoming("GET", parts.path, dict(parse_qsl(parts.query)), headers)
    return platform.respond(request, "jakarta", at)[0]


def post(
    platform: SimulatedPlatform, path: str, document: object, *, headers: Mapping[str, str] = NOBODY
) -> Outgoing:
    request = Incoming("POST", path, {}, headers, orjson.dumps(document))
    return platform.respond(request, "jakarta", NOON)[0]


def frames(platform: SimulatedPlatform, *frame: object) -> list[list[object]]:
    request = Incoming("WS", "/", body=orjson.dumps(frame))
    body = platform.respond(request, "jakarta", NOON)[0].body
    return [orjson.loads(line) for line in body.splitlines()]


def fits(answer: Outgoing, schema: Mapping[str, object], status: int = 200) -> dict[str, object]:
    assert answer.status == status, answer.body
    document: dict[str, object] = orjson.loads(answer.body)
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(document)
    return document


def exactly(required: dict[str, object], **optional: object) -> dict[str, object]:
    """An object with these fields and no others."""
    return {
        "type": "object",
        "properties": {**required, **optional},
        "required": list(required),
        "additionalProperties": False,
    }


def some(item: object) -> dict[str, object]:
    return {"type": "array", "items": item, "minItems": 1}


TEXT: dict[str, object] = {"type": "string"}
DIGITS: dict[str, object] = {"type": "string", "pattern": r"^[0-9]{1,19}$"}
COUNT: dict[str, object] = {"type": "integer", "minimum": 0}
TIME: dict[str, object] = {
    "type": "string",
    "pattern": r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$",
}

# --- X ---------------------------------------------------------------------------------------------------

X_META = exactly({"newest_id": DIGITS, "oldest_id": DIGITS, "result_count": COUNT}, next_token=TEXT)
X_METRICS = exactly(
    {
        "retweet_count": COUNT,
        "reply_count": COUNT,
        "like_count": COUNT,
        "quote_count": COUNT,
        "bookmark_count": COUNT,
        "impression_count": COUNT,
    }
)
X_POST = exactly(
    {"id": DIGITS, "text": TEXT, "edit_history_tweet_ids": some(DIGITS)},
    created_at=TIME,
    author_id=DIGITS,
    public_metrics=X_METRICS,
)
X_USER = exactly({"id": DIGITS, "name": TEXT, "username": {"pattern": r"^\w{1,15}$"}}, created_at=TIME)
X_PROBLEM = exactly({"title": TEXT, "detail": TEXT, "type": TEXT, "status": COUNT})


def test_x_search_gives_posts_and_their_meta(build: Build) -> None:
    answer = get(build("x"), "/2/tweets/search/recent?query=mahfud&max_results=20", headers=BEARER)
    document = fits(answer, exactly({"data": some(X_POST), "meta": X_META}))
    assert document["meta"]["result_count"] == 20  # type: ignore[index]
    assert all(post.keys() == {"id", "text", "edit_history_tweet_ids"} for post in document["data"])  # type: ignore[attr-defined]


def test_x_search_gives_the_fields_that_are_asked(build: Build) -> None:
    address = (
        "/2/tweets/search/recent?query=mahfud -is:retweet&tweet.fields=created_at,author_id,public_metrics"
        "&expansions=author_id&user.fields=created_at"
    )
    document = fits(
        get(build("x"), address, headers=BEARER),
        exactly({"data": some(X_POST), "meta": X_META, "includes": exactly({"users": some(X_USER)})}),
    )
    posts, users = document["data"], document["includes"]["users"]  # type: ignore[index]
    assert len(posts) == 10, "max_results is 10 where not said"  # type: ignore[arg-type]
    assert {post["author_id"] for post in posts} == {user["id"] for user in users}  # type: ignore[attr-defined]


def test_x_says_nothing_found_without_data(build: Build) -> None:
    answer = get(build("x"), f"/2/tweets/search/recent?query={CANARY}", headers=BEARER)
    assert orjson.loads(answer.body) == {"meta": {"result_count": 0}}


def test_x_pages_by_token(build: Build) -> None:
    platform, address = build("x"), "/2/tweets/search/recent?query=mahfud&max_results=10"
    first = orjson.loads(get(platform, address, headers=BEARER).body)
    second = orjson.loads(
        get(platform, f"{address}&next_token={first['meta']['next_token']}", headers=BEARER).body
    )
    assert int(second["meta"]["newest_id"]) < int(first["meta"]["oldest_id"])


@pytest.mark.parametrize(
    "address",
    [
        "/2/tweets/search/recent",
        "/2/tweets/search/recent?query=a&max_results=5",
        "/2/tweets/search/recent?query=a&sort_order=newest",
        "/2/tweets/search/recent?query=a&next_token=zz",
        "/2/tweets/search/recent?query=a&unheard=of",
        "/2/users/by/username/far_too_long_a_handle",
        "/2/trends/by/woeid/23424846?max_trends=99",
    ],
)
def test_x_refuses_what_its_contract_does_not_have(build: Build, address: str) -> None:
    document = fits(
        get(build("x"), address, headers=BEARER),
        exactly({"errors": some({"type": "object"}), "title": TEXT, "detail": TEXT, "type": TEXT}),
        400,
    )
    assert str(document["type"]).endswith("/invalid-request")


def test_x_wants_a_token(build: Build) -> None:
    for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": f"Basic {TOKEN}"}):
        fits(get(build("x"), "/2/tweets/search/recent?query=a", headers=headers), X_PROBLEM, 401)


def test_x_finds_a_user_or_says_that_there_is_none(build: Build) -> None:
    address = "/2/users/by/username/MohMahfudMD?user.fields=created_at"
    found = fits(get(build("x"), address, headers=BEARER), exactly({"data": X_USER}))
    assert found["data"]["name"] == "Mahfud MD"  # type: ignore[index]
    missing = fits(
        get(build("x"), f"/2/users/by/username/{CANARY}", headers=BEARER),
        exactly({"errors": some({"type": "object", "required": ["title", "detail", "type", "value"]})}),
    )
    assert missing["errors"][0]["type"].endswith("/resource-not-found")  # type: ignore[index]


def test_x_lets_only_users_search_for_users(build: Build) -> None:
    assert get(build("x"), "/2/users/search?query=mahfud", headers=BEARER).status == 403


def test_x_counts_posts_by_hour(build: Build) -> None:
    bucket = exactly({"start": TIME, "end": TIME, "tweet_count": COUNT})
    meta = exactly({"total_tweet_count": COUNT})
    address = "/2/tweets/counts/recent?query=mahfud&granularity=hour"
    document = fits(get(build("x"), address, headers=BEARER), exactly({"data": some(bucket), "meta": meta}))
    total = sum(bucket["tweet_count"] for bucket in document["data"])  # type: ignore[attr-defined]
    assert total == document["meta"]["total_tweet_count"] > 1000  # type: ignore[index]


def test_x_tells_what_trends(build: Build) -> None:
    trend = exactly({"trend_name": TEXT}, tweet_count=COUNT)
    fits(get(build("x"), "/2/trends/by/woeid/23424846", headers=BEARER), exactly({"data": some(trend)}))


def test_x_counts_down_its_limit_and_says_when_to_come_back(build: Build) -> None:
    platform = build("x", limits=True)
    address = "/2/tweets/search/recent?query=mahfud"
    answers = [get(platform, address, headers=BEARER) for _ in range(451)]
    left = [int(answer.headers["x-rate-limit-remaining"]) for answer in answers]
    assert left[:3] == [449, 448, 447]
    assert [answer.status for answer in answers] == [200] * 450 + [429]
    reset = int(answers[-1].headers["x-rate-limit-reset"])
    assert reset == int((NOON + timedelta(minutes=15)).timestamp())
    assert "retry-after" not in answers[-1].headers
    assert get(platform, address, at=NOON + timedelta(minutes=15), headers=BEARER).status == 200
    assert get(platform, "/2/users/by/username/mohmahfudmd", headers=BEARER).status == 200, "another bucket"


# --- Bluesky ---------------------------------------------------------------------------------------------

DID: dict[str, object] = {"type": "string", "pattern": r"^did:plc:[a-z2-7]{24}$"}
HANDLE: dict[str, object] = {"type": "string", "pattern": r"^[a-z0-9-]+(\.[a-z0-9-]+)+$"}
ACTOR_FIELDS = {
    "did": DID,
    "handle": HANDLE,
    "displayName": TEXT,
    "labels": {"type": "array"},
    "createdAt": TIME,
}
ACTOR_BASIC = exactly(ACTOR_FIELDS)
ACTOR = exactly({**ACTOR_FIELDS, "description": TEXT, "indexedAt": TIME})
PROFILE = exactly(
    {
        **ACTOR_FIELDS,
        "description": TEXT,
        "indexedAt": TIME,
        "followersCount": COUNT,
        "followsCount": COUNT,
        "postsCount": COUNT,
    }
)
SKY_POST = exactly(
    {
        "uri": {"pattern": r"^at://did:plc:[a-z2-7]{24}/app\.bsky\.feed\.post/[2-7a-z]{13}$"},
        "cid": {"pattern": r"^bafyrei[a-z2-7]{52}$"},
        "author": ACTOR_BASIC,
        "record": {
            "type": "object",
            "required": ["$type", "text", "createdAt"],
            "properties": {"$type": {"const": "app.bsky.feed.post"}, "text": TEXT, "createdAt": TIME},
        },
        "replyCount": COUNT,
        "repostCount": COUNT,
        "likeCount": COUNT,
        "quoteCount": COUNT,
        "indexedAt": TIME,
        "labels": {"type": "array"},
    }
)
SKY_ERROR = exactly({"error": {"pattern": "^[A-Z][A-Za-z]+$"}, "message": TEXT})
XRPC = "/xrpc/app.bsky."


def sky_session(platform: SimulatedPlatform) -> dict[str, str]:
    credentials = {"identifier": "siaga.bsky.social", "password": TOKEN}
    session = fits(
        post(platform, "/xrpc/com.atproto.server.createSession", credentials),
        exactly(
            {"accessJwt": TEXT, "refreshJwt": TEXT, "handle": TEXT, "did": DID, "active": {"const": True}}
        ),
    )
    assert TOKEN not in str(session)
    return {"authorization": f"Bearer {session['accessJwt']}"}


def test_bluesky_opens_a_session_for_an_app_password_only(build: Build) -> None:
    platform = build("bluesky")
    sky_session(platform)
    method = "/xrpc/com.atproto.server.createSession"
    fits(post(platform, method, {"identifier": "a.b", "password": "wrong"}), SKY_ERROR, 401)
    fits(post(platform, method, {"identifier": "a.b"}), SKY_ERROR, 400)


@pytest.mark.parametrize("sort", ["latest", "top"])
def test_bluesky_search_gives_posts_and_a_cursor(build: Build, sort: str) -> None:
    platform = build("bluesky")
    session = sky_session(platform)
    address = f"{XRPC}feed.searchPosts?q=mahfud&sort={sort}&limit=25"
    first = fits(get(platform, address, headers=session), exactly({"posts": some(SKY_POST)}, cursor=TEXT))
    second = fits(
        get(platform, f"{address}&cursor={first['cursor']}", headers=session),
        exactly({"posts": some(SKY_POST)}, cursor=TEXT),
    )
    uris = [{post["uri"] for post in page["posts"]} for page in (first, second)]  # type: ignore[attr-defined]
    assert len(uris[0]) == 25
    assert not uris[0] & uris[1]


def test_bluesky_marks_hashtags_where_they_stand(build: Build) -> None:
    platform = build("bluesky")
    answer = get(platform, f"{XRPC}feed.searchPosts?q=%23MahfudMD", headers=sky_session(platform))
    for shown in orjson.loads(answer.body)["posts"]:
        facet = shown["record"]["facets"][0]
        text = shown["record"]["text"].encode()
        assert text[facet["index"]["byteStart"] : facet["index"]["byteEnd"]] == b"#MahfudMD"


def test_bluesky_refuses_anonymous_search_of_posts(build: Build) -> None:
    answer = get(build("bluesky"), f"{XRPC}feed.searchPosts?q=mahfud")
    assert fits(answer, SKY_ERROR, 403)["error"] == "AuthMissing"


def test_bluesky_says_nothing_found_with_empty_lists(build: Build) -> None:
    platform = build("bluesky")
    session = sky_session(platform)
    assert get(platform, f"{XRPC}feed.searchPosts?q={CANARY}", headers=session).body == b'{"posts":[]}'
    for method in ("searchActors", "searchActorsTypeahead"):
        assert get(platform, f"{XRPC}actor.{method}?q={CANARY}").body == b'{"actors":[]}'


def test_bluesky_shows_people_and_suggestions_to_everybody(build: Build) -> None:
    platform = build("bluesky")
    people = get(platform, f"{XRPC}actor.searchActors?q=mahfud&limit=25")
    fits(people, exactly({"actors": some(ACTOR)}, cursor=TEXT))
    suggested = get(platform, f"{XRPC}actor.searchActorsTypeahead?q=mahfud&limit=8")
    fits(suggested, exactly({"actors": some(ACTOR_BASIC)}))


def test_bluesky_shows_a_profile_by_handle_and_did(build: Build) -> None:
    platform = build("bluesky")
    found = fits(get(platform, f"{XRPC}actor.getProfile?actor=mohmahfudmd.bsky.social"), PROFILE)
    assert fits(get(platform, f"{XRPC}actor.getProfile?actor={found['did']}"), PROFILE) == found
    missing = get(platform, f"{XRPC}actor.getProfile?actor={CANARY}.bsky.social")
    assert fits(missing, SKY_ERROR, 400) == {"error": "InvalidRequest", "message": "Profile not found"}
    assert get(platform, f"{XRPC}actor.getProfile?actor=no handle").status == 400


def test_bluesky_shows_a_thread(build: Build) -> None:
    platform = build("bluesky")
    address = f"{XRPC}feed.searchPosts?q=mahfud&limit=100"
    posts = orjson.loads(get(platform, address, headers=sky_session(platform)).body)["posts"]
    uri = next(post["uri"] for post in posts[::-1] if post["replyCount"])
    view = exactly(
        {"$type": {"const": "app.bsky.feed.defs#threadViewPost"}, "post": SKY_POST, "replies": True}
    )
    thread = fits(get(platform, f"{XRPC}feed.getPostThread?uri={uri}"), exactly({"thread": view}))
    assert all(reply["post"]["uri"] != uri for reply in thread["thread"]["replies"])  # type: ignore[index]
    gone = uri[:-13] + "3" * 13
    assert fits(get(platform, f"{XRPC}feed.getPostThread?uri={gone}"), SKY_ERROR, 400)["error"] == "NotFound"


def test_bluesky_tells_what_trends_and_what_it_does_not_have(build: Build) -> None:
    trends = orjson.loads(get(build("bluesky"), f"{XRPC}unspecced.getTrends?limit=5").body)["trends"]
    assert len(trends) == 5
    assert trends[0].keys() >= {"topic", "displayName", "link", "startedAt", "postCount", "actors"}
    assert (
        fits(get(build("bluesky"), f"{XRPC}feed.unheardOf"), SKY_ERROR, 501)["error"]
        == "MethodNotImplemented"
    )


def test_bluesky_tells_its_limit_in_headers(build: Build) -> None:
    answer = get(build("bluesky", limits=True), f"{XRPC}actor.searchActors?q=mahfud")
    assert answer.headers["ratelimit-limit"] == "3000"
    assert answer.headers["ratelimit-remaining"] == "2999"
    assert answer.headers["ratelimit-policy"] == "3000;w=300"
    limited = get(build("bluesky", InjectedFault(FaultKind.LIMIT)), f"{XRPC}actor.searchActors?q=mahfud")
    assert fits(limited, SKY_ERROR, 429)["error"] == "RateLimitExceeded"
    assert limited.headers["ratelimit-remaining"] == "0"


# --- Mastodon --------------------------------------------------------------------------------------------

TOOT_ACCOUNT = {
    "type": "object",
    "required": ["id", "username", "acct", "url", "display_name", "note", "created_at", "followers_count"],
    "properties": {"id": DIGITS, "username": TEXT, "acct": TEXT, "note": {"pattern": "^<p>"}},
}
TOOT = {
    "type": "object",
    "required": [
        *("id", "uri", "created_at", "account", "content", "visibility", "sensitive", "spoiler_text"),
        *("media_attachments", "mentions", "tags", "emojis", "reblogs_count", "favourites_count", "reblog"),
        *("replies_count", "url", "in_reply_to_id", "poll", "card", "language", "edited_at"),
    ],
    "properties": {"id": DIGITS, "created_at": TIME, "content": {"pattern": "^<p>"}, "account": TOOT_ACCOUNT},
}
TAG = {
    "type": "object",
    "required": ["name", "url", "history"],
    "properties": {"history": some(exactly({"day": DIGITS, "uses": DIGITS, "accounts": DIGITS}))},
}
TOOT_ERROR = exactly({"error": TEXT})


def search_of(**lists: object) -> dict[str, object]:
    none: dict[str, object] = {"type": "array", "maxItems": 0}
    return exactly({"accounts": none, "statuses": none, "hashtags": none, **lists})


def test_mastodon_searches_statuses_for_who_is_signed_in(build: Build) -> None:
    answer = get(build("mastodon"), "/api/v2/search?q=mahfud&type=statuses&limit=40", headers=BEARER)
    assert len(fits(answer, search_of(statuses=some(TOOT)))["statuses"]) == 40  # type: ignore[arg-type]


def test_mastodon_gives_the_anonymous_no_statuses_but_people_and_hashtags(build: Build) -> None:
    fits(get(build("mastodon"), "/api/v2/search?q=mahfud&type=statuses"), search_of())
    fits(
        get(build("mastodon"), "/api/v2/search?q=mahfud&type=accounts"),
        search_of(accounts=some(TOOT_ACCOUNT)),
    )
    both = search_of(accounts=some(TOOT_ACCOUNT), hashtags=some(TAG))
    fits(get(build("mastodon"), "/api/v2/search?q=mahfud"), both)


def test_mastodon_says_nothing_found_with_empty_lists(build: Build) -> None:
    fits(get(build("mastodon"), f"/api/v2/search?q={CANARY}", headers=BEARER), search_of())
    assert get(build("mastodon"), f"/api/v1/timelines/tag/{CANARY}").body == b"[]"
    fits(get(build("mastodon"), f"/api/v1/accounts/lookup?acct={CANARY}"), TOOT_ERROR, 404)


def test_mastodon_has_tag_timelines_with_links_to_the_next_page(build: Build) -> None:
    platform = build("mastodon")
    answer = get(platform, "/api/v1/timelines/tag/mahfudmd?limit=10")
    first = fits(answer, some(TOOT))
    oldest = first[-1]["id"]  # type: ignore[index]
    assert f"max_id={oldest}" in answer.headers["link"]
    second = fits(get(platform, f"/api/v1/timelines/tag/mahfudmd?limit=10&max_id={oldest}"), some(TOOT))
    assert int(second[0]["id"]) < int(oldest)  # type: ignore[index]


def test_mastodon_looks_up_an_account_and_tells_what_trends(build: Build) -> None:
    fits(get(build("mastodon"), "/api/v1/accounts/lookup?acct=mohmahfudmd"), TOOT_ACCOUNT)
    fits(get(build("mastodon"), "/api/v1/trends/tags?limit=5"), some(TAG))
    fits(get(build("mastodon"), "/api/v1/trends/statuses"), some(TOOT))
    assert get(build("mastodon"), "/api/v1/trends/links").body == b"[]"


def test_mastodon_refuses_a_wrong_token_and_an_empty_question(build: Build) -> None:
    wrong = get(build("mastodon"), "/api/v2/search?q=a", headers={"authorization": "Bearer wrong"})
    fits(wrong, TOOT_ERROR, 401)
    fits(get(build("mastodon"), "/api/v2/search", headers=BEARER), TOOT_ERROR, 400)
    fits(get(build("mastodon"), "/api/v2/search?q=a&resolve=true"), TOOT_ERROR, 401)


def test_mastodon_tells_its_limit_in_headers(build: Build) -> None:
    answer = get(build("mastodon", limits=True), "/api/v1/trends/tags")
    assert answer.headers["x-ratelimit-limit"] == "300"
    assert answer.headers["x-ratelimit-remaining"] == "299"
    assert answer.headers["x-ratelimit-reset"] == "2024-01-25T05:05:00.000000Z"
    fits(get(build("mastodon", InjectedFault(FaultKind.LIMIT)), "/api/v1/trends/tags"), TOOT_ERROR, 429)


# --- Nostr -----------------------------------------------------------------------------------------------

HEX64: dict[str, object] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
EVENT = exactly(
    {
        "id": HEX64,
        "pubkey": HEX64,
        "created_at": COUNT,
        "kind": COUNT,
        "tags": {"type": "array", "items": some(TEXT)},
        "content": TEXT,
        "sig": {"pattern": "^[0-9a-f]{128}$"},
    }
)


def test_a_relay_says_that_it_can_search(build: Build) -> None:
    answer = get(build("nostr"), "/", headers={"accept": "application/nostr+json"})
    assert answer.content_type == "application/nostr+json"
    assert 50 in orjson.loads(answer.body)["supported_nips"]


@pytest.mark.parametrize(
    "condition", [{"search": "mahfud", "kinds": [1]}, {"kinds": [0], "search": "mahfud"}]
)
def test_a_relay_sends_events_then_the_end(build: Build, condition: dict[str, object]) -> None:
    answers = frames(build("nostr"), "REQ", "sub", {**condition, "limit": 20})
    *events, end = answers
    assert end == ["EOSE", "sub"]
    assert events
    for kind, subscription, event in events:
        assert (kind, subscription) == ("EVENT", "sub")
        jsonschema.validate(event, EVENT)
        assert isinstance(event, dict)
        signed = [0, *(event[name] for name in ("pubkey", "created_at", "kind", "tags", "content"))]
        assert event["id"] == sha256(orjson.dumps(signed)).hexdigest()
        assert event["kind"] == condition["kinds"][0]  # type: ignore[index]


def test_a_relay_says_nothing_found_with_the_end_alone(build: Build) -> None:
    assert frames(build("nostr"), "REQ", "s", {"search": CANARY, "kinds": [1]}) == [["EOSE", "s"]]


def test_a_relay_finds_hashtags_by_their_tag(build: Build) -> None:
    *events, _ = frames(build("nostr"), "REQ", "s", {"#t": ["mahfudmd"], "kinds": [1], "limit": 5})
    assert len(events) == 5
    assert all(["t", "mahfudmd"] in event[2]["tags"] for event in events)  # type: ignore[index]


@pytest.mark.parametrize(
    ("kind", "prefix"),
    [
        (FaultKind.REFUSE, "blocked: "),
        (FaultKind.LIMIT, "rate-limited: "),
        (FaultKind.WALL, "auth-required: "),
        (FaultKind.ERROR, "error: "),
    ],
)
def test_a_relay_closes_a_subscription_with_a_reason(build: Build, kind: FaultKind, prefix: str) -> None:
    [[closed, subscription, reason]] = frames(
        build("nostr", InjectedFault(kind)), "REQ", "s", {"search": "mahfud"}
    )
    assert (closed, subscription) == ("CLOSED", "s")
    assert str(reason).startswith(prefix)


@pytest.mark.parametrize("frame", [["REQ"], ["REQ", "s"], ["WHAT"], {}, [], ["REQ", "x" * 65, {}]])
def test_a_relay_notices_what_is_no_message(build: Build, frame: object) -> None:
    request = Incoming("WS", "/", body=orjson.dumps(frame))
    answer = build("nostr").respond(request, "jakarta", NOON)[0]
    assert orjson.loads(answer.body)[0] == "NOTICE"


# --- Matrix ----------------------------------------------------------------------------------------------

MATRIX_ERROR = {
    "type": "object",
    "required": ["errcode", "error"],
    "properties": {"errcode": {"pattern": "^M_[A-Z_]+$"}, "error": TEXT},
}
CLIENT = "/_matrix/client/v3"


def test_matrix_signs_in_with_a_password(build: Build) -> None:
    identifier = {"type": "m.id.user", "user": "siaga"}
    said = {"type": "m.login.password", "identifier": identifier, "password": TOKEN}
    answer = post(build("matrix"), f"{CLIENT}/login", said)
    fits(answer, {"type": "object", "required": ["user_id", "access_token", "device_id"]})
    wrong = post(build("matrix"), f"{CLIENT}/login", {**said, "password": "wrong"})
    assert fits(wrong, MATRIX_ERROR, 403)["errcode"] == "M_FORBIDDEN"


def test_matrix_has_a_directory_of_users(build: Build) -> None:
    path = f"{CLIENT}/user_directory/search"
    user = exactly({"user_id": {"pattern": "^@.+:.+$"}, "display_name": TEXT, "avatar_url": True})
    result = exactly({"limited": {"type": "boolean"}, "results": some(user)})
    fits(post(build("matrix"), path, {"search_term": "mahfud", "limit": 3}, headers=BEARER), result)
    none = post(build("matrix"), path, {"search_term": CANARY}, headers=BEARER)
    assert orjson.loads(none.body) == {"limited": False, "results": []}


def test_matrix_has_public_rooms_and_messages(build: Build) -> None:
    asked = {"filter": {"generic_search_term": "mahfud"}, "limit": 3}
    rooms = post(build("matrix"), f"{CLIENT}/publicRooms", asked, headers=BEARER)
    room = {
        "type": "object",
        "required": ["room_id", "num_joined_members", "world_readable", "guest_can_join"],
    }
    fits(rooms, {"type": "object", "required": ["chunk"], "properties": {"chunk": some(room)}})
    search = {"search_categories": {"room_events": {"search_term": "mahfud", "order_by": "recent"}}}
    found = orjson.loads(post(build("matrix"), f"{CLIENT}/search", search, headers=BEARER).body)
    events = found["search_categories"]["room_events"]
    assert events["count"] == len(events["results"]) == 10
    stamps = [result["result"]["origin_server_ts"] for result in events["results"]]
    assert stamps == sorted(stamps, reverse=True)


@pytest.mark.parametrize(
    ("headers", "code"), [({}, "M_MISSING_TOKEN"), ({"authorization": "Bearer wrong"}, "M_UNKNOWN_TOKEN")]
)
def test_matrix_wants_a_token(build: Build, headers: dict[str, str], code: str) -> None:
    answer = post(build("matrix"), f"{CLIENT}/user_directory/search", {"search_term": "a"}, headers=headers)
    assert fits(answer, MATRIX_ERROR, 401)["errcode"] == code


def test_matrix_shows_profiles_and_says_how_long_to_wait(build: Build) -> None:
    assert get(build("matrix"), f"{CLIENT}/profile/@mohmahfudmd:rumah.example").status == 200
    missing = get(build("matrix"), f"{CLIENT}/profile/@{CANARY}:rumah.example")
    assert fits(missing, MATRIX_ERROR, 404)["errcode"] == "M_NOT_FOUND"
    limited = post(
        build("matrix", InjectedFault(FaultKind.LIMIT)),
        f"{CLIENT}/user_directory/search",
        {"search_term": "a"},
        headers=BEARER,
    )
    document = fits(limited, MATRIX_ERROR, 429)
    assert document["retry_after_ms"] == int(limited.headers["retry-after"]) * 1000


# --- YouTube ---------------------------------------------------------------------------------------------

V3 = "/youtube/v3"
KEY = f"key={TOKEN}"
RESULT = exactly(
    {
        "kind": {"const": "youtube#searchResult"},
        "etag": TEXT,
        "id": {"type": "object", "required": ["kind"]},
        "snippet": {
            "type": "object",
            "required": ["publishedAt", "channelId", "title", "description", "thumbnails", "channelTitle"],
            "properties": {"publishedAt": TIME, "channelId": {"pattern": "^UC.{22}$"}},
        },
    }
)
GOOGLE_ERROR = exactly(
    {
        "error": {
            "type": "object",
            "required": ["code", "message", "errors"],
            "properties": {"errors": some(exactly({"message": TEXT, "domain": TEXT, "reason": TEXT}))},
        }
    }
)


def listed(kind: str, item: object, **further: object) -> dict[str, object]:
    info = exactly({"totalResults": COUNT, "resultsPerPage": COUNT})
    return exactly(
        {"kind": {"const": f"youtube#{kind}"}, "etag": TEXT, "pageInfo": info, "items": some(item)},
        nextPageToken=TEXT,
        **further,
    )


@pytest.mark.parametrize("order", ["date", "relevance"])
def test_youtube_search_gives_videos_by_page(build: Build, order: str) -> None:
    platform = build("youtube")
    address = f"{V3}/search?part=snippet&q=mahfud&type=video&order={order}&maxResults=10&regionCode=ID&{KEY}"
    schema = listed("searchListResponse", RESULT, regionCode={"const": "ID"})
    first = fits(get(platform, address), schema)
    second = fits(get(platform, f"{address}&pageToken={first['nextPageToken']}"), schema)
    ids = [{item["id"]["videoId"] for item in page["items"]} for page in (first, second)]  # type: ignore[attr-defined]
    assert len(ids[0]) == 10
    assert not ids[0] & ids[1]


def test_youtube_says_nothing_found_with_no_items(build: Build) -> None:
    answer = get(build("youtube"), f"{V3}/search?part=snippet&q={CANARY}&{KEY}")
    assert orjson.loads(answer.body)["items"] == []
    channels = get(build("youtube"), f"{V3}/channels?part=snippet&forHandle=@{CANARY}&{KEY}")
    assert "items" not in orjson.loads(channels.body)


def test_youtube_finds_channels_videos_and_comments(build: Build) -> None:
    platform = build("youtube")
    channel = {"type": "object", "required": ["kind", "etag", "id", "snippet"]}
    address = f"{V3}/channels?part=snippet,statistics&forHandle=@mohmahfudmd&{KEY}"
    fits(get(platform, address), listed("channelListResponse", channel))
    people = get(platform, f"{V3}/search?part=snippet&q=mahfud&type=channel&{KEY}")
    fits(people, listed("searchListResponse", RESULT, regionCode=TEXT))
    found = orjson.loads(get(platform, f"{V3}/search?part=snippet&q=mahfud&order=date&{KEY}").body)
    video = found["items"][0]["id"]["videoId"]
    videos = get(platform, f"{V3}/videos?part=snippet&id={video}&{KEY}")
    assert orjson.loads(videos.body)["items"][0]["snippet"]["title"]
    assert get(platform, f"{V3}/commentThreads?part=snippet&videoId={video}&{KEY}").status == 200


@pytest.mark.parametrize(
    ("address", "status", "reason"),
    [
        ("/search?part=snippet&q=a", 403, "forbidden"),
        ("/search?part=snippet&q=a&key=wrong", 400, "badRequest"),
        (f"/search?q=a&{KEY}", 400, "missingRequiredParameter"),
        (f"/search?part=snippet&q=a&maxResults=51&{KEY}", 400, "invalidParameter"),
        (f"/commentThreads?part=snippet&videoId=no&{KEY}", 404, "videoNotFound"),
    ],
)
def test_youtube_names_the_reason(build: Build, address: str, status: int, reason: str) -> None:
    document = fits(get(build("youtube"), f"{V3}{address}"), GOOGLE_ERROR, status)
    assert document["error"]["errors"][0]["reason"] == reason  # type: ignore[index]


def test_youtube_allows_a_hundred_searches_until_midnight_pacific(build: Build) -> None:
    platform = build("youtube", limits=True)
    address = f"{V3}/search?part=snippet&q=mahfud&{KEY}"
    statuses = [get(platform, address).status for _ in range(101)]
    assert statuses == [200] * 100 + [403]
    document = fits(get(platform, address), GOOGLE_ERROR, 403)
    assert document["error"]["errors"][0]["reason"] == "quotaExceeded"  # type: ignore[index]
    midnight = datetime.fromisoformat("2024-01-25T08:00:00+00:00")
    assert get(platform, address, at=midnight - timedelta(seconds=1)).status == 403
    assert get(platform, address, at=midnight).status == 200
