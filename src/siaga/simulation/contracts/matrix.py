"""Matrix client-server API: user directory, public rooms, message search. Source: its specification."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import ClassVar

import orjson

from siaga.simulation.accounts import Account
from siaga.simulation.contracts.contract import (
    Contract,
    ContractQuery,
    Item,
    Path,
    RateBalance,
    RateLimit,
    rendered,
)
from siaga.simulation.faults import FaultKind
from siaga.simulation.messages import Incoming, Outgoing
from siaga.simulation.posts import Corpus, Post

SERVER = "rumah.example"
DEVICE = "SIMULATED"
CLIENT = "/_matrix/client/"
ALLOWED = 600
SPAN = timedelta(minutes=1)


class MatrixContract(Contract):
    """A homeserver whose directory shows all users and rooms to whoever has an account."""

    forms: ClassVar[frozenset[FaultKind]] = frozenset(
        {FaultKind.ERROR, FaultKind.LIMIT, FaultKind.WALL, FaultKind.CHALLENGE}
    )
    volume = 0.02
    lists: ClassVar[Mapping[str, Sequence[Path]]] = {
        "users": (("results",),),
        "rooms": (("chunk",),),
        "messages": (("search_categories", "room_events", "results"),),
    }
    counted = ("search_categories", "room_events", "count")
    times = (("result", "origin_server_ts"),)

    def __init__(self, corpus: Corpus, token: str | None) -> None:
        """As every contract."""
        super().__init__(corpus, token)
        self._user = f"@siaga:{SERVER}"
        """Who has signed in last: all of them have the same token."""

    def understand(self, request: Incoming, at: datetime) -> ContractQuery | Outgoing:
        """A request of the client-server API."""
        if request.path == "/.well-known/matrix/client":
            address = f"http://{request.headers.get('host', SERVER)}"
            return Outgoing.json({"m.homeserver": {"base_url": address}})
        if not request.path.startswith(CLIENT):
            return _error(404, "M_UNRECOGNIZED", "Unrecognized request")
        parts = request.path.removeprefix(CLIENT).split("/")
        if parts == ["versions"]:
            return Outgoing.json({"versions": ["v1.1", "v1.11"], "unstable_features": {}})
        if len(parts) < 2 or parts[0] not in ("v3", "r0"):
            return _error(404, "M_UNRECOGNIZED", "Unrecognized request")
        document = _document(request)
        if isinstance(document, Outgoing):
            return document
        match request.method, parts[1:]:
            case "GET", ["login"]:
                return Outgoing.json({"flows": [{"type": "m.login.password"}]})
            case "POST", ["login"]:
                return self._sign_in(document)
            case "GET", ["profile", user] | ["profile", user, "displayname"]:
                return _profile(user)
            case "GET", ["directory", "room", alias]:
                name = alias.removeprefix("#").removesuffix(f":{SERVER}")
                return ContractQuery("alias", "hashtag", name, 1)
        token = request.bearer() or request.query.get("access_token")
        if token is None and self.token is not None:
            return _error(401, "M_MISSING_TOKEN", "Missing access token")
        if not self.admits(token):
            return _error(401, "M_UNKNOWN_TOKEN", "Unrecognised access token", soft_logout=False)
        match request.method, parts[1:]:
            case "POST", ["user_directory", "search"]:
                return _directory(document)
            case "POST", ["publicRooms"]:
                return _rooms(document)
            case "GET", ["publicRooms"]:
                limit = request.query.get("limit", "100")
                return _rooms(dict(request.query) | {"limit": int(limit) if limit.isdecimal() else limit})
            case "GET", ["account", "whoami"]:
                return Outgoing.json({"user_id": self._user, "device_id": DEVICE, "is_guest": False})
            case "GET", ["joined_rooms"]:
                return Outgoing.json({"joined_rooms": [f"!siaran:{SERVER}"]})
            case "POST", ["logout"]:
                return Outgoing.json({})
            case "POST", ["search"]:
                return _search(document)
        return _error(404, "M_UNRECOGNIZED", "Unrecognized request")

    def find(self, ask: ContractQuery, until: datetime) -> Sequence[Item]:
        """Users, rooms (one for each account that carries a name without being it), or messages."""
        corpus = self.corpus
        match ask.endpoint:
            case "messages":
                if ask.surface == "search-top":
                    return corpus.top(ask.name, until, ask.limit)
                return corpus.newest(ask.name, until, ask.limit, ask.before)
            case "profile":
                local = ask.options["server"] == SERVER
                account = corpus.accounts.by_handle(ask.name) if local else None
                return [account] if account and account.created <= until else []
            case "alias":
                account = corpus.accounts.by_handle(ask.name)
                return [account] if account and not account.own and account.topic is not None else []
        found = [found for found in corpus.accounts.search(ask.name, 200) if found.created <= until]
        if ask.endpoint == "rooms":
            found = [account for account in found if not account.own]
        return found[ask.skip : ask.skip + ask.limit + 1]

    def answer(self, ask: ContractQuery, items: Sequence[Item], at: datetime) -> Outgoing:
        """The endpoint's document."""
        accounts = [item for item in items if isinstance(item, Account)]
        match ask.endpoint:
            case "messages":
                return _found_messages(ask, [item for item in items if isinstance(item, Post)])
            case "profile" if accounts:
                return Outgoing.json({"displayname": accounts[0].label})
            case "alias" if accounts:
                return Outgoing.json({"room_id": _room_id(accounts[0]), "servers": [SERVER]})
            case "profile" | "alias":
                return _error(404, "M_NOT_FOUND", "Not found")
            case "rooms":
                shown = accounts[: ask.limit]
                document: dict[str, object] = {"chunk": [_room(account) for account in shown]}
                document["total_room_count_estimate"] = ask.skip + len(accounts)
                if len(accounts) > ask.limit:
                    document["next_batch"] = str(ask.skip + ask.limit)
                return Outgoing.json(document)
        users = [_user(account) for account in accounts[: ask.limit]]
        return Outgoing.json({"limited": len(accounts) > ask.limit, "results": users})

    def spoilt(self, kind: FaultKind, ask: ContractQuery, at: datetime) -> Outgoing:
        """By the specification's error codes."""
        if kind is FaultKind.WALL:
            return _error(401, "M_UNKNOWN_TOKEN", "Unrecognised access token", soft_logout=False)
        return _error(500, "M_UNKNOWN", "Internal server error")

    def limited(self, ask: ContractQuery, balance: RateBalance, at: datetime) -> Outgoing:
        """429 with the wait in the body and in `Retry-After`."""
        left = max(1, round((balance.resets_at - at).total_seconds()))
        answer = _error(429, "M_LIMIT_EXCEEDED", "Too Many Requests", retry_after_ms=left * 1000)
        return Outgoing(answer.status, answer.body, answer.content_type, {"retry-after": str(left)})

    def rate_limits(self, ask: ContractQuery) -> Sequence[RateLimit]:
        """The specification leaves it to the server; ours allows ten a second."""
        return (RateLimit("all", ALLOWED, SPAN),)

    def _sign_in(self, document: Mapping[str, object]) -> Outgoing:
        identifier = document.get("identifier")
        if document.get("type") != "m.login.password":
            return _error(400, "M_UNKNOWN", "Unknown login type")
        user = identifier.get("user") if isinstance(identifier, dict) else document.get("user")
        if not isinstance(user, str) or not self.admits(str(document.get("password"))):
            return _error(403, "M_FORBIDDEN", "Invalid username or password")
        self._user = user if user.startswith("@") else f"@{user}:{SERVER}"
        return Outgoing.json(
            {
                "user_id": self._user,
                "access_token": self.token,
                "device_id": DEVICE,
                "home_server": SERVER,
            }
        )


def _document(request: Incoming) -> dict[str, object] | Outgoing:
    if request.method == "GET" or not request.body:
        return {}
    try:
        document = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        return _error(400, "M_NOT_JSON", "Content not JSON")
    if not isinstance(document, dict):
        return _error(400, "M_BAD_JSON", "Content must be a JSON object")
    return document


def _profile(user: str) -> ContractQuery | Outgoing:
    match = re.fullmatch(r"@([^:]+):(.+)", user)
    if match is None:
        return _error(400, "M_INVALID_PARAM", "Expected UserID string to start with '@'")
    return ContractQuery("profile", "profile", match[1], 1, options={"server": match[2]})


def _directory(document: Mapping[str, object]) -> ContractQuery | Outgoing:
    term, limit = document.get("search_term"), document.get("limit", 10)
    if not isinstance(term, str):
        return _error(400, "M_MISSING_PARAM", "Missing params: search_term")
    if not isinstance(limit, int) or limit < 0:
        return _error(400, "M_INVALID_PARAM", "limit must be a whole number")
    return ContractQuery("users", "people", _bare(term), min(limit, 50))


def _rooms(document: Mapping[str, object]) -> ContractQuery | Outgoing:
    condition, limit = document.get("filter", {}), document.get("limit", 100)
    since = document.get("since", "0")
    if not isinstance(condition, dict) or not isinstance(limit, int) or limit < 0:
        return _error(400, "M_INVALID_PARAM", "filter and limit have the wrong type")
    if not isinstance(since, str) or not re.fullmatch(r"\d{1,6}", since):
        return _error(400, "M_INVALID_PARAM", "since is no token of ours")
    term = str(condition.get("generic_search_term") or "")
    return ContractQuery("rooms", "search-top", _bare(term), min(limit, 100), skip=int(since))


def _search(document: Mapping[str, object]) -> ContractQuery | Outgoing:
    match document.get("search_categories"):
        case {"room_events": {"search_term": str(term), **further}}:
            condition = further.get("filter")
            limit = condition.get("limit", 10) if isinstance(condition, dict) else 10
            recent = further.get("order_by") == "recent"
            return ContractQuery(
                endpoint="messages",
                surface="search-latest" if recent else "search-top",
                name=term,
                limit=min(limit, 50) if isinstance(limit, int) and limit > 0 else 10,
            )
    return _error(400, "M_MISSING_PARAM", "Missing params: search_term")


def _bare(term: str) -> str:
    """A user's or room's id as the words to search for."""
    return term.lstrip("@#").removesuffix(f":{SERVER}")


def _found_messages(ask: ContractQuery, posts: Sequence[Post]) -> Outgoing:
    events = {
        "count": len(posts),
        "highlights": ask.name.casefold().split(),
        "results": [{"rank": 1.0, "result": _message(post)} for post in posts],
    }
    return Outgoing.json({"search_categories": {"room_events": events}})


@rendered
def _message(post: Post) -> object:
    return {
        "type": "m.room.message",
        "event_id": f"${post.id:x}",
        "room_id": f"!umum:{SERVER}",
        "sender": f"@{post.author.handle}:{SERVER}",
        "origin_server_ts": int(post.at.timestamp() * 1000),
        "content": {"msgtype": "m.text", "body": post.text},
    }


@rendered
def _user(account: Account) -> object:
    return {"user_id": f"@{account.handle}:{SERVER}", "display_name": account.label, "avatar_url": None}


@rendered
def _room(account: Account) -> object:
    return {
        "room_id": _room_id(account),
        "name": account.label,
        "topic": account.about,
        "canonical_alias": f"#{account.handle}:{SERVER}",
        "num_joined_members": account.followers,
        "world_readable": True,
        "guest_can_join": False,
        "join_rule": "public",
    }


def _room_id(account: Account) -> str:
    return f"!{account.id:x}:{SERVER}"


def _error(status: int, code: str, what: str, **further: object) -> Outgoing:
    return Outgoing.json({"errcode": code, "error": what, **further}, status)


CONTRACT = MatrixContract
