"""What an asking can come back with, and who was asked for: the record's closed vocabularies."""

from enum import StrEnum
from typing import Final


class Answer(StrEnum):
    """What came back from one asking. A fact: whether it counts as *missing* is a rule's business."""

    RESULTS = "results"
    """At least one item came back; `matching` says how many really carry the name."""
    EMPTY = "empty"
    """The platform's documented form of "nothing found"."""
    HIDDEN = "hidden"
    """An explicit notice stands where results would be."""
    REFUSED = "refused"
    """This query is refused, while the asker is otherwise welcome."""
    ERROR = "error"
    """The platform failed: a 5xx, or its documented form of "something went wrong"."""
    LIMITED = "limited"
    """A rate limit or quota of ours: HTTP 429, `quotaExceeded` and the like."""
    CHALLENGED = "challenged"
    """A bot wall."""
    WALLED = "walled"
    """A sign-in or age wall, or missing rights: the instrument is refused, not the name."""
    UNREACHABLE = "unreachable"
    """The network failed before an answer; `failure` names the step."""
    UNREADABLE = "unreadable"
    """An answer that the reader does not know."""
    WITHDRAWN = "withdrawn"
    """Its own owner took it away, closed it or shut us out, and the platform says so."""


NOT_MEASURED: Final = frozenset(
    {
        *(Answer.LIMITED, Answer.CHALLENGED, Answer.WALLED, Answer.UNREACHABLE, Answer.UNREADABLE),
        Answer.WITHDRAWN,
    }
)
"""Answers that say nothing about the name that was asked."""


class Role(StrEnum):
    """Why a name is in a round."""

    TARGET = "target"
    CONTROL = "control"
    CANARY = "canary"
    """A name that must never be found: it shows a reader that calls anything results."""


class Session(StrEnum):
    """Whether the asker was signed in."""

    PUBLIC = "public"
    SIGNED_IN = "signed-in"


class Surface(StrEnum):
    """A place on a platform where a name can be found."""

    SEARCH_LATEST = "search-latest"
    SEARCH_TOP = "search-top"
    PEOPLE = "people"
    SUGGEST = "suggest"
    HASHTAG = "hashtag"
    PROFILE = "profile"
    REPLIES = "replies"
    TRENDS = "trends"
