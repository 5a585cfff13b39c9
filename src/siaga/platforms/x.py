"""X API v2, with a bearer token: recent search, counts, users, trends. Its terms forbid asking its pages.

Source: the API's reference, guides and OpenAPI document. docs/platforms/x.md says what was checked, and when.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final

from siaga.domain.answers import Answer, Surface
from siaga.domain.options import COUNTRY, Option
from siaga.platforms.conversation import Conversation, Reading, Response, Step
from siaga.platforms.guard import Concluded
from siaga.platforms.http_status import by_status, in_the_way
from siaga.platforms.json import (
    ContractViolation,
    added_objects,
    added_texts,
    as_note,
    error_document,
    error_text,
    optional,
    optional_list,
    required,
    required_list,
)
from siaga.platforms.matching import as_tag, quoted, same_handle, tag, unescaped, whole_words
from siaga.platforms.platform import SIGNED_IN, Inquiry, Platform
from siaga.platforms.results import Result, most_replied
from siaga.platforms.times import moment, newest_age_s

LEAST_PAGE, PAGE, LARGEST_PAGE = 10, 20, 100
"""Posts that one search may bring, and brings unless the instance says otherwise: a plan counts each one."""
COUNTED: Final = timedelta(hours=1)
"""The span that is counted where a search is asked by counts."""
TRENDS: Final = 50
WORLD: Final = "1"
"""The place of trends where the instance names none."""
_USERNAME: Final = re.compile(r"[A-Za-z0-9_]{1,15}", re.ASCII)
_ID: Final = re.compile(r"[0-9]{1,19}")
_PROBLEM: Final = re.compile(r"https://api\.(?:x|twitter)\.com/2/problems/([a-z-]{1,60})")


def _failed(response: Response, ask: Inquiry) -> Reading:
    if response.status != 429 and (reading := in_the_way(response)):
        return reading
    failure = error_document(response)
    reading = _of_problem(ask, failure) or _of_problems(ask, failure)
    if reading is not None and (response.status != 429 or reading.answer is Answer.LIMITED):
        return reading
    return by_status(response, as_note(error_text(failure, "title") or f"status {response.status}"))


def _of_problems(ask: Inquiry, page: object) -> Reading | None:
    """The reading of the first of a document's `errors` that is known."""
    errors = page.get("errors") if isinstance(page, dict) else None
    for problem in errors[:10] if isinstance(errors, list) else []:
        if isinstance(problem, dict) and (reading := _of_problem(ask, problem)):
            return reading
    return None


def _of_problem(ask: Inquiry, problem: Mapping[str, object]) -> Reading | None:
    """The reading of a problem document, or of an error of the older API; None where neither is known."""
    if match := _PROBLEM.fullmatch(error_text(problem, "type")):
        note = as_note(match[1], error_text(problem, "title"))
        if match[1] == "resource-not-found" and error_text(problem, "title") == "Forbidden":
            return Reading(Answer.HIDDEN, note=note)
        return ask.error(match[1], note)
    code = problem.get("code")
    if not isinstance(code, int):
        return None
    return ask.error(f"code {code}", as_note(f"code {code}", error_text(problem, "message")))


x = Platform(
    "x@3",
    label="X",
    also_called=("twitter",),
    account_page=r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/@?(\w+)/?(?:\?.*)?",
    address="https://api.x.com",
    root="2",
    credential="bearer",
    credential_page="https://developer.x.com",
    sessions=SIGNED_IN,
    options={
        "search": Option(re.compile("posts|counts"), "posts or counts"),
        "page": Option(re.compile(r"[1-9]\d|100"), "how many posts a search brings, 10 to 100"),
        "country": COUNTRY,
        "woeid": Option(re.compile(r"[1-9]\d{0,9}"), "the number of a place, such as 23424846 for Indonesia"),
    },
    errors={
        Answer.EMPTY: ("resource-not-found", "code 50"),
        Answer.WALLED: (
            *("not-authorized-for-resource", "not-authorized-for-field", "field-unauthorized"),
            *("client-forbidden", "unsupported-authentication", "code 32", "code 89", "code 453"),
        ),
        Answer.LIMITED: ("usage-capped", "rate-limit-exceeded", "code 88"),
        Answer.REFUSED: ("disallowed-resource",),
        Answer.HIDDEN: ("code 63",),
        Answer.ERROR: (
            *("resource-unavailable", "internal-error", "field-hydration-failure", "code 130", "code 131"),
        ),
    },
    failed=_failed,
)
"""People are searched only by a user's token, which soon expires. `errors` has the last part of a problem's
type, and the codes that the older API left in use."""


@x.surface(Surface.SEARCH_LATEST, Surface.HASHTAG, Surface.SEARCH_TOP)
def _search(ask: Inquiry) -> Conversation:
    latest = ask.surface != Surface.SEARCH_TOP
    if latest and ask.option("search") == "counts":
        return (yield from _counts(ask))
    order = "recency" if latest else "relevancy"
    fields = {"tweet.fields": "created_at,entities,note_tweet,withheld"}
    posts = yield from _posts(ask, f"{_sought(ask)} -is:retweet", _page(ask), sort_order=order, **fields)
    carries, is_tagged = whole_words(ask.name), tag(ask.name)
    results = []
    for post in posts:
        text, tags = _text(post), _tags(post)
        own = is_tagged(tags, text) if ask.surface == Surface.HASHTAG else carries(" ".join([text, *tags]))
        shown = not _is_withheld(post, ask)
        results.append(Result(own and shown, moment(optional(post, "created_at", str)) if shown else None))
    return ask.results(results, latest=latest)


def _counts(ask: Inquiry) -> Conversation:
    """How many posts of the last hour, minute by minute: costs no post of the plan's monthly cap."""
    start = (ask.at - COUNTED).strftime("%Y-%m-%dT%H:%M:%SZ")
    wanted = {"query": f"{_sought(ask)} -is:retweet", "granularity": "minute", "start_time": start}
    page = yield from ask.get("tweets", "counts", "recent", **wanted)
    if optional(page, "data", list) is None:
        return _nothing(ask, page)
    total = _either(required(page, "meta", dict), "total_tweet_count", "total_post_count")
    minutes = [
        moment(required(bucket, "end", str))
        for bucket in required_list(page, "data")
        if _either(bucket, "tweet_count", "post_count")
    ]
    if not total:
        more = required(page, "meta", dict).get("next_token") is not None
        return ask.results([], note="counts", more="a next_token" if more else "")
    age = newest_age_s(minutes, ask.at)
    return Reading(Answer.RESULTS, count=total, matching=total, newest_age_s=age, note="counts")


@x.surface(Surface.PROFILE)
def _profile(ask: Inquiry) -> Conversation:
    page = yield from ask.get("users", "by", "username", _username(ask.name), **{"user.fields": "withheld"})
    user = optional(page, "data", dict)
    if user is None:
        return _of_problems(ask, page) or _unknown()
    if _is_withheld(user, ask):
        return Reading(Answer.HIDDEN, note="withheld")
    return ask.results([Result(same_handle(required(user, "username", str), ask.name))])


@x.surface(Surface.REPLIES, cost=2)
def _replies(ask: Inquiry) -> Conversation:
    """Replies to the account's recent open post that has most."""
    query = f"from:{_username(ask.name)} -is:reply -is:retweet"
    fields = {"tweet.fields": "conversation_id,public_metrics,reply_settings"}
    own = yield from _posts(ask, query, LEAST_PAGE, **fields)
    replies: dict[str, int] = {}
    for post in own:
        if required(post, "reply_settings", str) == "everyone":
            count = required(required(post, "public_metrics", dict), "reply_count", int)
            replies[required(post, "conversation_id", str)] = count
    if not replies:
        return ask.withdrawn("replies are not open to everyone: their author's choice")
    most = most_replied(replies)
    if most is None:
        return ask.empty("no post with replies")
    if not _ID.fullmatch(most):
        raise ContractViolation("an id of another form")
    query, fields = f"conversation_id:{most} is:reply", {"tweet.fields": "created_at"}
    found = yield from _posts(ask, query, _page(ask), sort_order="recency", **fields)
    return ask.results([Result(True, moment(optional(reply, "created_at", str))) for reply in found])


@x.surface(Surface.TRENDS)
def _trends(ask: Inquiry) -> Conversation:
    page = yield from ask.get("trends", "by", "woeid", ask.option("woeid", WORLD), max_trends=TRENDS)
    if optional(page, "data", list) is None:
        return _nothing(ask, page)
    carries = whole_words(ask.name)
    trends = required_list(page, "data")
    return ask.results([Result(carries(required(trend, "trend_name", str))) for trend in trends])


def literal(name: str) -> str:
    """`name` as a phrase, so that nothing in it is an operator; a quotation mark within becomes a space."""
    return quoted(name, '"\\“”')


def _sought(ask: Inquiry) -> str:
    return f"#{as_tag(ask.name)}" if ask.surface == Surface.HASHTAG else literal(ask.name)


def _page(ask: Inquiry) -> int:
    """Posts to ask for: the option `page`, within what the API takes."""
    asked = ask.option("page")
    number = int(asked) if re.fullmatch(r"\d{1,4}", asked, re.ASCII) else PAGE
    return min(max(number, LEAST_PAGE), LARGEST_PAGE)


def _username(name: str) -> str:
    name = name.strip().lstrip("@")
    if not _USERNAME.fullmatch(name):
        raise ContractViolation("a username of X has 1 to 15 of A-Z, 0-9 and _")
    return name


def _posts(ask: Inquiry, query: str, most: int, **more: str) -> Step[Iterator[dict[str, object]]]:
    """The posts of a recent search; where there are none, the conversation ends with what that means."""
    page = yield from ask.get("tweets", "search", "recent", query=query, max_results=most, **more)
    if not optional(page, "data", list):
        raise Concluded(_nothing(ask, page))
    return required_list(page, "data")


def _nothing(ask: Inquiry, page: object) -> Reading:
    """The reading of a page without `data`: by its problems, or empty where it says that it counts none."""
    if reading := _of_problems(ask, page):
        return reading
    meta = required(page, "meta", dict)
    counted = meta.get("result_count")
    if counted != 0 or counted is False:
        return _unknown()
    return ask.results([], more="a next_token" if meta.get("next_token") is not None else "")


def _unknown() -> Reading:
    return Reading(Answer.UNREADABLE, note="neither data nor a known problem")


def _is_withheld(holder: Mapping[str, object], ask: Inquiry) -> bool:
    """Whether a post or user says it is withheld in the country that the option `country` names."""
    withheld = optional(holder, "withheld", dict)
    if withheld is None:
        return False
    here = {"XX", "XY", ask.option("country", "XX").upper()}
    codes = optional(withheld, "country_codes", list) or []
    return any(isinstance(code, str) and code.upper() in here for code in codes)


def _text(post: Mapping[str, object]) -> str:
    """What a post shows: its text, in full where it is long, and the titles of its link cards."""
    shown = [required(post, "text", str)]
    for part in (post, *added_objects(post, "note_tweet")):
        shown.append(added_texts(part, "text"))
        links = added_objects(part.get("entities"), "urls")
        shown += [added_texts(link, "title", "description") for link in links]
    return unescaped(" ".join(shown))


def _tags(post: Mapping[str, object]) -> list[str]:
    """The hashtags that X found in a post, the part that only a long one has included."""
    entities = optional(post, "entities", dict) or {}
    tags = [required(entry, "tag", str) for entry in optional_list(entities, "hashtags")]
    for long_part in added_objects(post, "note_tweet"):
        more = added_objects(long_part.get("entities"), "hashtags")
        tags += [added_texts(entry, "tag") for entry in more]
    return tags


def _either(holder: object, name: str, other: str) -> int:
    """A number that the guides and the OpenAPI document name differently."""
    number = optional(holder, name, int)
    number = required(holder, other, int) if number is None else number
    if number < 0:
        raise ContractViolation(f"{name} is negative")
    return number
