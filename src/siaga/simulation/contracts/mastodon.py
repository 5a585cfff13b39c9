"""Mastodon's REST API: search, tag timelines, trends, lookup. Source: the project's API documentation."""

import html
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from siaga.simulation.accounts import Account
from siaga.simulation.contracts.contract import (
    AUTHOR,
    WHOLE,
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
from siaga.simulation.contracts.mastodon_server import (
    INFORMATION,
    INSTANCE_V1,
    INSTANCE_V2,
    NAME,
    NODEINFO,
    SERVER,
)
from siaga.simulation.faults import FaultKind
from siaga.simulation.messages import Incoming, Outgoing
from siaga.simulation.posts import Post, Trend

ALLOWED = 300
SPAN = timedelta(minutes=5)
MOST_NEWER = 400
"""Statuses looked through for those after a given one; what is further back is another page's."""
_ID = re.compile(r"[0-9]{1,19}", re.ASCII)
SURFACES = {"accounts": "people", "statuses": "search-latest", "hashtags": "hashtag", None: "search-top"}


class MastodonContract(Contract):
    """A server with full-text search, which like all of them searches statuses only for who is signed in."""

    forms: ClassVar[frozenset[FaultKind]] = frozenset(
        {FaultKind.ERROR, FaultKind.LIMIT, FaultKind.WALL, FaultKind.CHALLENGE}
    )
    volume = 0.1
    lists: ClassVar[Mapping[str, Sequence[Path]]] = {
        "search": (("accounts",), ("statuses",), ("hashtags",)),
        "context": (("descendants",),),
        **dict.fromkeys(("accounts", "timeline", "statuses", "public"), WHOLE),
        **dict.fromkeys(("trends/tags", "trends/statuses", "trends/links"), WHOLE),
    }
    times = (("created_at",),)

    def understand(self, request: Incoming, at: datetime) -> ContractQuery | Outgoing:
        """One of the endpoints under `/api/`."""
        token = request.bearer()
        if token is not None and not self.admits(token):
            return _error(401, "The access token is invalid")
        if request.method != "GET":
            return _error(404, "Not Found")
        query, signed_in = request.query, token is not None or self.token is None
        match request.path.strip("/").split("/"):
            case ["api", "v2", "search"]:
                return _search(query, signed_in)
            case ["api", "v1", "timelines", "tag", tag] if tag:
                return _timeline(tag, query)
            case ["api", "v1", "timelines", "public"]:
                return _page_of("public", AUTHOR, "", query, 40)
            case ["api", "v1", "trends", ("tags" | "statuses" | "links") as what]:
                return _trends(what, query)
            case ["api", "v1", "accounts", "lookup"]:
                handle = query.get("acct", "").lstrip("@")
                return ContractQuery("lookup", "profile", handle) if handle else NOT_FOUND
            case ["api", "v1", "accounts", "verify_credentials"]:
                return self._own_account(signed_in)
            case ["api", "v1", "accounts", "search"]:
                return _accounts(query) if signed_in else _error(401, "The access token is invalid")
            case ["api", "v1", "accounts", number, "statuses"] if number.isdigit():
                return _page_of("statuses", AUTHOR, number, query, 40)
            case ["api", "v1", "statuses", number, "context"] if number.isdigit():
                author = self.author_of(int(number[:19]), at)
                return ContractQuery("context", "replies", author, options={"post": number})
            case ["api", ("v1" | "v2") as version, "instance"]:
                return Outgoing.json(INSTANCE_V1 if version == "v1" else INSTANCE_V2)
            case [".well-known", "nodeinfo"]:
                href = f"http://{request.headers.get('host', NAME)}/nodeinfo/2.0"
                return Outgoing.json({"links": [{"rel": f"{NODEINFO}/2.0", "href": href}]})
            case ["nodeinfo", "2.0"]:
                return Outgoing.json(INFORMATION)
        return _error(404, "Not Found")

    def find(self, ask: ContractQuery, until: datetime) -> Sequence[Item]:
        """Accounts, statuses and hashtags, as the endpoint has them."""
        corpus = self.corpus
        match ask.endpoint:
            case "search":
                return self._search(ask, until)
            case "accounts":
                return corpus.accounts.search(ask.name, ask.limit)
            case "timeline" if "after" in ask.options:
                newest = corpus.tagged(ask.name, until, MOST_NEWER)
                return [post for post in newest if post.id > int(ask.options["after"])][-ask.limit :]
            case "timeline":
                return corpus.tagged(ask.name, until, ask.limit, ask.before)
            case "public":
                return corpus.public(until, ask.limit)
            case "lookup":
                handle, _, server = ask.name.partition("@")
                local = not server or f"https://{server}" == SERVER
                account = corpus.accounts.by_handle(handle) if local else None
                return [account] if account and account.created <= until else []
            case "statuses":
                account = corpus.accounts.by_id(int(ask.name[:19]))
                return corpus.written_by(account, until, ask.limit) if account else []
            case "context":
                post = corpus.post(int(ask.options["post"][:19]), until)
                return corpus.replies(post, until, 60)[::-1] if post else []
            case "trends/tags":
                return corpus.trends(until, ask.limit)
            case "trends/statuses":
                return [
                    post
                    for trend in corpus.trends(until, ask.limit)
                    for post in corpus.top(trend.text, until, 1)
                ]
        return []

    def answer(self, ask: ContractQuery, items: Sequence[Item], at: datetime) -> Outgoing:
        """Bare arrays, except for search."""
        accounts = [_account(item) for item in items if isinstance(item, Account)]
        posts = [item for item in items if isinstance(item, Post)]
        if self._unknown(ask, at):
            return NOT_FOUND
        answered = self.corpus.post(int(ask.options["post"][:19]), at) if ask.endpoint == "context" else None
        statuses = [_status(post, answered) for post in posts]
        tags = [_tag(item, at) for item in items if isinstance(item, Trend)]
        match ask.endpoint:
            case "search":
                return Outgoing.json({"accounts": accounts, "statuses": statuses, "hashtags": tags})
            case "lookup":
                return Outgoing.json(accounts[0]) if accounts else NOT_FOUND
            case "context":
                return Outgoing.json({"ancestors": [], "descendants": statuses})
            case "timeline" if posts:
                links = (
                    f'<{SERVER}/api/v1/timelines/tag/{ask.name}?max_id={posts[-1].id}>; rel="next", '
                    f'<{SERVER}/api/v1/timelines/tag/{ask.name}?min_id={posts[0].id}>; rel="prev"'
                )
                return Outgoing.json(statuses, link=links.encode("ascii", "ignore").decode())
        return Outgoing.json([*accounts, *statuses, *tags])

    def spoilt(self, kind: FaultKind, ask: ContractQuery, at: datetime) -> Outgoing:
        """`{"error": ...}`, as everywhere in this API."""
        if kind is FaultKind.WALL:
            return _error(401, "This method requires an authenticated user")
        return _error(503, "Service unavailable")

    def limited(self, ask: ContractQuery, balance: RateBalance, at: datetime) -> Outgoing:
        """429; the reset stands in `X-RateLimit-Reset`."""
        return _error(429, "Too many requests")

    def rate_limits(self, ask: ContractQuery) -> Sequence[RateLimit]:
        """One bucket an account and address."""
        return (RateLimit("all", ALLOWED, SPAN),)

    def headers(self, balance: RateBalance, at: datetime) -> Mapping[str, str]:
        """`X-RateLimit-*`, the reset as an ISO 8601 time."""
        return {
            "x-ratelimit-limit": str(balance.rate_limit.requests),
            "x-ratelimit-remaining": str(balance.remaining),
            "x-ratelimit-reset": balance.resets_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        }

    def _unknown(self, ask: ContractQuery, at: datetime) -> bool:
        """Whether it asks about a status or an account that is not there."""
        if ask.endpoint == "context":
            return self.corpus.post(int(ask.options["post"][:19]), at) is None
        return ask.endpoint == "statuses" and self.corpus.accounts.by_id(int(ask.name[:19])) is None

    def _own_account(self, signed_in: bool) -> Outgoing:
        """The account that a token stands for: any token of ours for the same one."""
        account = self.corpus.accounts.by_id(10**17)
        if not signed_in or account is None:
            return _error(401, "The access token is invalid")
        source = {
            "privacy": "public",
            "sensitive": False,
            "language": "id",
            "note": account.about,
            "fields": [],
            "follow_requests_count": 0,
        }
        return Outgoing.json({**_account_fields(account), "source": source})

    def _search(self, ask: ContractQuery, until: datetime) -> Sequence[Item]:
        corpus, wanted = self.corpus, ask.options.get("type")
        found: list[Item] = []
        if wanted in (None, "accounts"):
            accounts = corpus.accounts.search(ask.name.split("@")[0], 200)
            found += accounts[ask.skip : ask.skip + ask.limit]
        if wanted in (None, "statuses") and "signed-in" in ask.fields:
            found += corpus.newest(ask.name, until, ask.skip + ask.limit)[ask.skip :]
        if wanted in (None, "hashtags"):
            prefix = "".join(re.findall(r"\w+", ask.name)).casefold()
            tags = [trend for trend in corpus.trends(until, 1000) if trend.tag.casefold().startswith(prefix)]
            found += tags[ask.skip : ask.skip + ask.limit] if prefix else []
        return found


def _search(query: Mapping[str, str], signed_in: bool) -> ContractQuery | Outgoing:
    text, wanted = query.get("q", "").strip(), query.get("type")
    if not text:
        return _error(400, "param is missing or the value is empty or invalid: q")
    if wanted not in SURFACES:
        return _error(400, "type must be accounts, statuses or hashtags")
    if not signed_in and (query.get("resolve") == "true" or query.get("offset", "0") != "0"):
        return _error(401, "Search queries that resolve or page are not supported without authentication")
    limit = min(whole_number(query.get("limit"), 20, 1, 10_000) or 20, 40)
    skip = whole_number(query.get("offset"), 0, 0, 10_000) or 0
    return ContractQuery(
        endpoint="search",
        surface=SURFACES[wanted],
        name=text.lstrip("#@") if wanted != "statuses" else text,
        limit=limit,
        skip=skip,
        fields=frozenset({"signed-in"} if signed_in else ()),
        options={"type": wanted} if wanted else {},
    )


def _accounts(query: Mapping[str, str]) -> ContractQuery | Outgoing:
    text = query.get("q", "").strip().lstrip("@")
    if not text:
        return _error(400, "param is missing or the value is empty or invalid: q")
    return _page_of("accounts", "suggest", text.split("@")[0], query, 80)


def _timeline(tag: str, query: Mapping[str, str]) -> ContractQuery:
    return _page_of("timeline", "hashtag", tag, query, 40)


def _page_of(endpoint: str, surface: str, name: str, query: Mapping[str, str], most: int) -> ContractQuery:
    """Limits above the most are brought down to it, as the server does."""
    limit = min(whole_number(query.get("limit"), 20, 1, 10_000) or 20, most)
    before, after = query.get("max_id", ""), query.get("min_id", "")
    return ContractQuery(
        endpoint,
        surface,
        name,
        limit,
        int(before) if _ID.fullmatch(before) else None,
        options={"after": after} if _ID.fullmatch(after) else {},
    )


def _trends(what: str, query: Mapping[str, str]) -> ContractQuery:
    default, most = (20, 40) if what == "statuses" else (10, 20)
    limit = min(whole_number(query.get("limit"), default, 1, 10_000) or default, most)
    return ContractQuery(f"trends/{what}", "trends", "", limit)


@rendered
def _account(account: Account) -> object:
    return _account_fields(account)


def _account_fields(account: Account) -> dict[str, object]:
    return {
        "id": str(account.id),
        "username": account.handle,
        "acct": account.handle,
        "display_name": account.label,
        "locked": False,
        "bot": False,
        "discoverable": True,
        "group": False,
        "created_at": f"{account.created:%Y-%m-%d}T00:00:00.000Z",
        "note": f"<p>{html.escape(account.about)}</p>",
        "url": f"{SERVER}/@{account.handle}",
        "uri": f"{SERVER}/users/{account.handle}",
        "avatar": f"{SERVER}/avatars/original/missing.png",
        "avatar_static": f"{SERVER}/avatars/original/missing.png",
        "header": f"{SERVER}/headers/original/missing.png",
        "header_static": f"{SERVER}/headers/original/missing.png",
        "followers_count": account.followers,
        "following_count": account.follows,
        "statuses_count": account.posts,
        "last_status_at": None,
        "emojis": [],
        "fields": [],
    }


@rendered
def _status(post: Post, answered: Post | None) -> object:
    """A status; `answered` is the one that it replies to."""
    url = f"{SERVER}/@{post.author.handle}/{post.id}"
    return {
        "id": str(post.id),
        "created_at": stamp(post.at),
        "in_reply_to_id": None if answered is None else str(answered.id),
        "in_reply_to_account_id": None if answered is None else str(answered.author.id),
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": "id",
        "uri": f"{SERVER}/users/{post.author.handle}/statuses/{post.id}",
        "url": url,
        "replies_count": post.replies,
        "reblogs_count": post.reposts,
        "favourites_count": post.likes,
        "edited_at": None,
        "content": _content(post),
        "reblog": None,
        "account": _account_fields(post.author),
        "media_attachments": [],
        "mentions": [],
        "tags": [{"name": tag.casefold(), "url": f"{SERVER}/tags/{tag.casefold()}"} for tag in post.tags],
        "emojis": [],
        "card": None,
        "poll": None,
    }


def _content(post: Post) -> str:
    text = html.escape(post.text, quote=False)
    for tag in post.tags:
        address = f"{SERVER}/tags/{tag.casefold()}"
        link = f'<a href="{address}" class="mention hashtag" rel="tag">#<span>{tag}</span></a>'
        text = text.replace(f"#{tag}", link, 1)
    return f"<p>{text}</p>"


def _tag(trend: Trend, at: datetime) -> dict[str, object]:
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    history = [
        {
            "day": str(int((midnight - timedelta(days=day)).timestamp())),
            "uses": str(int(trend.per_hour * 6)),
            "accounts": str(int(trend.per_hour * 4)),
        }
        for day in range(7)
    ]
    name = trend.tag.casefold()
    return {"id": "1", "name": name, "url": f"{SERVER}/tags/{name}", "history": history}


def _error(status: int, what: str) -> Outgoing:
    return Outgoing.json({"error": what}, status)


NOT_FOUND = _error(404, "Record not found")


CONTRACT = MastodonContract
