"""Bluesky: XRPC by the `app.bsky` lexicons, as an AppView and a personal data server answer together."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar

import orjson

from siaga.simulation.accounts import Account
from siaga.simulation.contracts.bluesky_ids import base32, cid_of, did_of, from_base32
from siaga.simulation.contracts.bluesky_sessions import ACCESS, DOMAIN, REFRESH, BlueskySessions, ExpiredToken
from siaga.simulation.contracts.contract import (
    AUTHOR,
    Contract,
    ContractQuery,
    Item,
    Path,
    RateBalance,
    RateLimit,
    rendered,
    stamp,
    whole_number,
)
from siaga.simulation.faults import FaultKind
from siaga.simulation.messages import Incoming, Outgoing
from siaga.simulation.posts import Corpus, Post, Trend

ALLOWED = 3000
SPAN = timedelta(minutes=5)
HANDLE = re.compile(r"[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)+")


class BlueskyContract(Contract):
    """Anonymous search of posts is refused, as the public service often does; a session may search."""

    forms: ClassVar[frozenset[FaultKind]] = frozenset(
        {
            FaultKind.ERROR,
            FaultKind.REFUSE,
            FaultKind.HIDDEN,
            FaultKind.LIMIT,
            FaultKind.WALL,
            FaultKind.CHALLENGE,
        }
    )

    only_on: ClassVar[Mapping[FaultKind, frozenset[str]]] = {
        FaultKind.HIDDEN: frozenset({"profile"}),
        FaultKind.REFUSE: frozenset({"search-latest", "search-top", "hashtag"}),
    }
    volume = 0.15
    lists: ClassVar[Mapping[str, Sequence[Path]]] = {
        "posts": (("posts",),),
        "actors": (("actors",),),
        "author": (("feed",),),
        "thread": (("thread", "replies"),),
        "trends": (("trends",),),
    }
    times = (("record", "createdAt"), ("post", "record", "createdAt"), ("createdAt",))

    def __init__(self, corpus: Corpus, token: str | None) -> None:
        """As every contract."""
        super().__init__(corpus, token)
        self._sessions = BlueskySessions(token)

    def understand(self, request: Incoming, at: datetime) -> ContractQuery | Outgoing:
        """A query of `/xrpc/`, or a session."""
        try:
            return self._understood(request, at)
        except ExpiredToken:
            return _error(400, "ExpiredToken", "Token has expired")

    def _understood(self, request: Incoming, at: datetime) -> ContractQuery | Outgoing:
        method = request.path.removeprefix("/xrpc/")
        if method == request.path:
            return Outgoing(404, b"Not Found", "text/plain; charset=utf-8")
        if method == "com.atproto.server.createSession":
            return self._sign_in(request, at)
        if method == "com.atproto.server.refreshSession":
            return self._refresh(request, at)
        if request.method != "GET":
            return _error(405, "InvalidRequest", "Incorrect HTTP method")
        token = request.bearer()
        who = self._sessions.who(token, ACCESS, at) if token is not None else None
        if token is not None and who is None:
            return _error(400, "InvalidToken", "Token could not be verified")
        if method == "com.atproto.server.getSession":
            return _AUTH_MISSING if who is None else Outgoing.json(self._sessions.account(who))
        match method:
            case "app.bsky.feed.searchPosts":
                if token is None and self.token is not None:
                    return _error(403, "AuthMissing", "Authentication Required")
                return _search_posts(request.query)
            case "app.bsky.actor.searchActors":
                return _actors(request.query, "people", 25, 100)
            case "app.bsky.actor.searchActorsTypeahead":
                return _actors(request.query, "suggest", 10, 100)
            case "app.bsky.actor.getProfile":
                return _profile(request.query)
            case "app.bsky.feed.getAuthorFeed":
                return _author_feed(request.query)
            case "app.bsky.feed.getPostThread":
                return self._thread(request.query, at)
            case "app.bsky.unspecced.getTrends":
                limit = whole_number(request.query.get("limit"), 10, 1, 25)
                if limit is None:
                    return _invalid("limit must be a number from 1 to 25")
                return ContractQuery("trends", "trends", "", limit)
        return _error(501, "MethodNotImplemented", "Method Not Implemented")

    def _thread(self, query: Mapping[str, str], at: datetime) -> ContractQuery | Outgoing:
        ask = _thread(query)
        if isinstance(ask, Outgoing):
            return ask
        return replace(ask, name=self.author_of(int(ask.options["post"]), at))

    def find(self, ask: ContractQuery, until: datetime) -> Sequence[Item]:
        """Posts, accounts or trends."""
        corpus = self.corpus
        match ask.endpoint:
            case "actors":
                found = corpus.accounts.search(ask.name.split(".")[0], 200)
                shown = [account for account in found if account.created <= until]
                return shown[ask.skip : ask.skip + ask.limit]
            case "profile":
                account = self._account(ask.options["actor"])
                return [account] if account and account.created <= until else []
            case "author":
                account = self._account(ask.options["actor"])
                return corpus.written_by(account, until, ask.limit) if account else []
            case "thread":
                post = corpus.post(int(ask.options["post"]), until)
                return corpus.replies(post, until, 50) if post else []
            case "trends":
                return corpus.trends(until, ask.limit)
        if ask.surface == "search-top":
            return corpus.top(ask.name, until, ask.limit, ask.skip)
        if ask.surface == "hashtag":
            return corpus.tagged(ask.name, until, ask.limit, ask.before)
        return corpus.newest(ask.name, until, ask.limit, ask.before)

    def answer(self, ask: ContractQuery, items: Sequence[Item], at: datetime) -> Outgoing:
        """The lexicon's output."""
        posts = [item for item in items if isinstance(item, Post)]
        accounts = [item for item in items if isinstance(item, Account)]
        match ask.endpoint:
            case "posts":
                return Outgoing.json(_with_cursor({"posts": [_post(post) for post in posts]}, ask, posts))
            case "actors":
                render = _basic if ask.surface == "suggest" else _described
                document: dict[str, object] = {"actors": [render(account) for account in accounts]}
                if ask.surface == "people" and len(accounts) >= ask.limit:
                    document["cursor"] = str(ask.skip + ask.limit)
                return Outgoing.json(document)
            case "profile":
                return Outgoing.json(_detailed(accounts[0])) if accounts else _invalid("Profile not found")
            case "author":
                return Outgoing.json({"feed": [{"post": _post(post)} for post in posts]})
            case "thread":
                return _thread_document(ask, self.corpus.post(int(ask.options["post"]), at), posts)
        shown = [item for item in items if isinstance(item, Trend)]
        return Outgoing.json({"trends": [_trend(trend, at) for trend in shown]})

    def spoilt(self, kind: FaultKind, ask: ContractQuery, at: datetime) -> Outgoing:
        """By the errors that XRPC names."""
        match kind:
            case FaultKind.HIDDEN:
                return _error(400, "AccountTakedown", "Account has been taken down")
            case FaultKind.REFUSE:
                return _error(400, "BadQueryString", "This query is not allowed")
            case FaultKind.WALL:
                return _error(401, "AuthMissing", "Authentication Required")
        return _error(502, "UpstreamFailure", "Upstream service unreachable")

    def limited(self, ask: ContractQuery, balance: RateBalance, at: datetime) -> Outgoing:
        """429 with the balance in headers."""
        return _error(429, "RateLimitExceeded", "Rate Limit Exceeded")

    def rate_limits(self, ask: ContractQuery) -> Sequence[RateLimit]:
        """One bucket for everything."""
        return (RateLimit("all", ALLOWED, SPAN),)

    def headers(self, balance: RateBalance, at: datetime) -> Mapping[str, str]:
        """`ratelimit-*`, the reset in seconds since 1970."""
        rate_limit = balance.rate_limit
        return {
            "ratelimit-limit": str(rate_limit.requests),
            "ratelimit-remaining": str(balance.remaining),
            "ratelimit-reset": str(int(balance.resets_at.timestamp())),
            "ratelimit-policy": f"{rate_limit.requests};w={int(rate_limit.per.total_seconds())}",
        }

    def _account(self, actor: str) -> Account | None:
        if actor.startswith("did:plc:"):
            number = from_base32(actor.removeprefix("did:plc:"))
            return self.corpus.accounts.by_id(number) if number is not None else None
        handle, _, domain = actor.casefold().partition(".")
        return self.corpus.accounts.by_handle(handle.replace("-", "_")) if domain == DOMAIN else None

    def _sign_in(self, request: Incoming, at: datetime) -> Outgoing:
        """An app password against a session."""
        if request.method != "POST":
            return _error(405, "InvalidRequest", "Incorrect HTTP method")
        try:
            document = orjson.loads(request.body)
        except orjson.JSONDecodeError:
            document = None
        if not isinstance(document, dict) or not {"identifier", "password"} <= document.keys():
            return _invalid("Input must have the properties identifier and password")
        if not self.admits(str(document["password"])):
            return _error(401, "AuthenticationRequired", "Invalid identifier or password")
        handle = str(document["identifier"])
        account = self._account(handle)
        did = did_of(account.id if account is not None else 10**17)
        return Outgoing.json(self._sessions.begin(did, handle, at))

    def _refresh(self, request: Incoming, at: datetime) -> Outgoing:
        """A refresh token against a new session."""
        if request.method != "POST":
            return _error(405, "InvalidRequest", "Incorrect HTTP method")
        token = request.bearer()
        if token is None:
            return _AUTH_MISSING
        who = self._sessions.who(token, REFRESH, at)
        if who is None:
            return _error(400, "InvalidToken", "Token could not be verified")
        return Outgoing.json(self._sessions.renewed(who, at))


def _search_posts(query: Mapping[str, str]) -> ContractQuery | Outgoing:
    text = query.get("q", "")
    if not text:
        return _invalid('Params must have the property "q"')
    limit = whole_number(query.get("limit"), 25, 1, 100)
    if limit is None:
        return _invalid("limit must be a number from 1 to 100")
    sort = query.get("sort", "latest")
    cursor = query.get("cursor")
    if cursor is not None and not re.fullmatch(r"\d{1,19}", cursor):
        return _invalid("cursor is not one of this query")
    before = int(cursor) if cursor else None
    surface = "search-top" if sort == "top" else "search-latest"
    if "tag" in query or re.fullmatch(r"#\S+", text):
        surface = "hashtag"
    name = query.get("tag") or text.lstrip("#")
    if surface == "search-top":
        return ContractQuery("posts", surface, name, limit, skip=before or 0)
    return ContractQuery("posts", surface, name, limit, before=before)


def _actors(query: Mapping[str, str], surface: str, default: int, most: int) -> ContractQuery | Outgoing:
    limit = whole_number(query.get("limit"), default, 1, most)
    skip = whole_number(query.get("cursor"), 0, 0, 10_000)
    if limit is None or skip is None:
        return _invalid(f"limit must be a number from 1 to {most}")
    return ContractQuery("actors", surface, query.get("q") or query.get("term") or "", limit, skip=skip)


def _profile(query: Mapping[str, str]) -> ContractQuery | Outgoing:
    actor = query.get("actor", "")
    if bad := _bad_actor(actor):
        return bad
    return ContractQuery("profile", "profile", actor.removesuffix(f".{DOMAIN}"), options={"actor": actor})


def _author_feed(query: Mapping[str, str]) -> ContractQuery | Outgoing:
    actor = query.get("actor", "")
    limit = whole_number(query.get("limit"), 50, 1, 100)
    if limit is None:
        return _invalid("limit must be a number from 1 to 100")
    name = actor.removesuffix(f".{DOMAIN}")
    return _bad_actor(actor) or ContractQuery("author", AUTHOR, name, limit, options={"actor": actor})


def _bad_actor(actor: str) -> Outgoing | None:
    if not actor:
        return _invalid('Params must have the property "actor"')
    if not (HANDLE.fullmatch(actor) or actor.startswith("did:")):
        return _invalid("actor must be a valid did or a handle")
    return None


def _thread(query: Mapping[str, str]) -> ContractQuery | Outgoing:
    match = re.fullmatch(r"at://[^/]+/app\.bsky\.feed\.post/([2-7a-z]{13})", query.get("uri", ""))
    number = from_base32(match[1]) if match else None
    if number is None:
        return _invalid("uri must be a valid at-uri")
    return ContractQuery("thread", "replies", "", options={"post": str(number), "uri": query["uri"]})


def _with_cursor(document: dict[str, object], ask: ContractQuery, posts: Sequence[Post]) -> dict[str, object]:
    if len(posts) < ask.limit:
        return document
    following = ask.skip + ask.limit if ask.surface == "search-top" else min(post.id for post in posts)
    return {**document, "cursor": str(following)}


def _thread_document(ask: ContractQuery, root: Post | None, replies: Sequence[Post]) -> Outgoing:
    if root is None:
        return _error(400, "NotFound", f"Post not found: {ask.options['uri']}")
    kind = "app.bsky.feed.defs#threadViewPost"
    views = [{"$type": kind, "post": _post(reply, root), "replies": []} for reply in replies]
    return Outgoing.json({"thread": {"$type": kind, "post": _post(root), "replies": views}})


def _reference(post: Post) -> dict[str, str]:
    did, key = did_of(post.author.id), base32(post.id, 13)
    return {"uri": f"at://{did}/app.bsky.feed.post/{key}", "cid": cid_of(f"{did}/{key}")}


@rendered
def _post(post: Post, answered: Post | None = None) -> object:
    """A view of a post; `answered` is the post that it replies to."""
    facets = []
    for tag in post.tags:
        start = post.text.encode().find(f"#{tag}".encode())
        if start < 0:
            continue
        place = {"byteStart": start, "byteEnd": start + len(tag.encode()) + 1}
        facets.append({"index": place, "features": [{"$type": "app.bsky.richtext.facet#tag", "tag": tag}]})
    record: dict[str, object] = {
        "$type": "app.bsky.feed.post",
        "createdAt": stamp(post.at),
        "langs": ["id"],
        "text": post.text,
    }
    if facets:
        record["facets"] = facets
    if answered is not None:
        record["reply"] = {"root": _reference(answered), "parent": _reference(answered)}
    return {
        **_reference(post),
        "author": _basic(post.author),
        "record": record,
        "replyCount": post.replies,
        "repostCount": post.reposts,
        "likeCount": post.likes,
        "quoteCount": 0,
        "indexedAt": stamp(post.at),
        "labels": [],
    }


def _basic_fields(account: Account) -> dict[str, object]:
    return {
        "did": did_of(account.id),
        "handle": f"{account.handle.replace('_', '-')}.{DOMAIN}",
        "displayName": account.label,
        "labels": [],
        "createdAt": stamp(account.created),
    }


_basic = rendered(_basic_fields)


@rendered
def _described(account: Account) -> object:
    return {**_basic_fields(account), "description": account.about, "indexedAt": stamp(account.created)}


@rendered
def _detailed(account: Account) -> object:
    return {
        **_basic_fields(account),
        "description": account.about,
        "indexedAt": stamp(account.created),
        "followersCount": account.followers,
        "followsCount": account.follows,
        "postsCount": account.posts,
    }


def _trend(trend: Trend, at: datetime) -> dict[str, object]:
    return {
        "topic": trend.text,
        "displayName": trend.text,
        "link": f"/search?q={trend.tag}",
        "startedAt": stamp(at - timedelta(hours=6)),
        "postCount": int(trend.per_hour * 6),
        "status": "hot",
        "category": "politics",
        "actors": [],
    }


def _error(status: int, name: str, message: str) -> Outgoing:
    return Outgoing.json({"error": name, "message": message}, status)


_AUTH_MISSING = _error(401, "AuthMissing", "Authentication Required")


def _invalid(message: str) -> Outgoing:
    return _error(400, "InvalidRequest", message)


CONTRACT = BlueskyContract
