"""X API v2: recent search, counts, users, trends. Source: the API's reference and OpenAPI document."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar

from siaga.simulation.accounts import Account
from siaga.simulation.contracts.contract import (
    AUTHOR,
    Contract,
    ContractQuery,
    Item,
    Path,
    RateBalance,
    RateLimit,
    stamp,
    whole_number,
)
from siaga.simulation.contracts.x_documents import post_json, user_json
from siaga.simulation.contracts.x_queries import what_is_wrong, words_and_operators
from siaga.simulation.faults import FaultKind
from siaga.simulation.messages import Incoming, Outgoing
from siaga.simulation.posts import Post, Trend

PROBLEMS = "https://api.twitter.com/2/problems/"
QUARTER = timedelta(minutes=15)
ALLOWED = {"search": 450, "posts": 450, "counts": 300, "user": 300, "users": 900, "trends": 75}
"""Requests in 15 minutes for an app, by endpoint."""
_ID = re.compile(r"[0-9]{1,19}", re.ASCII)
TIMES = frozenset({"start_time", "end_time", "since_id", "until_id", "next_token"})
SHAPES = frozenset(
    {"tweet.fields", "user.fields", "expansions", "media.fields", "place.fields", "poll.fields"}
)
SEARCH = TIMES | SHAPES | {"query", "max_results", "sort_order", "pagination_token"}
COUNTS = TIMES | {"query", "granularity"}
GRANULARITY = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}


class XContract(Contract):
    """X API v2 with an app's bearer token."""

    forms: ClassVar[frozenset[FaultKind]] = frozenset(
        {
            FaultKind.ERROR,
            FaultKind.WRONG,
            FaultKind.REFUSE,
            FaultKind.LIMIT,
            FaultKind.WALL,
            FaultKind.CHALLENGE,
        }
    )
    volume = 1.0
    lists: ClassVar[Mapping[str, Sequence[Path]]] = {"search": (("data",),), "trends": (("data",),)}
    left_out = frozenset({"search", "trends"})
    counted = ("meta", "result_count")
    times = (("created_at",),)

    def understand(self, request: Incoming, at: datetime) -> ContractQuery | Outgoing:
        """One of the endpoints."""
        if request.method != "GET":
            return _problem(405, "Method Not Allowed")
        if not self.admits(request.bearer()):
            return _problem(401, "Unauthorized")
        parts = request.path.strip("/").split("/")
        match parts:
            case ["2", "tweets", "search", "recent"]:
                return self._search(request.query, at)
            case ["2", "tweets"]:
                return _look_up(request.query.get("ids", "").split(","), request.query, single=False)
            case ["2", "tweets", id] if _ID.fullmatch(id):
                return _look_up([id], request.query, single=True)
            case ["2", "tweets", "counts", "recent"]:
                return _counts(request.query)
            case ["2", "users", "by", "username", name]:
                return _user(name, request.query)
            case ["2", "users", "search"]:
                what = "An app's token is not enough here: a user's token is asked for."
                return _problem(403, "Unsupported Authentication", what, "unsupported-authentication")
            case ["2", "trends", "by", "woeid", place]:
                return _trends(place, request.query)
        return _problem(404, "Not Found")

    def _search(self, query: Mapping[str, str], at: datetime) -> ContractQuery | Outgoing:
        ask = _search(query)
        if isinstance(ask, ContractQuery) and ask.surface == "replies":
            return replace(ask, name=self.author_of(int(ask.options["conversation"]), at))
        return ask

    def find(self, ask: ContractQuery, until: datetime) -> Sequence[Item]:
        """Posts, one account, or trends."""
        if ask.endpoint == "user":
            account = self.corpus.accounts.by_handle(ask.name)
            return [account] if account and account.created <= until else []
        if ask.endpoint == "trends":
            return self.corpus.trends(until, ask.limit)
        if ask.endpoint == "posts":
            found = (self.corpus.post(int(id), until) for id in ask.options["ids"].split(","))
            return [post for post in found if post is not None]
        if ask.surface == "replies":
            first = self.corpus.post(int(ask.options["conversation"]), until)
            return self.corpus.replies(first, until, ask.limit) if first else []
        if ask.endpoint == "counts":
            return self.corpus.newest(ask.name, until, 1)
        if ask.options.get("from"):
            account = self.corpus.accounts.by_handle(ask.options["from"])
            return self.corpus.written_by(account, until, ask.limit) if account else []
        if ask.surface == "hashtag":
            return self.corpus.tagged(ask.name, until, ask.limit, ask.before)
        if ask.surface == "search-top":
            return self.corpus.top(ask.name, until, ask.limit, ask.skip)
        return self.corpus.newest(ask.name, until, ask.limit, ask.before)

    def answer(self, ask: ContractQuery, items: Sequence[Item], at: datetime) -> Outgoing:
        """The endpoint's document."""
        match ask.endpoint:
            case "user":
                return _user_document(ask, items)
            case "posts":
                return _posts_by_id(ask, [post for post in items if isinstance(post, Post)])
            case "trends":
                shown = [trend for trend in items if isinstance(trend, Trend)]
                return Outgoing.json({"data": [_trend(trend) for trend in shown]})
            case "counts":
                return self._count(ask, any_left=bool(items), at=at)
        return _posts(ask, [post for post in items if isinstance(post, Post)])

    def spoilt(self, kind: FaultKind, ask: ContractQuery, at: datetime) -> Outgoing:
        """As the API's problem documents say it."""
        match kind:
            case FaultKind.WRONG:
                problem = _document(
                    "resource-unavailable", "Resource Unavailable", "It is not available now."
                )
                return Outgoing.json({"errors": [problem]})
            case FaultKind.REFUSE:
                return _problem(
                    403, "Disallowed Resource", "This query is not allowed.", "disallowed-resource"
                )
            case FaultKind.WALL:
                what = "This app must be in a project with access to this endpoint."
                return _problem(403, "Client Forbidden", what, "client-forbidden")
        return _problem(503, "Service Unavailable")

    def limited(self, ask: ContractQuery, balance: RateBalance, at: datetime) -> Outgoing:
        """429; the headers tell when to come back, there is no Retry-After."""
        return _problem(429, "Too Many Requests")

    def rate_limits(self, ask: ContractQuery) -> Sequence[RateLimit]:
        """A bucket an endpoint."""
        return (RateLimit(ask.endpoint, ALLOWED[ask.endpoint], QUARTER),)

    def headers(self, balance: RateBalance, at: datetime) -> Mapping[str, str]:
        """`x-rate-limit-*`, the reset in seconds since 1970."""
        return {
            "x-rate-limit-limit": str(balance.rate_limit.requests),
            "x-rate-limit-remaining": str(balance.remaining),
            "x-rate-limit-reset": str(int(balance.resets_at.timestamp())),
        }

    def _count(self, ask: ContractQuery, *, any_left: bool, at: datetime) -> Outgoing:
        """Posts by hour (or minute or day) of the last seven days."""
        step = GRANULARITY[ask.options.get("granularity", "hour")]
        ends = at.replace(second=0, microsecond=0)
        starts = max(ends - timedelta(days=7), ends - 24 * step)
        buckets = []
        total = 0
        while starts < ends:
            until = min(starts + step, ends)
            number = self.corpus.count(ask.name, starts, until) if any_left else 0
            buckets.append({"start": stamp(starts), "end": stamp(until), "tweet_count": number})
            total += number
            starts = until
        return Outgoing.json({"data": buckets, "meta": {"total_tweet_count": total}})


def _search(query: Mapping[str, str]) -> ContractQuery | Outgoing:
    if (bad := _unknown(query, SEARCH)) or (bad := _bad_query(query)):
        return bad
    limit = whole_number(query.get("max_results"), 10, 10, 100)
    if limit is None:
        return _invalid("max_results", query["max_results"], "must be a number from 10 to 100")
    order = query.get("sort_order", "recency")
    if order not in ("recency", "relevancy"):
        return _invalid("sort_order", order, "must be recency or relevancy")
    token = query.get("next_token") or query.get("pagination_token")
    before = _from_token(token) if token else None
    if token and before is None:
        return _invalid("next_token", token, "is not a token of this endpoint")
    name, options = words_and_operators(query["query"])
    surface = "search-top" if order == "relevancy" else "search-latest"
    if "conversation" in options:
        surface = "replies"
    elif "from" in options:
        surface, name = AUTHOR, options["from"]
    elif name.startswith("#") and " " not in name:
        surface = "hashtag"
    relevancy = order == "relevancy" and before is not None
    return ContractQuery(
        endpoint="search",
        surface=surface,
        name=name.lstrip("#"),
        limit=limit,
        before=None if relevancy else before,
        skip=before or 0 if relevancy else 0,
        fields=_wanted(query),
        options=options,
    )


def _counts(query: Mapping[str, str]) -> ContractQuery | Outgoing:
    if (bad := _unknown(query, COUNTS)) or (bad := _bad_query(query)):
        return bad
    granularity = query.get("granularity", "hour")
    if granularity not in GRANULARITY:
        return _invalid("granularity", granularity, "must be minute, hour or day")
    name, options = words_and_operators(query["query"])
    return ContractQuery(
        "counts", "search-latest", name.lstrip("#"), options={**options, "granularity": granularity}
    )


def _user(name: str, query: Mapping[str, str]) -> ContractQuery | Outgoing:
    if not re.fullmatch(r"[A-Za-z0-9_]{1,15}", name):
        return _invalid("username", name, "must be 1 to 15 letters, digits or underscores")
    wanted = {f"user.{name}" for name in query.get("user.fields", "").split(",")}
    return ContractQuery("user", "profile", name, fields=frozenset(wanted))


def _trends(place: str, query: Mapping[str, str]) -> ContractQuery | Outgoing:
    if not place.isdigit():
        return _invalid("woeid", place, "must be a number")
    limit = whole_number(query.get("max_trends"), 20, 1, 50)
    if limit is None:
        return _invalid("max_trends", query["max_trends"], "must be a number from 1 to 50")
    return ContractQuery("trends", "trends", "", limit=limit)


def _bad_query(query: Mapping[str, str]) -> Outgoing | None:
    text = query.get("query", "")
    wrong = what_is_wrong(text)
    return _invalid("query", text[:40], wrong) if wrong else None


def _look_up(ids: Sequence[str], query: Mapping[str, str], *, single: bool) -> ContractQuery | Outgoing:
    """Posts by their ids."""
    if not 1 <= len(ids) <= 100 or not all(_ID.fullmatch(id) for id in ids):
        return _invalid("id" if single else "ids", ",".join(ids)[:40], "must be 1 to 100 numbers")
    if bad := _unknown(query, SHAPES | {"ids"}):
        return bad
    options = {"ids": ",".join(ids)} | ({"single": "yes"} if single else {})
    return ContractQuery("posts", AUTHOR, "", len(ids), fields=_wanted(query), options=options)


def _wanted(query: Mapping[str, str]) -> frozenset[str]:
    """The optional parts that an answer is to have."""
    wanted = set(query.get("tweet.fields", "").split(","))
    wanted.update(f"user.{name}" for name in query.get("user.fields", "").split(","))
    wanted.update(f"expand.{name}" for name in query.get("expansions", "").split(","))
    return frozenset(wanted)


def _posts_by_id(ask: ContractQuery, posts: Sequence[Post]) -> Outgoing:
    """What is there, and a problem for each that is not."""
    there = {str(post.id): post for post in posts}
    problems = [
        {
            "value": id,
            "detail": f"There is no post with id: [{id}].",
            "title": "Not Found Error",
            "resource_type": "tweet",
            "parameter": "id" if "single" in ask.options else "ids",
            "resource_id": id,
            "type": f"{PROBLEMS}resource-not-found",
        }
        for id in ask.options["ids"].split(",")
        if id not in there
    ]
    document: dict[str, object] = {"errors": problems} if problems else {}
    if shown := [post_json(post, ask.fields, "") for post in posts]:
        document["data"] = shown[0] if "single" in ask.options else shown
    return Outgoing.json(document)


def _unknown(query: Mapping[str, str], known: frozenset[str]) -> Outgoing | None:
    unknown = next((name for name in query if name not in known), None)
    return None if unknown is None else _invalid(unknown, query[unknown], "is not a parameter here")


def _posts(ask: ContractQuery, posts: Sequence[Post]) -> Outgoing:
    if not posts:
        return Outgoing.json({"meta": {"result_count": 0}})
    first = ask.options["conversation"] if ask.surface == "replies" else ""
    document: dict[str, object] = {"data": [post_json(post, ask.fields, first) for post in posts]}
    if "expand.author_id" in ask.fields:
        authors = {post.author.id: post.author for post in posts}
        document["includes"] = {"users": [user_json(author, ask.fields) for author in authors.values()]}
    ids = [post.id for post in posts]
    meta: dict[str, object] = {
        "newest_id": str(max(ids)),
        "oldest_id": str(min(ids)),
        "result_count": len(posts),
    }
    if len(posts) >= ask.limit:
        meta["next_token"] = _token(ask.skip + ask.limit if ask.surface == "search-top" else min(ids))
    return Outgoing.json({**document, "meta": meta})


def _user_document(ask: ContractQuery, items: Sequence[Item]) -> Outgoing:
    for item in items:
        if isinstance(item, Account):
            return Outgoing.json({"data": user_json(item, ask.fields)})
    problem = {
        "value": ask.name,
        "detail": f"There is no user with username: [{ask.name}].",
        "title": "Not Found Error",
        "resource_type": "user",
        "parameter": "username",
        "resource_id": ask.name,
        "type": f"{PROBLEMS}resource-not-found",
    }
    return Outgoing.json({"errors": [problem]})


def _trend(trend: Trend) -> dict[str, object]:
    return {"trend_name": trend.text, "tweet_count": int(trend.per_hour * 24)}


def _document(kind: str | None, title: str, detail: str) -> dict[str, object]:
    return {"title": title, "detail": detail, "type": f"{PROBLEMS}{kind}" if kind else "about:blank"}


def _problem(status: int, title: str, detail: str = "", kind: str | None = None) -> Outgoing:
    return Outgoing.json({**_document(kind, title, detail or title), "status": status}, status)


def _invalid(parameter: str, value: str, why: str) -> Outgoing:
    return Outgoing.json(
        {
            "errors": [
                {
                    "parameters": {parameter: [value]},
                    "message": f"The `{parameter}` query parameter value [{value}] {why}",
                }
            ],
            "title": "Invalid Request",
            "detail": "A parameter of the request is not valid.",
            "type": f"{PROBLEMS}invalid-request",
        },
        400,
    )


def _token(number: int) -> str:
    return f"b26v{number:x}"


def _from_token(token: str) -> int | None:
    match = re.fullmatch(r"b26v([0-9a-f]{1,16})", token)
    return int(match[1], 16) if match else None


CONTRACT = XContract
