"""X API v2, with a bearer token: recent search, counts, users, trends. Its terms forbid asking its pages.

Source: the API's reference, guides and OpenAPI document. What was checked, and when, says
docs/platforms/x.md.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from siaga.domain.answers import Answer, Session, Surface
from siaga.domain.options import COUNTRY, Option, Options
from siaga.platforms.conversation import Conversation, Instance, Query, Reading, Request, Response, SignIn
from siaga.platforms.guard import held
from siaga.platforms.http_status import by_status, in_the_way
from siaga.platforms.json import Surprise, document, error_document, may, need, noted, objects, said
from siaga.platforms.matching import as_tag, same_handle, tag, whole_words
from siaga.platforms.results import Found, graded
from siaga.platforms.times import moment, newest_age_s
from siaga.platforms.urls import with_query

LEAST_PAGE, PAGE, LARGEST_PAGE = 10, 20, 100
"""Posts that one search may bring, and brings unless the instance says otherwise: a plan counts each one."""
COUNTED: Final = timedelta(hours=1)
"""The span that is counted where a search is asked by counts."""
TRENDS: Final = 50
WORLD: Final = "1"
"""The place of trends where the instance names none."""
_SIGNED_IN: Final = frozenset({Session.SIGNED_IN})
_USERNAME: Final = re.compile(r"[A-Za-z0-9_]{1,15}", re.ASCII)
_ID: Final = re.compile(r"[0-9]{1,19}")
_PROBLEM: Final = re.compile(r"https://api\.(?:x|twitter)\.com/2/problems/([a-z-]{1,60})")
_ANSWERS: Final[Mapping[str, Answer]] = {
    "resource-not-found": Answer.EMPTY,
    "not-authorized-for-resource": Answer.WALLED,
    "not-authorized-for-field": Answer.WALLED,
    "field-unauthorized": Answer.WALLED,
    "client-forbidden": Answer.WALLED,
    "unsupported-authentication": Answer.WALLED,
    "usage-capped": Answer.LIMITED,
    "rate-limit-exceeded": Answer.LIMITED,
    "disallowed-resource": Answer.REFUSED,
    "resource-unavailable": Answer.ERROR,
    "internal-error": Answer.ERROR,
    "field-hydration-failure": Answer.ERROR,
}
"""By the last part of a problem's type."""
_LEGACY: Final[Mapping[int, Answer]] = {
    32: Answer.WALLED,
    50: Answer.EMPTY,
    63: Answer.HIDDEN,
    88: Answer.LIMITED,
    89: Answer.WALLED,
    130: Answer.ERROR,
    131: Answer.ERROR,
    453: Answer.WALLED,
}
"""By the error codes that the older API left in use."""
_OPTIONS: Final[Options] = {
    "search": Option(re.compile("posts|counts"), "posts or counts"),
    "page": Option(re.compile(r"[1-9]\d|100"), "how many posts a search brings, 10 to 100"),
    "country": COUNTRY,
    "woeid": Option(re.compile(r"[1-9]\d{0,9}"), "the number of a place, such as 23424846 for Indonesia"),
}


class X:
    """Everything needs an app's token. People are searched only by a user's token, which soon expires."""

    id = "x"
    reader = "x@1"
    credential: str | None = "bearer"
    surfaces: Mapping[str, frozenset[Session]] = dict.fromkeys(
        (
            Surface.SEARCH_LATEST,
            Surface.SEARCH_TOP,
            Surface.HASHTAG,
            Surface.PROFILE,
            Surface.REPLIES,
            Surface.TRENDS,
        ),
        _SIGNED_IN,
    )
    cost: Mapping[str, int] = {surface: 2 if surface == Surface.REPLIES else 1 for surface in surfaces}
    options: Options = _OPTIONS

    def sign_in(self, instance: Instance) -> SignIn | None:
        """The token is used as it is."""
        return None

    def ask(self, instance: Instance, query: Query) -> Conversation:
        """Ask one surface for one name."""
        return held(_ask(instance, query), query.at)


def _ask(instance: Instance, query: Query) -> Conversation:
    match query.surface:
        case Surface.SEARCH_LATEST | Surface.HASHTAG if instance.options.get("search") == "counts":
            return (yield from _counts(instance, query))
        case Surface.SEARCH_LATEST | Surface.SEARCH_TOP | Surface.HASHTAG:
            return (yield from _posts(instance, query))
        case Surface.PROFILE:
            return (yield from _profile(instance, query))
        case Surface.REPLIES:
            return (yield from _replies(instance, query))
        case Surface.TRENDS:
            return (yield from _trends(instance, query))
    raise Surprise(f"no surface {query.surface}")


def _posts(instance: Instance, query: Query) -> Conversation:
    latest = query.surface != Surface.SEARCH_TOP
    parameters: dict[str, str | int] = {
        "query": f"{_sought(query)} -is:retweet",
        "max_results": _page(instance),
        "sort_order": "recency" if latest else "relevancy",
        "tweet.fields": "created_at,entities,withheld",
    }
    response = yield _request(instance, ("tweets", "search", "recent"), parameters)
    if response.status != 200:
        return _failed(response)
    page = document(response)
    if _is_nothing(page):
        return _nothing(page)
    carries, is_tagged = whole_words(query.name), tag(query.name)
    found = []
    for post in objects(need(page, "data", list)):
        text, tags = need(post, "text", str), _tags(post)
        own = is_tagged(tags, text) if query.surface == Surface.HASHTAG else carries(" ".join([text, *tags]))
        shown = not _is_withheld(post, instance)
        found.append(Found(own and shown, moment(may(post, "created_at", str)) if shown else None))
    return graded(found, query.at, latest=latest)


def _counts(instance: Instance, query: Query) -> Conversation:
    """How many posts of the last hour, minute by minute: costs no post of the plan's monthly cap."""
    parameters: dict[str, str | int] = {
        "query": f"{_sought(query)} -is:retweet",
        "granularity": "minute",
        "start_time": (query.at - COUNTED).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    response = yield _request(instance, ("tweets", "counts", "recent"), parameters)
    if response.status != 200:
        return _failed(response)
    page = document(response)
    if may(page, "data", list) is None:
        return _nothing(page)
    total = _either(need(page, "meta", dict), "total_tweet_count", "total_post_count")
    minutes = [
        moment(need(bucket, "end", str))
        for bucket in objects(need(page, "data", list))
        if _either(bucket, "tweet_count", "post_count")
    ]
    if not total:
        return graded([], query.at, note="counts")
    age = newest_age_s(minutes, query.at)
    return Reading(Answer.RESULTS, count=total, matching=total, newest_age_s=age, note="counts")


def _profile(instance: Instance, query: Query) -> Conversation:
    path = ("users", "by", "username", _username(query.name))
    response = yield _request(instance, path, {"user.fields": "withheld"})
    if response.status != 200:
        return _failed(response)
    page = document(response)
    user = may(page, "data", dict)
    if user is None:
        return _of_problems(page) or _unknown()
    if _is_withheld(user, instance):
        return Reading(Answer.HIDDEN, note="withheld")
    return graded([Found(same_handle(need(user, "username", str), query.name))], query.at)


def _replies(instance: Instance, query: Query) -> Conversation:
    """Replies to the account's recent open post that says it has most."""
    parameters: dict[str, str | int] = {
        "query": f"from:{_username(query.name)} -is:reply -is:retweet",
        "max_results": LEAST_PAGE,
        "tweet.fields": "conversation_id,public_metrics,reply_settings",
    }
    response = yield _request(instance, ("tweets", "search", "recent"), parameters)
    if response.status != 200:
        return _failed(response)
    page = document(response)
    if _is_nothing(page):
        return _nothing(page)
    said_to_have = {
        need(post, "conversation_id", str): need(need(post, "public_metrics", dict), "reply_count", int)
        for post in objects(need(page, "data", list))
        if need(post, "reply_settings", str) == "everyone"
    }
    if not said_to_have:
        return Reading(Answer.UNREADABLE, note="replies are not open to everyone")
    if not any(said_to_have.values()):
        return graded([], query.at, note="no post with replies")
    most = max(said_to_have, key=lambda one: said_to_have[one])
    if not _ID.fullmatch(most):
        raise Surprise("an id of another form")
    parameters = {
        "query": f"conversation_id:{most} is:reply",
        "max_results": _page(instance),
        "sort_order": "recency",
        "tweet.fields": "created_at",
    }
    response = yield _request(instance, ("tweets", "search", "recent"), parameters)
    if response.status != 200:
        return _failed(response)
    page = document(response)
    if _is_nothing(page):
        return _nothing(page)
    replies = objects(need(page, "data", list))
    return graded([Found(True, moment(may(reply, "created_at", str))) for reply in replies], query.at)


def _trends(instance: Instance, query: Query) -> Conversation:
    path = ("trends", "by", "woeid", instance.options.get("woeid", WORLD))
    response = yield _request(instance, path, {"max_trends": TRENDS})
    if response.status != 200:
        return _failed(response)
    page = document(response)
    if may(page, "data", list) is None:
        return _nothing(page)
    carries = whole_words(query.name)
    trends = objects(need(page, "data", list))
    return graded([Found(carries(need(trend, "trend_name", str))) for trend in trends], query.at)


def literal(name: str) -> str:
    """`name` as a phrase, so that nothing in it is an operator; a quotation mark within becomes a space."""
    return '"' + " ".join(re.sub(r'["\\“”]', " ", name).split()) + '"'


def _sought(query: Query) -> str:
    return f"#{as_tag(query.name)}" if query.surface == Surface.HASHTAG else literal(query.name)


def _page(instance: Instance) -> int:
    """Posts to ask for: the option `page`, within what the API takes."""
    asked = instance.options.get("page", "")
    number = int(asked) if re.fullmatch(r"\d{1,4}", asked, re.ASCII) else PAGE
    return min(max(number, LEAST_PAGE), LARGEST_PAGE)


def _username(name: str) -> str:
    name = name.strip().lstrip("@")
    if not _USERNAME.fullmatch(name):
        raise Surprise("no username of X: 1 to 15 of A-Z, 0-9 and _")
    return name


def _request(instance: Instance, path: tuple[str, ...], parameters: Mapping[str, str | int]) -> Request:
    headers = {"accept": "application/json"}
    if instance.secret:
        headers["authorization"] = f"Bearer {instance.secret}"
    return Request(with_query(instance.address, ("2", *path), parameters), headers=headers)


def _is_nothing(page: object) -> bool:
    """Whether a page of posts has none. What that means says `_nothing`."""
    return not may(page, "data", list)


def _nothing(page: object) -> Reading:
    """The reading of a page without `data`: by its problems, or empty where it says that it counts none."""
    if reading := _of_problems(page):
        return reading
    counted = need(page, "meta", dict).get("result_count")
    if counted != 0 or counted is False:
        return _unknown()
    return Reading(Answer.EMPTY, count=0, matching=0)


def _failed(response: Response) -> Reading:
    if response.status != 429 and (reading := in_the_way(response)):
        return reading
    failure = error_document(response)
    reading = _of_problem(failure) or _of_problems(failure)
    if reading is not None and (response.status != 429 or reading.answer is Answer.LIMITED):
        return reading
    return by_status(response, noted(said(failure, "title") or f"status {response.status}"))


def _of_problems(page: object) -> Reading | None:
    """The reading of the first of a document's `errors` that is known."""
    errors = page.get("errors") if isinstance(page, dict) else None
    for problem in errors[:10] if isinstance(errors, list) else []:
        if isinstance(problem, dict) and (reading := _of_problem(problem)):
            return reading
    return None


def _of_problem(problem: Mapping[str, object]) -> Reading | None:
    """The reading of a problem document, or of an error of the older API; None where neither is known."""
    if match := _PROBLEM.fullmatch(said(problem, "type")):
        answer = _ANSWERS.get(match[1])
        if match[1] == "resource-not-found" and said(problem, "title") == "Forbidden":
            answer = Answer.HIDDEN
        note = noted(match[1], said(problem, "title"))
    else:
        code = problem.get("code")
        answer = _LEGACY.get(code) if isinstance(code, int) else None
        note = noted(f"code {code}", said(problem, "message"))
    if answer is None:
        return None
    nothing = 0 if answer is Answer.EMPTY else None
    return Reading(answer, count=nothing, matching=nothing, note=note)


def _unknown() -> Reading:
    return Reading(Answer.UNREADABLE, note="neither data nor a known problem")


def _is_withheld(holder: Mapping[str, object], instance: Instance) -> bool:
    """Whether a post or user says it is withheld in the country that the option `country` names."""
    withheld = may(holder, "withheld", dict)
    if withheld is None:
        return False
    countries = may(withheld, "country_codes", list) or []
    here = {"XX", "XY", instance.options.get("country", "XX").upper()}
    return any(isinstance(one, str) and one.upper() in here for one in countries)


def _tags(post: Mapping[str, object]) -> list[str]:
    entities = may(post, "entities", dict) or {}
    return [need(one, "tag", str) for one in objects(may(entities, "hashtags", list) or [])]


def _either(holder: object, one: str, other: str) -> int:
    """A number that the guides and the OpenAPI document name differently."""
    number = may(holder, one, int)
    number = need(holder, other, int) if number is None else number
    if number < 0:
        raise Surprise(f"{one} is negative")
    return number
