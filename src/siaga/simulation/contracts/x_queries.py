"""The grammar of X's search queries, as far as a simulated X needs it.

Source: the guide to building queries of the API's recent search.
"""

import re
from typing import Final

LONGEST_QUERY: Final = 512
"""Characters."""
_STANDALONE: Final = frozenset({"from", "to", "url", "conversation_id", "entity", "retweets_of", "context"})
_WITH_OTHERS: Final = frozenset({"is", "has", "lang", "sample", "source", "followers_count"})
"""Operators that need one beside them that stands alone: a word, a hashtag, an account."""
_PART: Final = re.compile(r'-?"[^"]*"|[()]|[^\s()"]+')
_OPERATOR: Final = re.compile(r"-?([a-z_]+):(\S*)")


def what_is_wrong(query: str) -> str:
    """Why the API refuses a query; empty where it takes it."""
    if not 1 <= len(query) <= LONGEST_QUERY:
        return f"must have 1 to {LONGEST_QUERY} characters"
    if query.count('"') % 2:
        return "has a quotation mark that is not closed"
    depth, before = 0, "("
    stands_alone = False
    for part in _PART.findall(query):
        if part == ")":
            depth -= 1
            if depth < 0 or before in {"(", "OR"}:
                return "has a parenthesis that closes nothing"
        elif part == "OR" and before in {"(", "OR"}:
            return "has an OR with nothing before it"
        depth += part == "("
        operator = _OPERATOR.fullmatch(part)
        if operator is not None and operator[1] not in _STANDALONE | _WITH_OTHERS and operator[1] != "http":
            return f"has a reference to the invalid operator '{operator[1]}'"
        if operator is not None and not operator[2]:
            return f"has the operator '{operator[1]}' without a value"
        if part not in {"(", ")", "OR"} and not part.startswith("-"):
            stands_alone = stands_alone or operator is None or operator[1] in _STANDALONE
        before = part
    if depth:
        return "has a parenthesis that is not closed"
    if before == "OR":
        return "has an OR with nothing after it"
    return "" if stands_alone else "has only operators that cannot stand alone"


def words_and_operators(query: str) -> tuple[str, dict[str, str]]:
    """The words of a query, and what its operators say."""
    options: dict[str, str] = {}
    words = []
    for part in query.replace('"', " ").split():
        if match := re.fullmatch(r"conversation_id:(\d{1,19})", part):
            options["conversation"] = match[1]
        elif match := re.fullmatch(r"from:@?(\w{1,15})", part):
            options["from"] = match[1]
        elif not re.fullmatch(r"-?(is|has|lang):\w+", part):
            words.append(part)
    return " ".join(words), options
