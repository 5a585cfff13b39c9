"""Long lists in parts: after the item that `cursor` names, `limit` items at most."""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from starlette.requests import Request

from siaga.domain.errors import Fault
from siaga.web.http.problems import Problem

PAGE: Final = 50
MOST: Final = 200
Item = TypeVar("Item")


def part_of(
    request: Request, items: Sequence[Item], name_of: Callable[[Item], str]
) -> tuple[Sequence[Item], str | None]:
    """The part of a list that a request asks for, and the cursor of the next part; None at the end.

    Raises:
        Problem: 422, it is no such limit, or no cursor of this list.
    """
    limit = request.query_params.get("limit", str(PAGE))
    if not limit.isascii() or not limit.isdigit() or len(limit) > 4 or not 1 <= int(limit) <= MOST:
        raise Problem(422, [Fault("Invalid `limit`.", f"Send 1 to {MOST}.", field="limit")])
    cursor, start = request.query_params.get("cursor"), 0
    if cursor is not None:
        names = [name_of(item) for item in items]
        if cursor not in names:
            raise Problem(
                422, [Fault("Invalid cursor.", "Send `next` from the previous answer.", field="cursor")]
            )
        start = names.index(cursor) + 1
    part = items[start : start + int(limit)]
    has_more = bool(part) and start + len(part) < len(items)
    return part, name_of(part[-1]) if has_more else None
